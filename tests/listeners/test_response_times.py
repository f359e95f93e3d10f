"""Response times: every answer once, after the rule, whatever fails and however often they are counted again."""

import datetime as dt
import random
from collections import Counter
from itertools import takewhile

import pytest
import sqlalchemy as sa

from chat import failpoints
from chat.clock import clock_at, moment_of
from chat.extensions import db
from chat.models import Message, ResponseTime, User
from chat.response_times import step_of
from chat.unit_of_work import unit_of_work
from tests.conftest import created, sign_up

START = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)
DAY_SECONDS = 86_400


@pytest.fixture
def runner(app):
    """Return the runner, with everything that has happened so far taken in."""
    found = app.extensions["listeners"]
    found.drain()
    return found


def say(person, room, seconds, **fields):
    """Post a message so many seconds after the start."""
    with clock_at(START + dt.timedelta(seconds=seconds)):
        body = {"text": "hello", **fields}
        return created(person.post(f"/api/rooms/{room['id']}/messages", json=body))["message"]["id"]


def counts(app):
    with app.app_context():
        return {(row.day, row.seconds): row.response_count for row in db.session.scalars(sa.select(ResponseTime))}


def counted_plainly(app):
    """Return the same by looking at every message and everything before it."""
    found: Counter[tuple[str, int]] = Counter()
    with app.app_context():
        bots = set(db.session.scalars(sa.select(User.id).where(User.role == "bot")))
        said = [one for one in db.session.scalars(sa.select(Message).order_by(Message.id)) if one.author_id not in bots]
        for one in said:
            place = [
                other
                for other in said
                if other.id < one.id
                and other.room_id == one.room_id
                and (
                    other.parent_id is None or other.also_in_room
                    if one.parent_id is None
                    else one.parent_id in {other.id, other.parent_id}
                )
            ]
            asked_by = place[-1].author_id if place else one.author_id
            turn = list(takewhile(lambda other, asked_by=asked_by: other.author_id == asked_by, reversed(place)))
            waits = [int(seconds_between(other, one)) for other in turn if asked_by != one.author_id]
            waits = [seconds for seconds in waits if seconds <= DAY_SECONDS]
            if waits:
                found[one.created_at[:10], step_of(max(waits))] += 1
    return dict(found)


def seconds_between(one, other):
    return (moment_of(other.created_at) - moment_of(one.created_at)).total_seconds()


def test_a_turn_is_answered_once_from_its_first_message_on_in_its_place(app, alice, bob, room, runner):
    first = say(alice, room, 0)
    say(alice, room, 20)
    say(bob, room, 45)
    say(bob, room, 50)
    say(bob, room, 100, parent_id=first)
    say(bob, room, 130, parent_id=first)
    say(alice, room, 400, parent_id=first, also_in_room=True)
    say(alice, room, 4_000)

    runner.drain()

    # Bob after 45 s, Bob in the thread after 100 s, Alice there after 300 s; what she says last follows herself.
    assert counts(app) == {("2026-11-24", 45): 1, ("2026-11-24", 100): 1, ("2026-11-24", 300): 1}


def test_what_comes_after_a_day_answers_nothing_and_midnight_is_of_the_new_day(app, alice, bob, room, runner):
    say(alice, room, 0)
    say(alice, room, 2 * DAY_SECONDS)
    say(bob, room, 2 * DAY_SECONDS + 59)
    say(alice, room, 3 * DAY_SECONDS + 60)
    say(bob, room, 3 * DAY_SECONDS + 16 * 3600)

    runner.drain()

    assert counts(app) == {("2026-11-26", 59): 1, ("2026-11-28", 57_000): 1}


def test_bots_neither_wait_nor_answer(app, alice, bob, room, runner):
    with app.app_context(), unit_of_work():
        db.session.get_one(User, bob.user_id).role = "bot"
    carla = sign_up(app, "Carla Ruiz")
    created(alice.post(f"/api/rooms/{room['id']}/members", json={"user_id": carla.user_id}))
    said = say(carla, room, 0)
    with app.app_context(), unit_of_work():
        db.session.get_one(Message, said).author_id = bob.user_id
    say(alice, room, 10)
    say(carla, room, 25)

    runner.replay("response_times")
    runner.drain()

    assert counts(app) == {("2026-11-24", 15): 1}


def test_steps_are_exact_at_first_and_coarser_then():
    assert [step_of(seconds) for seconds in (0, 59, 60, 69, 599, 600, 3_599, 3_600, DAY_SECONDS)] == [
        *(0, 59, 60, 60, 590, 600, 3_540, 3_600, DAY_SECONDS)
    ]
    assert len({step_of(seconds) for seconds in range(DAY_SECONDS + 1)}) < 310


def test_counts_along_a_rebuild_and_a_plain_count_agree_also_after_a_failure(app, alice, bob, room, runner):
    chance = random.Random(7)
    carla = sign_up(app, "Carla Ruiz")
    created(alice.post(f"/api/rooms/{room['id']}/members", json={"user_id": carla.user_id}))
    seconds, roots = 0, []
    for number in range(60):
        seconds += chance.choice([1, 30, 700, 5_000, 90_000])
        parent = {"parent_id": chance.choice(roots), "also_in_room": chance.random() < 0.3} if number % 3 == 2 else {}
        said = say(chance.choice([alice, bob, carla]), room, seconds, **parent)
        roots += [] if parent else [said]
        if number == 30:
            failpoints.arm("before_cursor=raise")
            try:
                runner.drain("response_times")
            finally:
                failpoints.arm("")
            runner.retry("response_times")
            runner.drain("response_times")
    created(alice.delete(f"/api/messages/{say(alice, room, seconds + 5)}"))
    runner.drain()
    along = counts(app)

    runner.replay("response_times")
    emptied = counts(app)
    runner.drain()

    assert sum(along.values()) > 15
    assert along == counted_plainly(app)
    assert emptied == {}
    assert counts(app) == along
