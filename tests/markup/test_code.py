"""Code blocks and their colours."""

import pytest

from chat.markup import _LANGUAGES, People, render

NOBODY = People([])


def html(text: str) -> str:
    return render(text, NOBODY).html


def test_a_block_has_a_caption_and_no_button() -> None:
    assert html("```py\nx = 1\n```") == (
        '<figure class="codeblock"><figcaption>Python</figcaption>'
        '<pre><code>x = <span class="n">1</span></code></pre></figure>'
    )


def test_only_a_named_language_is_coloured() -> None:
    assert "<span" not in html("```\ndef f(): return 1\n```")


def test_an_unknown_word_becomes_the_caption() -> None:
    assert "<figcaption>&lt;b&gt; 안녕</figcaption>" in html("```<b> 안녕\nx\n```")


@pytest.mark.parametrize("word", sorted(_LANGUAGES))
def test_every_language_colours_and_keeps_the_text(word: str) -> None:
    code = "if (a < b) { return 'x & y'; } // 100\n# end"
    rendered = html(f"```{word}\n{code}\n```")

    plain = rendered.partition("<code>")[2].partition("</code>")[0]
    for tag in ("</span>", *(f'<span class="{name}">' for name in "ksnfc")):
        plain = plain.replace(tag, "")
    assert plain == code.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@pytest.mark.parametrize(
    "code", ["x = 1\n" * 400, "x = " + "1" * 300, "x" + " " * 40 + "= 1"], ids=["long", "wide", "gaps"]
)
def test_code_that_could_take_long_stays_plain(code: str) -> None:
    assert "<span" not in html(f"```python\n{code}\n```")


def test_marks_mentions_and_links_in_code_are_code() -> None:
    people = People([(2, "Mina Park")])
    for text in ("`**a** @mina https://example.com`", "```\n**a** @mina https://example.com\n```"):
        rendered = render(text, people)
        assert rendered.mentions == ()
        assert "<code>**a** @mina https://example.com</code>" in rendered.html


def test_code_keeps_its_white_space() -> None:
    assert "<code>\n  a\n\tb\n\n</code>" in html("```\n\n  a\n\tb\n\n\n```")
