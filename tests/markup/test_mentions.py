"""Who is mentioned."""

import pytest

from chat.markup import People, render

PEOPLE = People(
    [(1, "Jiwoo Han"), (2, "Mina Park"), (3, "정다은"), (4, "김서준"), (5, "Leo"), (6, "Leo Alvarez"), (7, "Zoë Ōta")]
)


def mentioned(text: str, people: People = PEOPLE) -> tuple[int, ...]:
    return render(text, people).mentions


@pytest.mark.parametrize(
    ("text", "user_ids"),
    [
        ("@Mina Park", (2,)),
        ("@mina park!", (2,)),
        ("@MINA", (2,)),
        ("@Mina님", (2,)),
        ("안녕하세요 @정다은님", (3,)),
        ("@정다은이", (3,)),
        ("(@김서준)", (4,)),
        ("cc:@mina/@정다은", (2, 3)),
        ("@Leo Alvarez", (6,)),
        ("@Leo", (5,)),
        ("@Leo, @leo alvarez", (5, 6)),
        ("@zoë", (7,)),
        ("@Zoe\u0308", (7,)),
        ("@\u110c\u1165\u11bc\u1103\u1161\u110b\u1173\u11ab", (3,)),
        ("**@Mina**님 그리고 ~~@정다은~~", (2, 3)),
        ("> @Mina\n\n- @Leo", (2, 5)),
        ("@mina @mina @jiwoo @mina", (2, 1)),
        ("@Mina.", (2,)),
        ("@@mina", (2,)),
    ],
)
def test_names_mention(text: str, user_ids: tuple[int, ...]) -> None:
    assert mentioned(text) == user_ids


@pytest.mark.parametrize(
    "text",
    [
        *[
            "mina",
            "a@mina",
            "1@mina",
            "가@mina",
            "@minapark",
            "@mina2",
            "@mina_x",
            "@ mina",
            "@정다",
            "@Alvarez",
            "@",
            "@here",
            "@room",
        ],
        *[
            "mina@mina.com",
            "`@mina`",
            "```\n@mina\n```",
            "[@mina](https://example.com)",
            r"\@mina",
            "https://example.com/@mina",
        ],
        *["example.com/@mina", "<https://example.com/@mina>"],
    ],
)
def test_these_mention_nobody(text: str) -> None:
    assert mentioned(text) == ()


def test_the_link_shows_what_was_typed() -> None:
    assert render("@MINA 님", PEOPLE).html == '<p><a class="mention" data-user-id="2">@MINA</a> 님</p>'


def test_a_first_word_that_two_share_is_nobodys() -> None:
    people = People([(1, "Mina Park"), (2, "Mina Kim")])

    assert mentioned("@Mina", people) == ()
    assert mentioned("@Mina Kim", people) == (2,)


def test_equal_names_are_all_mentioned_unless_a_number_says_who() -> None:
    people = People([(12, "김민수"), (9, "김민수")])

    assert mentioned("@김민수님", people) == (9, 12)
    assert render("@김민수#12님", people).html == '<p><a class="mention" data-user-id="12">@김민수</a>님</p>'
    assert mentioned("@김민수#12", people) == (12,)
    assert mentioned("@김민수#1", people) == (9, 12)
    assert mentioned("@김민수#123", people) == (9, 12)


def test_names_with_marks_in_them_are_found_whole() -> None:
    people = People([(1, "snake_case_name"), (2, "*star*"), (3, "<b>Bold</b>"), (4, "J. R. [Bob] (x)")])

    assert mentioned("@snake_case_name @*star* @<b>Bold</b> @J. R. [Bob] (x)", people) == (1, 2, 3, 4)
    assert (
        render("@<b>Bold</b>", people).html == '<p><a class="mention" data-user-id="3">@&lt;b&gt;Bold&lt;/b&gt;</a></p>'
    )


def test_odd_names_do_no_harm() -> None:
    people = People([(1, ""), (2, "   "), (3, "İstanbul  Öz"), (4, "ß"), (5, "\u0130")])

    assert mentioned("@ @İstanbul Öz @ß", people) == (3, 4)
