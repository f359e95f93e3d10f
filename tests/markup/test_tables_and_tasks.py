"""Tables of bounded size, tasks that know their line, and who may name which emoji."""

import time

import pytest

from chat.emoji_names import emoji_named
from chat.markup import People, render

NOBODY = People([])


def html(text: str) -> str:
    return render(text, NOBODY, {"party"}).html


def test_a_table_of_many_cells_stays_text() -> None:
    rows = "|" * 3 + "\n"
    assert "<table>" in html("a|b\n-|-\n" + "1|2\n" * 300)
    assert "<table>" not in html("a|b\n-|-\n" + rows * 500)
    assert "<table>" not in html("|" + "a|" * 21 + "\n|" + "-|" * 21)


def test_the_largest_table_is_not_much_larger_than_its_text() -> None:
    text = "|" + "a|" * 20 + "\n|" + "-|" * 20 + "\n" + "|\n" * 38

    assert html(text).count("<td>") == 38 * 20


def test_a_row_has_as_many_cells_as_there_are_columns() -> None:
    assert html("a|b\n-|-\n1|2|3\n4|").endswith(
        "<tr><td>1</td><td>2</td></tr><tr><td>4</td><td></td></tr></tbody></table></div>"
    )


def test_a_task_knows_the_line_of_its_text() -> None:
    text = "hello\n\n> - [ ] quoted\n\n```\n- [ ] code\n```\n1. [x] last"

    assert 'data-line="2"' in html(text)
    assert 'data-line="7"' in html(text)
    assert html(text).count("<input") == 2


def test_the_workspaces_own_emoji_come_before_others_of_that_name() -> None:
    assert render(":tada: !", NOBODY, {"tada"}).html == '<p><img class="emoji" alt=":tada:"> !</p>'
    assert render(":ours: !", NOBODY).html == "<p>:ours: !</p>"


@pytest.mark.parametrize(
    ("name", "tone", "emoji"),
    [
        ("wave", 0, "👋"),
        ("wave", 5, "👋🏿"),
        ("people_holding_hands", 2, "🧑🏼‍🤝‍🧑🏼"),
        ("female-technologist", 3, "👩🏽‍💻"),
        ("tada", 4, "🎉"),
    ],
)
def test_a_name_and_a_tone_give_an_emoji(name: str, tone: int, emoji: str) -> None:
    assert emoji_named(name, tone) == emoji


def test_nothing_is_called_so() -> None:
    assert emoji_named("no-such-name") is None


@pytest.mark.parametrize("piece", ["-|-\n", "a|b\n-|-\n", "|-|\n", "> a|b\n> -|-\n"])
def test_lines_that_could_all_start_a_table_are_looked_at_once(piece: str) -> None:
    started = time.process_time()
    html((piece * 4_000)[:4_000])

    assert time.process_time() - started < 1
