"""What becomes a link, and what never does."""

import re

import pytest

from chat.markup import People, render

NOBODY = People([])


def links(text: str) -> list[tuple[str, str]]:
    """Return href and text of every link, and check that each carries the three protections."""
    html = render(text, NOBODY).html
    found = re.findall(r'<a href="([^"]*)" target="_blank" rel="noopener noreferrer nofollow">(.*?)</a>', html)
    assert len(found) == html.count("<a ")
    return found


@pytest.mark.parametrize(
    ("text", "href"),
    [
        ("https://example.com.", "https://example.com"),
        ("(https://example.com)", "https://example.com"),
        ("https://example.com/a_(b)_c, and", "https://example.com/a_(b)_c"),
        ("https://example.com/?a[]=1", "https://example.com/?a%5B%5D=1"),
        ("**https://example.com**입니다", "https://example.com"),
        ("_https://example.com/_x_/_", "https://example.com/_x_/"),
        ("https://example.com/~mina/*a*", "https://example.com/~mina/*a"),
        ("HTTP://Example.com/A", "HTTP://Example.com/A"),
        ("http://localhost:8000/x", "http://localhost:8000/x"),
        ("https://example.com/문서", "https://example.com/%EB%AC%B8%EC%84%9C"),
        ("https://한글.한국/", "https://xn--bj0bj06e.xn--3e0b707e/"),
        ("https://example.com/a를 보세요", "https://example.com/a"),
        ("https://example.com/에서", "https://example.com/"),
        ("https://example.com/wiki/가", "https://example.com/wiki/%EA%B0%80"),
        ("naver.com으로", "https://naver.com"),
        ("a.co.kr/x?y#z", "https://a.co.kr/x?y#z"),
        ("www.github.io/a", "https://www.github.io/a"),
        ("mina.park+x@example.co.kr에게", "mailto:mina.park+x@example.co.kr"),
        ("mailto:mina@example.com", "mailto:mina@example.com"),
        ("<https://example.com/a b>, <https://example.com/a>", "https://example.com/a"),
        ("“https://example.com”", "https://example.com"),
        ("[x](https://example.com 'title')", "https://example.com"),
        ("![x](https://example.com/a.png)", "https://example.com/a.png"),
        ("[](https://example.com)", "https://example.com"),
    ],
)
def test_addresses_become_links(text: str, href: str) -> None:
    assert [found for found, _ in links(text)][-1] == href


def test_an_exclamation_mark_after_a_word_is_the_sentences() -> None:
    assert render("와![링크](https://example.com)", NOBODY).html.startswith("<p>와!<a ")


def test_a_link_in_a_link_is_text() -> None:
    assert links("[https://example.com](https://example.org)") == [("https://example.org", "https://example.com")]


@pytest.mark.parametrize("text", ["[x]()", "a [x]( ) b", "[**x**](<>)", "[[x]]()"])
def test_a_link_to_nowhere_is_text(text: str) -> None:
    html = render(text, NOBODY).html

    assert "<a" not in html
    assert "[" in html
    assert "](" in html


@pytest.mark.parametrize(
    "text",
    ["app.py", "README.md", "a.b", "1.2.3", "3.5", "run.sh로", "e.g. this", "x.comma", "://", "http://", "@a.com"],
)
def test_these_are_no_addresses(text: str) -> None:
    assert links(text) == []


@pytest.mark.parametrize(
    "target",
    [
        *[
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            " javascript:alert(1)",
            "java\tscript:alert(1)",
            "javascript&#58;alert(1)",
        ],
        *[
            "&#106;avascript:alert(1)",
            "&#x6A;avascript&colon;alert(1)",
            "javascript&Tab;:alert(1)",
            "\x01javascript:alert(1)",
        ],
        *[
            "vbscript:x",
            "data:text/html,<script>",
            "DATA:text/html;base64,x",
            "data:image/png;base64,x",
            "file:///etc/passwd",
        ],
        *[
            "//evil.example",
            "/settings",
            "settings",
            "#top",
            "?q",
            "ftp://example.com",
            "http:javascript",
            "https:/x",
            "mailto:",
            "",
        ],
        *[
            "javascript://example.com/%0aalert(1)",
            "\\javascript:alert(1)",
            "javascript\\:alert(1)",
            "feed:javascript:x",
            "blob:https://x",
        ],
    ],
)
@pytest.mark.parametrize("form", ["[x]({})", "[x](<{}>)", "![x]({})", "<{}>", "{}"])
def test_other_schemes_are_never_linked(target: str, form: str) -> None:
    hrefs = [href for href, _ in links(form.format(target))]

    assert all(re.match(r"https?://|mailto:", href) for href in hrefs)
    assert not any("script" in href and "example.com" not in href for href in hrefs)
