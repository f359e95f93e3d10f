"""Emphasis, blocks and what stays as it was typed."""

import pytest

from chat.markup import People, render

NOBODY = People([])
PARTICLES = [
    *[
        "은",
        "는",
        "이",
        "가",
        "을",
        "를",
        "의",
        "에",
        "에서",
        "에게",
        "께",
        "로",
        "으로",
        "와",
        "과",
        "도",
        "만",
        "까지",
    ],
    *["부터", "보다", "처럼", "이나", "나", "이랑", "랑", "하고", "입니다", "이에요", "예요", "이라고", "라고", "인데"],
]


def html(text: str) -> str:
    return render(text, NOBODY).html


@pytest.mark.parametrize("particle", PARTICLES)
@pytest.mark.parametrize(
    "inside", ["강조", '"인용"', "‘제목’", "(괄호)", "「낫표」", "100%", "v2.0", "$5", "important!"]
)
@pytest.mark.parametrize(("mark", "tag"), [("**", "strong"), ("*", "em"), ("_", "em"), ("__", "strong"), ("~~", "s")])
def test_a_particle_may_follow_emphasis_at_once(particle: str, inside: str, mark: str, tag: str) -> None:
    assert html(f"{mark}{inside}{mark}{particle} 봐요") == f"<p><{tag}>{inside}</{tag}>{particle} 봐요</p>"


@pytest.mark.parametrize("inside", ["강조", '"인용"', "(괄호)", "$100"])
def test_bold_may_stand_inside_a_korean_word(inside: str) -> None:
    assert html(f"가격은**{inside}**입니다") == f"<p>가격은<strong>{inside}</strong>입니다</p>"


@pytest.mark.parametrize(
    "text",
    [
        "snake_case_name",
        "변수_이름_목록",
        "2*3*4",
        "10*20*30cm",
        "a ** b ** c",
        "* * *",
        "~not struck~",
        "10~12시",
        "**",
        "_",
        "~~",
    ],
)
def test_marks_that_mean_themselves_stay(text: str) -> None:
    assert html(text) in {f"<p>{text}</p>", "<ul><li><ul><li>*</li></ul></li></ul>"}


@pytest.mark.parametrize(
    "text",
    [
        *[
            "#launch",
            "#1",
            "##x",
            "title\n---",
            "title\n===",
            "---",
            "    indented",
            "[ref]: https",
            "a | b\nc | d",
            "-",
            "1.",
            ">",
        ],
        *[
            "2026. 10. 14.",
            "2026. 10. 14. 회의록",
            "10. 14. 배포",
            "![no target]",
            "[x]",
            "[]",
            "+",
            "*",
            "-1",
            "3.5배",
        ],
    ],
)
def test_text_that_other_markdown_would_change_stays(text: str) -> None:
    assert html(text) == "<p>" + text.replace(">", "&gt;").replace("\n", "<br>") + "</p>"


def test_faces_and_comparisons_are_no_quotes() -> None:
    assert html(">_<") == "<p>&gt;_&lt;</p>"
    assert html("><\n>= 3") == "<p>&gt;&lt;<br>&gt;= 3</p>"


def test_a_number_starts_a_list_and_keeps_its_value() -> None:
    assert html("7. seven\n8. eight") == '<ol start="7"><li>seven</li><li>eight</li></ol>'


def test_an_answer_below_a_quote_is_outside_it() -> None:
    assert html("> asked\nanswered") == "<blockquote><p>asked</p></blockquote><p>answered</p>"
    assert html("> > deep\n> less\nout") == (
        "<blockquote><blockquote><p>deep</p></blockquote><p>less</p></blockquote><p>out</p>"
    )


def test_a_line_belongs_to_a_list_item_only_when_indented() -> None:
    assert html("- one\n  more\nout") == "<ul><li>one<br>more</li></ul><p>out</p>"


def test_a_quote_may_hold_a_list_and_a_list_a_quote() -> None:
    assert html("> - one\n> - two") == "<blockquote><ul><li>one</li><li>two</li></ul></blockquote>"
    assert html("- > one") == "<ul><li><blockquote><p>one</p></blockquote></li></ul>"


@pytest.mark.parametrize("mark", ["> ", ">", "- ", "1. ", "> - ", "* + - "])
def test_nothing_is_lost_below_the_deepest_level(mark: str) -> None:
    assert "the end" in html(mark * 60 + " the end")


def test_a_long_line_survives() -> None:
    assert html("가" * 4_000) == f"<p>{'가' * 4_000}</p>"
    assert html("*" + "가" * 3_999).count("가") == 3_999


def test_composed_and_decomposed_text_become_the_same() -> None:
    assert html("\u1112\u1161\u11ab") == "<p>한</p>"


def test_what_html_cannot_carry_is_dropped() -> None:
    assert html("a\x00b\x08c\r\nd\ue000") == "<p>abc<br>d\ue000</p>"
    assert html("\ud83d lone") == "<p>\ufffd lone</p>"


@pytest.mark.parametrize("text", ["", "\n", "\r\n\r\n", " ", "\t\n ", "\x00"])
def test_blank_text_is_nothing(text: str) -> None:
    assert html(text) == ""


@pytest.mark.parametrize(
    "emoji", ["👍", "👍🏽", "👨‍👩‍👧‍👦", "🇰🇷", "❤️", "1️⃣", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "🏳️‍🌈", "☕", "🤷🏻‍♀️", "✅", "⚡", "🫠", "❤️‍🔥"]
)
def test_up_to_three_lone_emoji_are_large(emoji: str) -> None:
    assert html(emoji) == f'<p class="jumbo">{emoji}</p>'
    assert html(f" {emoji} {emoji}{emoji}\n") == f'<p class="jumbo">{emoji} {emoji}{emoji}</p>'
    assert "jumbo" not in html(emoji * 4)
    assert "jumbo" not in html(f"{emoji}!")


@pytest.mark.parametrize("text", ["1", "123", "#", "©", "ㅋㅋㅋ", "™", "a", "→", "★", "🏽"])
def test_letters_digits_and_signs_are_not_large(text: str) -> None:
    assert "jumbo" not in html(text)
