"""What a page says of itself, whatever its bytes are."""

import pytest

from chat.web_pages import ascii_address, read_page

URL = "https://example.com/a/page"


@pytest.mark.parametrize(
    ("body", "content_type", "title"),
    [
        ("<title>새봄 스튜디오</title>".encode("euc-kr"), "text/html; charset=EUC-KR", "새봄 스튜디오"),
        ('<meta charset="euc-kr"><title>똠방각하</title>'.encode("cp949"), "text/html", "똠방각하"),
        (
            '<meta http-equiv="Content-Type" content="text/html; charset=ks_c_5601-1987"><title>새봄</title>'.encode(
                "cp949"
            ),
            "text/html",
            "새봄",
        ),
        ("<title>새봄</title>".encode("cp949"), "text/html", "새봄"),
        ("<title>새봄</title>".encode(), "text/html; charset=punycode", "새봄"),
        (b"\xef\xbb\xbf<title>caf\xc3\xa9</title>", "text/html; charset=latin1", "café"),
        ("<title>cut</title>봄".encode()[:-1], "text/html", "cut"),
        (b"<title>a\n  b\xe2\x80\xae &amp; c</title>", "text/html", "a b & c"),
        (b"<meta property=og:title content='Unquoted<'><title>x", "text/html", "Unquoted<"),
        (b'<p <b ="\'></p>"><<title>still</title>', "text/html", "still"),
        (b"<script>" + b"'<title>no</title>'" * 9000 + b"</script><title>yes</title>", "text/html", "yes"),
        (b"<" * 900_000, "text/html", ""),
        (b"<a " * 300_000, "text/html", ""),
        (b"<!-- " * 200_000, "text/html", ""),
        (b"", "", ""),
    ],
)
def test_the_title_is_read(body, content_type, title):
    assert read_page(body, URL, content_type).title == title


def test_open_graph_comes_before_twitter_and_the_title_and_pictures_are_relative_to_the_page():
    page = read_page(
        b'<title>c</title><meta name="twitter:title" content="b"><meta property="og:title" content="a">'
        b'<meta name="description" content="d"><meta property="og:image" content="../thumb.png">',
        URL,
        "text/html",
    )
    assert (page.title, page.description, page.image_url) == ("a", "d", "https://example.com/thumb.png")
    assert len(read_page(b"<title>" + b"x" * 5000, URL, "").title) in {0, 200}


@pytest.mark.parametrize(
    ("address", "asked"),
    [
        ("https://예시.한국/길?q=봄#조각", "https://xn--vv4b11d.xn--3e0b707e/%EA%B8%B8?q=%EB%B4%84"),
        ("http://example.com", "http://example.com/"),
        ("https://user:secret@example.com/", None),
        ("javascript:alert(1)", None),
        ("mailto:a@example.com", None),
        ("http://[::1", None),
    ],
)
def test_an_address_is_asked_for_in_ascii(address, asked):
    assert ascii_address(address) == asked
