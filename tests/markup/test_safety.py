"""Whatever the text: no failure, no HTML that was not ours, and the short way equals the long one."""

from html.parser import HTMLParser

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chat.markup import _CLEANER, _JUMBO, People, _is_plain, _marked_up, _plain_html, _tidy, render

PEOPLE = People([(1, "Jiwoo Han"), (2, "Mina Park"), (3, "정다은"), (4, "a"), (5, "*b*"), (6, "a_b c")])
SNIPPETS = [
    *[
        "*",
        "**",
        "_",
        "__",
        "~",
        "~~",
        "`",
        "```",
        "```python\n",
        "\n",
        "\n\n",
        "> ",
        ">",
        "- ",
        "1. ",
        "2) ",
        "# ",
        "|",
        "|-|\n",
        "\n-|-\n",
        "- [ ] ",
        "- [x] ",
        "/me ",
        ":tada:",
        ":own:",
        "::skin-tone-3:",
        ":",
        "    ",
        "\t",
    ],
    *[
        "[",
        "](",
        ")",
        "![",
        "<",
        ">",
        "</",
        "<script>",
        "<img src=x onerror=a>",
        "&",
        "&lt;",
        "&#106;",
        "\\",
        "|",
        '"',
        "'",
        "=",
        "-",
    ],
    *[
        "http://",
        "https://example.com",
        "www.",
        ".com",
        "a.kr/",
        "javascript:",
        "data:",
        "mailto:",
        "@",
        "a@b.co",
        "@mina",
        "#2",
        "://",
    ],
    *[
        "가",
        "은",
        "에서",
        "정다은",
        "a",
        "word",
        "7",
        " ",
        "\u00a0",
        "\u3000",
        "\u200d",
        "👍",
        "🇰",
        "\x00",
        "\x0c",
        "\x85",
        "\u2028",
        "\r",
    ],
    *["\ud800", "\u0301", "İ", "ß", "。", "”", "\ufeff", "\ufffe"],
]
texts = st.one_of(
    st.text(max_size=60),
    st.lists(st.sampled_from(SNIPPETS), max_size=14).map("".join),
    st.lists(st.one_of(st.sampled_from(SNIPPETS), st.text(max_size=6)), max_size=10).map("".join),
)

ALLOWED: dict[str, set[str]] = {
    **{tag: {"class"} for tag in ("p", "span", "figure", "div", "th", "td")},
    **{tag: set() for tag in ("br", "strong", "em", "s", "code", "pre", "figcaption", "blockquote", "ul")},
    **{tag: set() for tag in ("h3", "h4", "h5", "table", "thead", "tbody", "tr")},
    "li": {"class", "data-line"},
    "input": {"type", "disabled", "checked"},
    "img": {"class", "alt"},
    "ol": {"start"},
    "a": {"class", "data-user-id", "href", "target", "rel"},
}


class Inspector(HTMLParser):
    """Fails at a tag, an attribute or a scheme outside the list."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert {name for name, _ in attrs} <= ALLOWED[tag]
        href = dict(attrs).get("href")
        assert href is None or href.lower().startswith(("http://", "https://", "mailto:"))
        assert tag != "input" or {"type", "disabled"} <= dict(attrs).keys()
        assert href is None or dict(attrs)["rel"] == "noopener noreferrer nofollow"

    def handle_comment(self, data: str) -> None:
        pytest.fail(f"a comment: {data}")

    def handle_decl(self, decl: str) -> None:
        pytest.fail(f"a declaration: {decl}")


@settings(deadline=None, max_examples=400)
@given(texts)
@example("[x](http://a\tb)")
@example("```a\x00\n<")
def test_any_text_becomes_clean_html(text: str) -> None:
    html = render(text, PEOPLE, {"own"}).html

    Inspector().feed(html)
    assert _CLEANER.clean(html) == html


@settings(deadline=None, max_examples=400)
@given(texts)
@example("a \n\n \tb\t\n")
@example("\n\u3000\n")
def test_the_short_way_equals_the_long_way(text: str) -> None:
    tidy = _tidy(text)

    if _is_plain(tidy):
        assert _plain_html(tidy) == _marked_up(tidy, PEOPLE).html


@settings(deadline=None, max_examples=200)
@given(st.text(alphabet=st.sampled_from("ab 가.,!?:;()\n\t&>-1\u00a0'\""), max_size=40))
def test_the_short_way_equals_the_long_way_for_ordinary_text(text: str) -> None:
    tidy = _tidy(text)

    if _is_plain(tidy) and not _JUMBO.fullmatch(tidy):
        assert render(text, PEOPLE) == _marked_up(tidy, PEOPLE)


@pytest.mark.parametrize(
    "sentence", ["Also booked the small room from 10:45.", "네, 11시 좋아요!", "a & b (c) #launch ~ 3%", "둘\n셋\n\n넷"]
)
def test_ordinary_sentences_take_the_short_way(sentence: str) -> None:
    assert _is_plain(sentence)


HOSTILE = [
    *[
        "> ",
        ">",
        "> a\n",
        "> a\n\n",
        "*",
        "*a ",
        "*a*",
        "**a",
        "_",
        "~~a",
        "[",
        "[](",
        "[a](b",
        "|",
        "|-",
        "a|b\n-|-\n",
        "- [ ] a\n",
        "# a\n",
        ":tada:",
        ":a",
        "/me ",
        "![",
        "[a](http://b)",
        "[*",
        "]",
        "`",
        "`a",
    ],
    *[
        "<",
        "<a ",
        "<http://a",
        "&",
        "\\",
        "- ",
        "- a\n",
        "1. a\n",
        "- a\n\n",
        "a\n\n",
        "*\n",
        "http://a.b ",
        "a.com ",
        "a.",
        "-a.a",
        "a@b.co ",
    ],
    *[
        "a@",
        "http://a(",
        "http://a/(([",
        "@Mina Park ",
        "@",
        "```\n",
        "```python\na\n```\n",
        "👩\u200d",
        "<b>",
        "<script>",
        "> - ",
        "\t",
        "\x00",
    ],
]


@pytest.mark.parametrize("piece", HOSTILE)
@pytest.mark.parametrize("end", ["", "](x)", "*", "`", "@"])
def test_a_message_full_of_marks_renders(piece: str, end: str) -> None:
    text = (piece * 4_000)[: 4_000 - len(end)] + end

    html = render(text, PEOPLE).html

    Inspector().feed(html)
    assert _CLEANER.clean(html) == html
