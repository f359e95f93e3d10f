"""An end that is down as a whole: everything waits for it, nothing is given up, and nobody else is delayed."""

import datetime as dt

import pytest

from chat.clock import clock_at, now
from chat.listeners.listener import EndDownError, Listener
from tests.conftest import created, post
from tests.listeners.test_runner import letters_of, state_of, status_of


class End:
    """An end that is down, or dislikes some events, as it is told."""

    def __init__(self):
        self.is_down = True
        self.dislikes = set()
        self.tries = 0
        self.taken = []

    def __call__(self, entry, key):
        self.tries += 1
        if self.is_down:
            msg = "nobody answers"
            raise EndDownError(msg)
        if entry.message_id in self.dislikes:
            raise ValueError(entry.message_id)
        self.taken.append((key, entry.payload))

    @property
    def numbers(self):
        return [int(key.split(":")[1]) for key, _ in self.taken]


@pytest.fixture
def runner(app):
    return app.extensions["listeners"]


@pytest.fixture
def end(runner):
    made = End()
    runner.add(Listener("end", made, frozenset({"message_posted"})))
    runner.drain()
    return made


def drain_through(runner, minutes):
    """Let a listener try for so long, whenever its wait is over."""
    begin = now()
    for seconds in range(0, minutes * 60, 15):
        with clock_at(begin + dt.timedelta(seconds=seconds)):
            runner.drain("end")


def test_an_end_that_is_down_for_a_day_costs_no_event_and_delays_nobody(app, alice, room, runner, end):
    posted = [post(alice, room, text)["seq"] for text in ("one", "two", "three")]
    begin = now()
    for hours in range(24):
        with clock_at(begin + dt.timedelta(hours=hours)):
            runner.drain()

    status = status_of(app, runner, "end")
    assert (status.cursor, status.attempts, status.dead_letter_count) == (posted[0] - 1, 0, 0)
    assert end.tries == 24
    assert (status.state, status.last_error) == ("waiting", "EndDownError: nobody answers")
    assert status.down_since[:16] == begin.isoformat()[:16]
    assert status_of(app, runner, "search_index").cursor >= posted[-1]

    end.is_down = False
    with clock_at(begin + dt.timedelta(hours=24)):
        runner.drain("end")

    assert end.numbers == posted
    after = status_of(app, runner, "end")
    assert (after.state, after.down_since, after.lag_events) == ("up_to_date", None, 0)


def test_the_wait_is_as_long_as_it_has_been_down_up_to_a_minute(app, alice, room, runner, end):
    post(alice, room, "one")
    waits, moment = [], now()
    for _ in range(9):
        with clock_at(moment):
            runner.drain("end")
        following = dt.datetime.fromisoformat(state_of(app, "end").next_attempt_at)
        waits.append((following - moment).total_seconds())
        moment = following + dt.timedelta(milliseconds=1)

    assert 0.7 <= waits[0] <= 1.3
    assert waits[3] > 2
    assert 44 <= waits[-1] <= 76


def test_tries_at_an_end_that_was_down_do_not_count_when_an_event_fails_by_itself(app, alice, room, runner, end):
    bad, good = (post(alice, room, text) for text in ("one", "two"))
    drain_through(runner, minutes=30)
    assert end.tries > 10
    end.is_down, end.dislikes = False, {bad["message"]["id"]}

    with clock_at(now() + dt.timedelta(hours=1)):
        runner.drain("end")
    once = state_of(app, "end")
    for hours in range(2, 11):
        with clock_at(now() + dt.timedelta(hours=hours)):
            runner.drain("end")

    assert (once.attempts, once.down_since) == (1, None)
    assert [(letter.seq, letter.attempts) for letter in letters_of(app, "end")] == [(bad["seq"], 10)]
    assert end.numbers == [good["seq"]]


def test_dead_letters_are_left_alone_once_the_end_turns_out_to_be_down(app, alice, room, runner, end):
    end.is_down = False
    posted = [post(alice, room, text) for text in ("one", "two")]
    end.dislikes = {one["message"]["id"] for one in posted}
    for hours in range(25):
        with clock_at(now() + dt.timedelta(hours=hours)):
            runner.drain("end")
    assert len(letters_of(app, "end")) == 2
    end.is_down, end.tries = True, 0

    with app.app_context():
        assert runner.retry("end") == 2

    assert end.tries == 1


def test_an_event_that_an_operator_skips_while_the_end_is_down_is_put_aside(app, alice, room, runner, end):
    skipped, following = (post(alice, room, text)["seq"] for text in ("one", "two"))
    runner.drain("end")

    with app.app_context():
        assert runner.skip("end") == skipped
    end.is_down = False
    runner.drain("end")

    assert [letter.seq for letter in letters_of(app, "end")] == [skipped]
    assert end.numbers == [following]


def test_what_is_deleted_while_those_ahead_of_it_are_sent_is_sent_to_nobody(app, alice, room, runner, end):
    class Slow(End):
        def __call__(self, entry, key):
            super().__call__(entry, key)
            if len(self.taken) == 1:
                created(alice.delete(f"/api/messages/{secret['id']}"))

    slow = Slow()
    slow.is_down = False
    runner.add(Listener("slow", slow, frozenset({"message_posted"})))
    runner.drain("slow")
    post(alice, room, "first")
    secret = post(alice, room, "secret")["message"]

    runner.drain("slow")

    assert "first" in slow.taken[0][1]
    assert slow.taken[1][1] is None


def test_personal_streams_do_not_concern_a_listener_of_rooms(app, alice, bob, room, runner):
    rooms, everything = End(), End()
    rooms.is_down = everything.is_down = False
    runner.add(Listener("rooms", rooms, rooms_only=True))
    runner.add(Listener("everything", everything))
    runner.drain()
    posted = post(alice, room, "hello")["seq"]
    created(bob.put(f"/api/rooms/{room['id']}/read", json={"message_id": 1}))

    runner.drain()

    assert rooms.numbers == [posted]
    assert set(everything.numbers) > {posted}
    assert state_of(app, "rooms").cursor == state_of(app, "everything").cursor
