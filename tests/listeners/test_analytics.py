"""The daily figures: every message once, whatever fails and however often it is counted again."""

import datetime as dt
from collections import Counter

import pytest
import sqlalchemy as sa

from chat import failpoints
from chat.clock import clock_at, now
from chat.extensions import db
from chat.listeners.analytics import Analytics
from chat.models import DailyActivity, ListenerState, LoggedEvent, Message
from chat.seeding import seed
from chat.unit_of_work import unit_of_work
from tests.conftest import created, post

DAY = dt.timedelta(days=1)
TODAY = dt.datetime(2026, 11, 24, 9, 40, tzinfo=dt.UTC)


@pytest.fixture
def runner(app):
    """Return the runner, with everything that has happened so far taken in."""
    found = app.extensions["listeners"]
    found.drain()
    return found


def counts(app):
    """Return what is counted, as (day, room, person) → messages."""
    with app.app_context():
        return {
            (row.day, row.room_id, row.user_id): row.message_count
            for row in db.session.scalars(sa.select(DailyActivity))
        }


def counted_anew(app):
    """Return the same from the messages themselves."""
    with app.app_context():
        return dict(
            Counter((one.created_at[:10], one.room_id, one.author_id) for one in db.session.scalars(sa.select(Message)))
        )


def test_another_time_zone_counts_everything_by_its_days(app, alice, bob, room, runner):
    evening, next_morning = (
        dt.datetime(2026, 11, 24, 20, 0, tzinfo=dt.UTC),
        dt.datetime(2026, 11, 25, 1, 0, tzinfo=dt.UTC),
    )
    for person, moment in ((alice, evening), (bob, next_morning)):
        with clock_at(moment):
            post(person, room, "hello")
    runner.drain()
    assert {day for day, _, _ in counts(app)} >= {"2026-11-24", "2026-11-25"}
    assert bob.patch("/api/workspace", json={"time_zone": "Asia/Seoul"}).status_code == 403
    assert alice.patch("/api/workspace", json={"time_zone": "Asia/Nowhere"}).status_code == 422

    created(alice.patch("/api/workspace", json={"time_zone": "Asia/Seoul"}))
    assert counts(app) == {}
    with clock_at(next_morning):
        post(alice, room, "hello")
    runner.drain()

    seoul = {key: count for key, count in counts(app).items() if key[1] == room["id"]}
    assert seoul == {("2026-11-25", room["id"], alice.user_id): 2, ("2026-11-25", room["id"], bob.user_id): 1}
    with clock_at(evening):
        found = created(alice.get("/api/insights"))
    assert (found["time_zone"], found["totals"]["until"]) == ("Asia/Seoul", "2026-11-25")
    assert found["totals"]["responses"] == 2
    assert app.test_cli_runner().invoke(args=["verify"]).exit_code == 0


def test_messages_are_counted_per_day_room_and_person(app, alice, bob, room, runner):
    for person, moment in ((alice, TODAY - DAY), (alice, TODAY), (alice, TODAY), (bob, TODAY)):
        with clock_at(moment):
            post(person, room, "hello")

    runner.drain()

    assert counts(app) == {
        ("2026-11-23", room["id"], alice.user_id): 1,
        ("2026-11-24", room["id"], alice.user_id): 2,
        ("2026-11-24", room["id"], bob.user_id): 1,
    }


def test_a_deletion_and_an_edit_change_no_figure(app, alice, room, runner):
    said = post(alice, room, "hello")["message"]
    runner.drain()
    before = counts(app)
    created(alice.patch(f"/api/messages/{said['id']}", json={"text": "hello again", "base_version": 1}))
    created(alice.delete(f"/api/messages/{said['id']}"))

    runner.drain()

    assert list(before.values()) == [1]
    assert counts(app) == before


def test_a_message_that_is_deleted_before_it_was_counted_counts(app, alice, room, runner):
    said = post(alice, room, "hello")["message"]
    created(alice.delete(f"/api/messages/{said['id']}"))

    runner.drain()

    assert list(counts(app).values()) == [1]


def test_a_repeated_post_counts_once(app, alice, room, runner):
    key = {"Idempotency-Key": "0b7a4f0e-8f5e-4b5f-9e0e-000000000001"}
    post(alice, room, "hello", **key)
    post(alice, room, "hello", **key)

    runner.drain()

    assert list(counts(app).values()) == [1]


def test_a_failure_between_the_count_and_the_cursor_leaves_neither(app, alice, room, runner):
    posted = [post(alice, room, text)["seq"] for text in ("one", "two", "three")]
    failpoints.arm("before_cursor=raise")
    try:
        runner.drain("analytics")
    finally:
        failpoints.arm("")
    failed = counts(app)
    with app.app_context():
        cursor = db.session.get_one(ListenerState, "analytics").cursor

    runner.retry("analytics")
    runner.drain("analytics")

    assert failed == {}
    assert cursor < posted[0]
    assert counts(app) == counted_anew(app)
    assert list(counts(app).values()) == [3]


def test_counting_from_the_messages_gives_the_same_as_counting_along(app, alice, bob, room, runner):
    with app.app_context():
        seed(user_count=4, room_count=3, message_count=300, password="a long password")
    for person in (alice, bob):
        post(person, room, "hello")
    runner.drain()
    along = counts(app)

    runner.replay("analytics")
    emptied = counts(app)
    runner.drain()

    assert along == counted_anew(app)
    assert emptied == {}
    assert counts(app) == along


def test_counting_anew_counts_what_the_log_has_forgotten(app, alice, room, runner):
    post(alice, room, "one")
    runner.drain()
    app.extensions["broadcaster"].drain()
    with clock_at(now() + 100 * DAY):
        app.extensions["housekeeping"].run("log_retention")
    with app.app_context():
        assert db.session.scalars(sa.select(LoggedEvent)).all() == []
    runner.replay("analytics")
    post(alice, room, "two")

    runner.drain()

    assert list(counts(app).values()) == [2]


def test_a_rebuild_counts_every_message_once_however_small_its_steps(app, alice, room, runner):
    ids = [post(alice, room, str(number))["message"]["id"] for number in range(5)]
    steps = []

    with app.app_context(), unit_of_work():
        after = 0
        while after is not None:
            after = Analytics().rebuild(after, ids[-2], 3)
            steps.append(after)

    assert steps == [ids[2], ids[3], None]
    assert list(counts(app).values()) == [4]
