"""Every sentence has a good Korean translation, compiled, and the scripts get theirs."""

import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from flask.testing import FlaskClient

from chat.script_messages import messages_in

ROOT = Path(__file__).parent.parent
KOREAN = ROOT / "chat" / "translations" / "ko" / "LC_MESSAGES" / "messages.po"
PARTICLE = re.compile(r"\}(?:을|를|이|가|은|는)(?![가-힣])")
"""A particle depends on the last letter before it, which is not known of what stands for a placeholder."""
COMPUTED_CALL = re.compile(r"(?<![\w.$#])tn?\((?!\s*\")(?!msgid|one,)")


@pytest.fixture(scope="module")
def korean() -> Catalog:
    return catalogue()


def catalogue() -> Catalog:
    with KOREAN.open("rb") as file:
        return read_po(file, locale="ko")


def sentences() -> Iterator[tuple[str, str | tuple[str, ...]]]:
    """Return every sentence of the code, with the file that says it."""
    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    keywords = DEFAULT_KEYWORDS | {"N_": None}
    for name, _line, msgid, _comments, _context in extract_from_dir(ROOT, methods, options, keywords):
        yield name, msgid


def translations() -> list[Message]:
    return [message for message in catalogue() if message.id]


def forms(text: object) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text or ())  # type: ignore[arg-type]


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


def test_every_sentence_has_a_translation(korean: Catalog) -> None:
    known = {forms(message.id) for message in korean if all(forms(message.string))}
    missing = {(name, msgid) for name, msgid in sentences() if forms(msgid) not in known}
    assert not missing, "run `make translations`, then fill in chat/translations/ko/LC_MESSAGES/messages.po"


def test_no_translation_is_left_over(korean: Catalog) -> None:
    said = {forms(msgid) for _, msgid in sentences()}
    assert not [message.id for message in korean if message.id and forms(message.id) not in said]


@pytest.mark.parametrize("message", translations(), ids=lambda message: forms(message.id)[0][:40])
def test_a_translation_says_what_the_sentence_says(message: Message) -> None:
    assert not message.fuzzy
    expected = placeholders(forms(message.id)[-1])
    for translated in forms(message.string):
        assert placeholders(translated) == expected
        assert translated[-1:].isspace() == forms(message.id)[0][-1:].isspace()
        assert not PARTICLE.search(translated)


def test_the_compiled_catalogue_is_that_of_the_sources(korean: Catalog) -> None:
    with KOREAN.with_suffix(".mo").open("rb") as file:
        compiled = {forms(message.id): forms(message.string) for message in read_mo(file) if message.id}
    assert compiled == {forms(message.id): forms(message.string) for message in korean if message.id}


def test_scripts_translate_sentences_that_stand_in_them() -> None:
    computed = {
        f"{file.relative_to(ROOT)}: {call.group()}"
        for file in (ROOT / "static" / "js").rglob("*.js")
        for call in COMPUTED_CALL.finditer(file.read_text("utf-8"))
    }
    assert not computed


def test_sentences_in_nested_template_literals_are_found() -> None:
    source = 'html`<p>${all.map(one => html`<b title=${t("One {n}", { n })}>${tn("{n} cat", "{n} cats", n)}</b>`)}</p>`'
    assert [message.forms for message in messages_in(source)] == [("One {n}",), ("{n} cat", "{n} cats")]


def test_scripts_get_all_of_their_words_and_no_others(anonymous: FlaskClient) -> None:
    words = anonymous.get("/i18n/ko.json").get_json()["words"]
    said = {forms(msgid)[0] for name, msgid in sentences() if name.startswith("static")}
    assert set(words) == said
    assert words["Today"] == "오늘"
    assert words["{n} new message"] == ["새 메시지 {n}개"]


def test_english_needs_no_words(anonymous: FlaskClient) -> None:
    assert anonymous.get("/i18n/en.json").get_json() == {"words": {}, "plurals": {"one": 0, "other": 1}}


def test_there_are_no_words_of_other_languages(anonymous: FlaskClient) -> None:
    assert anonymous.get("/i18n/xx.json").status_code == 404


def test_browsers_keep_the_words_until_they_change(anonymous: FlaskClient) -> None:
    first = anonymous.get("/i18n/ko.json")
    again = anonymous.get("/i18n/ko.json", headers={"If-None-Match": first.headers["ETag"]})
    assert (first.headers["Cache-Control"], again.status_code) == ("no-cache", 304)
