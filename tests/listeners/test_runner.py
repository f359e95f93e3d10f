"""Listeners: each with its own loop and cursor, exactly once or under the same key, and never in anybody's way."""

import datetime as dt
from collections import Counter

import pytest
import sqlalchemy as sa

from chat.clock import clock_at, now
from chat.extensions import db
from chat.listeners.listener import Listener, LocalListener, listener
from chat.listeners.runner import UnknownListenerError
from chat.models import DeadLetter, ListenerState, LogState, Message
from chat.unit_of_work import execute_sql, unit_of_work
from tests.conftest import created, post

LONG_PAST = "2000-01-01T00:00:00.000Z"


class FailingError(Exception):
    """What a listener fails with here."""


class Ledger(LocalListener):
    """Keeps the ids of posted messages in a table of its own; fails at the messages that it is told to."""

    def __init__(self) -> None:
        self.fails_at: set[int] = set()
        self.fails_after_effect = False
        self.sizes: list[int] = []

    def apply(self, entries):
        self.sizes.append(len(entries))
        for entry in entries:
            if entry.type == "message_posted":
                self._take(entry.message_id)
        if self.fails_after_effect:
            raise FailingError

    def reset(self):
        execute_sql("DELETE FROM ledger", ())

    def rebuild(self, after_id, until_id, limit):
        query = sa.select(Message.id).where(Message.id > after_id, Message.id <= until_id).order_by(Message.id)
        ids = db.session.scalars(query.limit(limit)).all()
        for message_id in ids:
            self._take(message_id)
        return ids[-1] if ids else None

    def _take(self, message_id):
        if message_id in self.fails_at:
            raise FailingError(message_id)
        execute_sql("INSERT INTO ledger (message_id) VALUES (?)", (message_id,))


class Outbox:
    """The other end of an external listener."""

    def __init__(self) -> None:
        self.keys: list[str] = []
        self.fails_at: set[int] = set()

    def __call__(self, entry, key):
        self.keys.append(key)
        if entry.message_id in self.fails_at:
            raise FailingError

    @property
    def numbers(self):
        return [int(key.split(":")[1]) for key in self.keys]


@pytest.fixture
def runner(app):
    return app.extensions["listeners"]


@pytest.fixture
def ledger(app, runner):
    with app.app_context(), unit_of_work():
        execute_sql("CREATE TABLE ledger (message_id INTEGER)", ())
    made = Ledger()
    runner.add(Listener("ledger", made))
    runner.drain("ledger")
    return made


@pytest.fixture
def outbox(runner):
    made = Outbox()
    runner.add(Listener("outbox", made, frozenset({"message_posted"})))
    runner.drain("outbox")
    return made


def in_ledger(app):
    with app.app_context():
        return [row[0] for row in db.session.execute(sa.text("SELECT message_id FROM ledger ORDER BY rowid"))]


def state_of(app, name):
    with app.app_context():
        return db.session.get_one(ListenerState, name)


def status_of(app, runner, name):
    with app.app_context():
        return next(status for status in runner.status() if status.name == name)


def head_of(app):
    with app.app_context():
        return db.session.scalars(sa.select(LogState.head_seq)).one()


def letters_of(app, name):
    with app.app_context():
        return list(db.session.scalars(sa.select(DeadLetter).where(DeadLetter.listener == name)))


def try_until_given_up(runner, name):
    for hours in range(1, 12):
        with clock_at(now() + dt.timedelta(hours=hours)):
            runner.drain(name)


def test_every_event_is_taken_once_and_the_cursor_is_at_the_head(app, alice, room, runner, ledger):
    ids = [post(alice, room, text)["message"]["id"] for text in ("one", "two", "three")]

    runner.drain("ledger")
    runner.drain("ledger")

    assert in_ledger(app) == ids
    assert state_of(app, "ledger").cursor == head_of(app)


def test_an_effect_that_fails_at_the_end_leaves_neither_effect_nor_cursor(app, alice, room, runner, ledger):
    before = state_of(app, "ledger").cursor
    posted = post(alice, room, "one")
    ledger.fails_after_effect = True
    runner.drain("ledger")
    assert in_ledger(app) == []
    assert state_of(app, "ledger").cursor == before

    ledger.fails_after_effect = False
    runner.retry("ledger")
    runner.drain("ledger")

    assert in_ledger(app) == [posted["message"]["id"]]


def test_what_came_before_the_failing_event_is_kept_and_what_comes_after_waits(app, alice, room, runner, ledger):
    first, second, third = (post(alice, room, text) for text in ("one", "two", "three"))
    ledger.fails_at = {second["message"]["id"]}

    runner.drain("ledger")

    assert in_ledger(app) == [first["message"]["id"]]
    status = status_of(app, runner, "ledger")
    assert status.cursor == second["seq"] - 1
    assert status.attempts == 1
    assert status.last_error == f"FailingError: {second['message']['id']}"
    assert status.lag_events == head_of(app) - status.cursor
    ledger.fails_at = set()
    with clock_at(now() + dt.timedelta(seconds=2)):
        runner.drain("ledger")
    assert in_ledger(app) == [message["message"]["id"] for message in (first, second, third)]
    assert status_of(app, runner, "ledger").attempts == 0


def test_the_wait_grows_from_a_second_to_five_minutes(app, alice, room, runner, ledger):
    ledger.fails_at = {post(alice, room, "one")["message"]["id"]}
    waits = []
    moment = now()
    for _ in range(9):
        with clock_at(moment):
            runner.drain("ledger")
        following = dt.datetime.fromisoformat(state_of(app, "ledger").next_attempt_at)
        waits.append((following - moment).total_seconds())
        moment = following + dt.timedelta(seconds=1)

    assert 0.75 <= waits[0] <= 1.25
    assert 1.5 <= waits[1] <= 2.5
    assert all(wait <= 300 * 1.25 for wait in waits)
    assert waits[8] > 150


def test_a_clock_that_was_set_back_keeps_no_listener_waiting(app, alice, room, runner, ledger):
    posted = post(alice, room, "one")
    ledger.fails_at = {posted["message"]["id"]}
    with clock_at(now() + dt.timedelta(days=1)):
        runner.drain("ledger")
    ledger.fails_at = set()

    runner.drain("ledger")

    assert in_ledger(app) == [posted["message"]["id"]]


def test_after_ten_tries_the_event_is_a_dead_letter_and_the_rest_goes_on(app, alice, room, runner, ledger):
    first, second = (post(alice, room, text) for text in ("one", "two"))
    ledger.fails_at = {first["message"]["id"]}

    try_until_given_up(runner, "ledger")

    assert [(letter.seq, letter.attempts) for letter in letters_of(app, "ledger")] == [(first["seq"], 10)]
    assert in_ledger(app) == [second["message"]["id"]]
    assert status_of(app, runner, "ledger").dead_letter_count == 1


def test_a_dead_letter_that_is_retried_takes_effect_once(app, alice, room, runner, ledger):
    posted = post(alice, room, "one")
    ledger.fails_at = {posted["message"]["id"]}
    try_until_given_up(runner, "ledger")
    with app.app_context():
        assert runner.retry("ledger") == 1
    ledger.fails_at = set()

    with app.app_context():
        assert runner.retry("ledger", posted["seq"]) == 0
        assert runner.retry("ledger", posted["seq"]) == 0

    assert in_ledger(app) == [posted["message"]["id"]]


def test_a_discarded_dead_letter_is_gone(app, alice, room, runner, ledger):
    posted = post(alice, room, "one")
    ledger.fails_at = {posted["message"]["id"]}
    try_until_given_up(runner, "ledger")

    with app.app_context():
        assert runner.discard("ledger", posted["seq"]) is True
        assert runner.discard("ledger", posted["seq"]) is False

    assert letters_of(app, "ledger") == []


def test_skipping_puts_the_failing_event_aside_at_once(app, alice, room, runner, ledger):
    first, second = (post(alice, room, text) for text in ("one", "two"))
    ledger.fails_at = {first["message"]["id"]}
    with app.app_context():
        assert runner.skip("ledger") is None
    runner.drain("ledger")

    with app.app_context():
        assert runner.skip("ledger") == first["seq"]
    runner.drain("ledger")

    assert [letter.seq for letter in letters_of(app, "ledger")] == [first["seq"]]
    assert in_ledger(app) == [second["message"]["id"]]


def test_one_listener_that_fails_keeps_nobody_else_back(app, alice, room, runner, ledger, outbox):
    first, second = (post(alice, room, text) for text in ("one", "two"))
    ledger.fails_at = {first["message"]["id"]}

    runner.drain()

    assert outbox.numbers == [first["seq"], second["seq"]]
    assert status_of(app, runner, "outbox").lag_events == 0
    assert status_of(app, runner, "ledger").lag_events > 0


def test_an_external_effect_has_the_same_key_at_every_try(app, alice, room, runner, outbox):
    first, second = (post(alice, room, text) for text in ("one", "two"))
    outbox.fails_at = {second["message"]["id"]}
    runner.drain("outbox")
    outbox.fails_at = set()
    with clock_at(now() + dt.timedelta(seconds=2)):
        runner.drain("outbox")

    assert outbox.numbers == [first["seq"], second["seq"], second["seq"]]
    assert Counter(outbox.keys)[outbox.keys[-1]] == 2
    assert outbox.keys[-1].endswith(f":{second['seq']}:outbox")


def test_a_new_external_listener_starts_at_the_head(app, alice, room, runner):
    post(alice, room, "before")
    made = Outbox()
    runner.add(Listener("late", made))

    runner.drain("late")

    assert made.keys == []


def test_a_new_local_listener_takes_what_is_stored_already_and_then_follows(app, alice, room, runner):
    stored = [post(alice, room, str(number))["message"]["id"] for number in range(70)]
    with app.app_context(), unit_of_work():
        execute_sql("CREATE TABLE ledger (message_id INTEGER)", ())
        execute_sql("DELETE FROM event WHERE seq <= 20", ())
    made = Ledger()
    runner.add(Listener("ledger", made))
    with app.app_context():
        runner._one("ledger").step()
    later = post(alice, room, "later")["message"]["id"]
    assert status_of(app, runner, "ledger").rebuild_left == 70

    runner.drain("ledger")

    assert in_ledger(app) == [*stored, later]
    assert status_of(app, runner, "ledger").rebuild_left is None


def test_a_message_that_a_rebuild_cannot_take_becomes_a_dead_letter(app, alice, room, runner):
    first, second = (post(alice, room, text) for text in ("one", "two"))
    with app.app_context(), unit_of_work():
        execute_sql("CREATE TABLE ledger (message_id INTEGER)", ())
    made = Ledger()
    made.fails_at = {first["message"]["id"]}
    runner.add(Listener("ledger", made))

    try_until_given_up(runner, "ledger")

    assert in_ledger(app) == [second["message"]["id"]]
    assert [letter.seq for letter in letters_of(app, "ledger")] == [first["seq"]]


def test_replaying_a_local_listener_ends_where_it_was(app, alice, room, runner, ledger):
    ids = [post(alice, room, text)["message"]["id"] for text in ("one", "two")]
    runner.drain("ledger")

    with app.app_context():
        runner.replay("ledger")
    runner.drain("ledger")

    assert in_ledger(app) == ids
    with app.app_context(), pytest.raises(ValueError, match="as a whole"):
        runner.replay("ledger", from_seq=1)


def test_replaying_an_external_listener_begins_at_the_event_that_is_asked_for(app, alice, room, runner, outbox):
    first, second = (post(alice, room, text) for text in ("one", "two"))
    runner.drain("outbox")
    outbox.keys.clear()

    with app.app_context():
        runner.replay("outbox", from_seq=second["seq"])
    runner.drain("outbox")
    assert outbox.numbers == [second["seq"]]
    with app.app_context():
        runner.replay("outbox")
    runner.drain("outbox")

    assert outbox.numbers == [second["seq"], first["seq"], second["seq"]]


def test_a_cursor_that_somebody_moved_meanwhile_is_not_moved_back(app, alice, room, runner):
    moved_to = 0

    def send(_entry, _key):
        with app.app_context(), unit_of_work():
            execute_sql("UPDATE listener SET cursor = ? WHERE name = 'moved'", (moved_to,))

    runner.add(Listener("moved", send))
    runner.drain("moved")
    post(alice, room, "one")
    moved_to = post(alice, room, "two")["seq"]

    runner.drain("moved")

    assert state_of(app, "moved").cursor == moved_to


def test_a_busy_database_does_not_count_as_a_try(app, alice, room, runner, ledger, settings):
    import sqlite3

    posted = post(alice, room, "one")
    other = sqlite3.connect(settings.database_file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        runner.drain("ledger")
    finally:
        other.rollback()
        other.close()
    assert state_of(app, "ledger").attempts == 0

    runner.drain("ledger")

    assert in_ledger(app) == [posted["message"]["id"]]


def test_the_lag_in_seconds_is_the_age_of_the_oldest_event_that_is_not_done(app, alice, room, runner, ledger):
    runner.drain("ledger")
    assert status_of(app, runner, "ledger").lag_seconds == 0
    with clock_at(now() - dt.timedelta(seconds=90)):
        post(alice, room, "one")

    assert status_of(app, runner, "ledger").lag_seconds >= 90


def test_an_unknown_listener_is_said_to_be_unknown(app, runner):
    with app.app_context(), pytest.raises(UnknownListenerError):
        runner.replay("nobody")


def test_two_listeners_cannot_share_a_name():
    @listener("only_in_this_test")
    def send(_entry, _key):
        """Do nothing."""

    with pytest.raises(ValueError, match="two listeners"):
        listener("only_in_this_test")(send)


def test_the_loops_follow_a_running_app(app, alice, room, runner, ledger):
    import time

    runner.start()
    posted = post(alice, room, "one")
    patience_ends = time.monotonic() + 20
    while not in_ledger(app) and time.monotonic() < patience_ends:
        time.sleep(0.05)

    assert in_ledger(app) == [posted["message"]["id"]]


def test_replaying_from_an_event_keeps_the_dead_letters_before_it(app, alice, room, runner, outbox):
    first = post(alice, room, "one")
    outbox.fails_at = {first["message"]["id"]}
    try_until_given_up(runner, "outbox")
    outbox.fails_at = set()
    second = post(alice, room, "two")
    runner.drain("outbox")

    with app.app_context():
        runner.replay("outbox", from_seq=second["seq"])

    assert [letter.seq for letter in letters_of(app, "outbox")] == [first["seq"]]


def test_replaying_from_an_event_that_is_still_ahead_leaves_nothing_out(app, alice, room, runner, outbox):
    posted = post(alice, room, "one")

    with app.app_context():
        runner.replay("outbox", from_seq=10**9)
    runner.drain("outbox")

    assert outbox.numbers == [posted["seq"]]


def test_a_dead_letter_whose_event_is_not_in_the_log_any_more_stays_until_it_is_discarded(
    app, alice, room, runner, outbox, ledger
):
    posted = post(alice, room, "one")
    edited = created(alice.patch(f"/api/messages/{posted['message']['id']}", json={"text": "1", "base_version": 1}))
    runner.drain()
    outbox.keys.clear()
    with app.app_context(), unit_of_work():
        for name in ("outbox", "ledger"):
            db.session.add(DeadLetter(listener=name, seq=edited["seq"], attempts=10, error="down", at=LONG_PAST))
        execute_sql("DELETE FROM event", ())

    with app.app_context():
        assert (runner.retry("outbox"), runner.retry("ledger")) == (1, 1)

    assert outbox.keys == []
    for name in ("outbox", "ledger"):
        assert [(letter.attempts, "not in the log" in letter.error) for letter in letters_of(app, name)] == [(11, True)]
