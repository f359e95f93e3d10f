"""Insights: the figures of owners, against what was said; and nobody else's."""

import csv
import datetime as dt
import io
import re
from html import unescape

import pytest

from chat.clock import clock_at
from chat.queries.insights import median
from tests.conftest import created, post
from tests.pages import enter, owner_browser, text_of

TODAY = dt.datetime(2026, 11, 25, 12, 0, tzinfo=dt.UTC)
"""A Wednesday."""
PAGE = "/admin/insights"
API = "/api/insights"


@pytest.fixture
def history(app, alice, bob, carol, room):
    """Return rooms in which was spoken: open, closed with Alice, closed without her, direct, and a quiet one."""
    with clock_at(TODAY - dt.timedelta(days=40)):
        rooms = {"launch": room, "quiet": new_room(alice, "open", "=quiet")}
        rooms["secret"] = new_room(bob, "closed", "secret plans", member_ids=[carol.user_id])
        rooms["direct"] = created(bob.post("/api/rooms", json={"kind": "direct", "member_ids": [carol.user_id]}))[
            "room"
        ]
    for days, seconds, person, name in (
        (12, 0, bob, "launch"),
        (3, 0, alice, "launch"),
        (3, 30, bob, "launch"),
        (1, 0, alice, "launch"),
        (1, 60, bob, "launch"),
        (0, 0, bob, "secret"),
        (0, 0, bob, "direct"),
        (0, 90, carol, "direct"),
    ):
        with clock_at(TODAY + dt.timedelta(days=-days, seconds=seconds)):
            post(person, rooms[name], "hello")
    app.extensions["listeners"].drain()
    return rooms


def new_room(person, kind, name, **fields):
    return created(person.post("/api/rooms", json={"kind": kind, **({"name": name} if name else {}), **fields}))["room"]


def ask(person, **query):
    with clock_at(TODAY):
        return person.get(API, query_string=query)


def words(response):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text_of(response))).split())


def test_the_figures_are_those_of_what_was_said(alice, history):
    found = created(ask(alice, **{"from": "2026-11-19", "until": "2026-11-25", "by": "day"}))

    totals = {"from": "2026-11-19", "until": "2026-11-25", "messages": 7, "active_people": 3, "active_rooms": 2}
    before = {"from": "2026-11-12", "until": "2026-11-18", "messages": 1, "active_people": 1, "active_rooms": 1}
    assert found["totals"] == {**totals, "responses": 3, "median_response_seconds": 60}
    assert found["before"] == {**before, "responses": 0, "median_response_seconds": None}
    assert [(one["from"], one["messages"], one["active_people"]) for one in found["periods"]] == [
        ("2026-11-19", 0, 0),
        ("2026-11-20", 0, 0),
        ("2026-11-21", 0, 0),
        ("2026-11-22", 2, 2),
        ("2026-11-23", 0, 0),
        ("2026-11-24", 2, 2),
        ("2026-11-25", 3, 2),
    ]
    assert [one["median_response_seconds"] for one in found["periods"]][3:] == [30, None, 60, 90]
    assert (found["people"], found["messages_left"]) == (3, 0)


def test_weeks_begin_on_monday_and_are_cut_to_the_span(alice, history):
    periods = created(ask(alice, **{"from": "2026-11-13", "by": "week"}))["periods"]

    assert [(one["from"], one["until"], one["messages"], one["active_people"]) for one in periods] == [
        ("2026-11-13", "2026-11-15", 1, 1),
        ("2026-11-16", "2026-11-22", 2, 2),
        ("2026-11-23", "2026-11-25", 5, 3),
    ]
    assert [one["median_response_seconds"] for one in periods] == [None, 30, 60]


def test_rooms_are_named_to_who_may_see_them_and_the_others_counted_together(alice, history):
    answer = ask(alice)
    found = created(answer)

    assert [(one["name"], one["messages"], one["active_people"]) for one in found["rooms"]] == [("launch", 5, 2)]
    assert found["direct"] == {"messages": 2, "active_people": 2, "rooms": 1}
    assert found["other_closed"] == {"messages": 1, "active_people": 1, "rooms": 1}
    assert [(one["name"], one["last_message_at"]) for one in found["quiet_rooms"]] == [("=quiet", None)]
    assert "secret" not in answer.get_data(as_text=True)


def test_only_owners_see_any_of_it(app, alice, bob, carol, anonymous, history):
    owner, member = owner_browser(app, alice), enter(app, alice, "Mina")

    assert [one.get(API).status_code for one in (alice, bob, carol, anonymous)] == [200, 403, 403, 401]
    assert [one.get(PAGE).status_code for one in (owner, member)] == [200, 403]
    assert [PAGE in text_of(one.get("/settings/profile")) for one in (owner, member)] == [True, False]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"from": "2026-11-26"}, "from"),
        ({"from": "2026-11-20", "until": "2026-11-19"}, "from"),
        ({"from": "2025-10-01"}, "from"),
        ({"from": "20261119T0"}, "from"),
        ({"from": "2026-W48-1"}, "from"),
        ({"until": "0001-01-01"}, "until"),
        ({"until": "2026-02-30"}, "until"),
        ({"until": ""}, "until"),
        ({"by": "month"}, "by"),
    ],
)
def test_what_is_no_span_is_refused(alice, query, field):
    answer = ask(alice, **query)

    assert (answer.status_code, answer.get_json()["code"]) == (422, "invalid")
    assert list(answer.get_json()["errors"]) == [field]


def test_the_page_says_the_same_and_hands_it_out_as_files(app, alice, history):
    owner = owner_browser(app, alice)
    with clock_at(TODAY):
        said = words(owner.get(f"{PAGE}?days=7"))
        year = owner.get(f"{PAGE}?days=365&by=day")
        days = owner.get(f"{PAGE}/periods.csv?days=7")
        rooms = owner.get(f"{PAGE}/rooms.csv?days=7")

    assert "Messages 7 before: 1 (+600%)" in said
    assert "Median response time 1 min before: –" in said
    assert "Nov 25: 1 min 30 s" in said
    assert "Nov 25: 3 messages" in said
    assert "Nov 23: no answers" in said
    assert "Closed rooms that you are not in 2 rooms · counted together 5 2" in said
    assert "secret" not in said
    assert year.get_data(as_text=True).count('class="slot"') == 3 * 53
    assert days.headers["Content-Disposition"] == 'attachment; filename="insights-days-2026-11-25.csv"'
    table = list(csv.reader(io.StringIO(text_of(days).removeprefix("\ufeff"))))
    assert table[0] == ["from", "until", "messages", "active_people", "responses", "median_response_seconds"]
    assert table[-1] == ["2026-11-25", "2026-11-25", "3", "2", "1", "90"]
    kept = [row[1:] for row in csv.reader(io.StringIO(text_of(rooms).removeprefix("\ufeff")))]
    assert kept[1:] == [["'=quiet", "open", "0", "0"], ["", "other closed", "5", "2"], ["", "direct", "2", "2"]]


def test_an_empty_workspace_gets_a_sentence_and_korean_is_spoken(app, alice):
    owner = owner_browser(app, alice)
    assert "Nobody has written anything yet." in words(owner.get(PAGE))

    room = new_room(alice, "open", "hall")
    post(alice, room, "hello")
    csrf = created(owner.get("/api/me"))["csrf_token"]
    created(owner.patch("/api/me", json={"language": "ko"}, headers={"X-CSRF-Token": csrf}))
    before_it_is_counted = words(owner.get(f"{PAGE}?days=7&by=week"))
    app.extensions["listeners"].drain()

    assert "이 기간에는 아무도 글을 쓰지 않았어요." in before_it_is_counted
    assert "메시지 1개" in words(owner.get(PAGE))


def test_the_median_is_the_lower_middle():
    assert [median(values) for values in ([], [(5, 1)], [(9, 1), (5, 1)], [(1, 2), (7, 3)])] == [None, 5, 5, 7]
