"""Another language needs a catalogue and nothing else: here a small Polish one, put into the data folder."""

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from flask_babel import ngettext

from chat.config import Settings
from tests.conftest import created

WORDS = {
    "Sign in": "Zaloguj się",
    "This is needed.": "To jest wymagane.",
    "Today": "Dzisiaj",
    ("{n} new message", "{n} new messages"): ("{n} nowa wiadomość", "{n} nowe wiadomości", "{n} nowych wiadomości"),
}


def add_language(settings: Settings, code: str, words: dict[object, object]) -> None:
    """Put a compiled catalogue into the data folder."""
    catalogue = Catalog(locale=code)
    for sentence, translated in words.items():
        catalogue.add(sentence, translated)
    file = settings.data / "translations" / code / "LC_MESSAGES" / "messages.mo"
    file.parent.mkdir(parents=True)
    with file.open("wb") as opened:
        write_mo(opened, catalogue)


@pytest.fixture
def polish(app, settings):
    add_language(settings, "pl", WORDS)


def test_numbers_speak_it_too(app, settings, polish):
    with app.test_request_context(headers={"Accept-Language": "pl"}):
        said = [ngettext("{n} new message", "{n} new messages", n) for n in (1, 2, 5)]
    with app.test_request_context(headers={"Accept-Language": "ko"}):
        korean = ngettext("{n} new message", "{n} new messages", 2)

    assert said == list(WORDS["{n} new message", "{n} new messages"])
    assert korean == "새 메시지 {n}개"


def test_a_page_speaks_the_language_of_the_browser(polish, anonymous):
    html = anonymous.get("/sign-in", headers={"Accept-Language": "pl,en;q=0.5"}).get_data(as_text=True)

    assert '<html lang="pl">' in html
    assert "Zaloguj się" in html


def test_what_has_no_translation_yet_is_english(polish, anonymous):
    html = anonymous.get("/sign-in", headers={"Accept-Language": "pl"}).get_data(as_text=True)

    assert "Keep me signed in on this device" in html


def test_every_signed_out_page_offers_the_other_languages_by_their_own_names(polish, anonymous):
    html = anonymous.get("/sign-in", headers={"Accept-Language": "pl"}).get_data(as_text=True)

    assert [name in html for name in ("English", "한국어", 'lang="pl" hreflang')] == [True, True, False]
    assert anonymous.get("/language/pl").status_code == 302


def test_somebody_may_choose_it_and_gets_its_refusals(polish, alice):
    assert created(alice.patch("/api/me", json={"language": "pl"}))["user"]["language"] == "pl"

    refused = alice.put("/api/me/avatar").get_json()

    assert refused["errors"] == {"file": "To jest wymagane."}
    assert "Polski" in alice.get("/settings/profile").get_data(as_text=True)


def test_nobody_may_choose_a_language_without_a_catalogue(alice):
    assert alice.patch("/api/me", json={"language": "pl"}).status_code == 422


def test_the_scripts_get_its_words_and_which_numbers_have_which_form(polish, anonymous):
    answer = anonymous.get("/i18n/pl.json").get_json()

    assert answer["words"]["Today"] == "Dzisiaj"
    assert answer["words"]["{n} new message"][2] == "{n} nowych wiadomości"
    assert answer["plurals"] == {"one": 0, "few": 1, "many": 2, "other": 2}


def test_a_language_of_one_country_and_one_from_right_to_left(app, settings, anonymous):
    add_language(settings, "pt_BR", {"Sign in": "Entrar"})
    add_language(settings, "ar", {"Sign in": "تسجيل الدخول"})

    brazilian = anonymous.get("/sign-in", headers={"Accept-Language": "pt-BR"}).get_data(as_text=True)
    arabic = anonymous.get("/sign-in", headers={"Accept-Language": "ar"}).get_data(as_text=True)

    assert '<html lang="pt-BR">' in brazilian
    assert "Entrar" in brazilian
    assert '<html lang="ar" dir="rtl">' in arabic
    assert anonymous.get("/i18n/ar.json").get_json()["plurals"]["two"] == 2


def test_a_folder_that_is_no_language_is_passed_over(app, settings, anonymous):
    add_language(settings, "pl", WORDS)
    (settings.data / "translations" / "pl").rename(settings.data / "translations" / "nothing known")

    assert anonymous.get("/i18n/nothing known.json").status_code == 404
    assert anonymous.get("/sign-in").status_code == 200
