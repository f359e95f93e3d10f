"""`flask listeners`: where they stand, and how to set them going."""

import datetime as dt

import pytest

from chat.clock import clock_at, now
from chat.extensions import db
from chat.factory import close_app, create_app
from chat.listeners.listener import Listener, LocalListener
from chat.models import DeadLetter, ListenerState
from chat.unit_of_work import unit_of_work
from tests.conftest import post


class Courier:
    """An external effect that fails for as long as it is told to."""

    def __init__(self):
        self.is_failing = True
        self.taken = []

    def __call__(self, entry, _key):
        if self.is_failing:
            msg = "nobody\nanswers"
            raise ConnectionError(msg)
        self.taken.append(entry.seq)


class Ledger(LocalListener):
    """A local effect that is nowhere."""

    def apply(self, entries):
        """Take them."""

    def reset(self):
        """Begin again."""

    def rebuild(self, after_id, until_id, limit):
        """Take nothing."""


@pytest.fixture
def courier(app, room):
    """Return a listener that fails until it is mended; it begins at the head."""
    effect = Courier()
    app.extensions["listeners"].add(Listener("courier", effect))
    app.extensions["listeners"].drain()
    return effect


def run(app, *words):
    return app.test_cli_runner().invoke(args=["listeners", *words])


def fail(app, times):
    """Let the listeners try, with time passing in between."""
    for hours in range(times):
        with clock_at(now() + dt.timedelta(hours=hours)):
            app.extensions["listeners"].drain()


def cells(app, name="courier"):
    (line,) = [line for line in run(app, "status").output.splitlines() if line.startswith(name)]
    return [cell.strip() for cell in line.split("  ") if cell.strip()]


def state_of(app, name="courier"):
    with app.app_context():
        return db.session.get(ListenerState, name)


def letters(app):
    with app.app_context():
        return [letter.seq for letter in db.session.query(DeadLetter).order_by(DeadLetter.seq)]


def test_the_status_is_a_table_with_a_line_for_each_listener(app, alice, room, courier):
    lines = run(app, "status").output.splitlines()

    assert lines[0].split("  ")[0] == "listener"
    assert {line.split()[0] for line in lines[1:]} == set(app.extensions["listeners"].names)
    head = app.extensions["writer"].heads.seq
    assert cells(app) == ["courier", "up to date", str(head), "0 events", "0", "-", "0", "-"]


def test_the_status_tells_of_troubles_in_one_line(app, alice, room, courier):
    seq = post(alice, room, "hello")["seq"]
    app.extensions["listeners"].drain()

    found = cells(app)

    assert found[:2] == ["courier", "waiting"]
    assert found[2:5] == [str(seq - 1), "1 event, 0 s", "1"]
    assert found[5] == state_of(app).next_attempt_at
    assert found[7] == "ConnectionError: nobody answers"


def test_the_status_tells_how_much_of_a_rebuild_is_left(app, alice, room, courier):
    message = post(alice, room, "hello")["message"]
    with app.app_context(), unit_of_work():
        state = db.session.get(ListenerState, "courier")
        state.rebuild_after, state.rebuild_until = 0, message["id"]

    assert cells(app)[1] == "rebuilding (1 message left)"


def test_retrying_takes_what_was_given_up_on(app, alice, room, courier):
    seq = post(alice, room, "hello")["seq"]
    fail(app, 11)
    assert letters(app) == [seq]
    courier.is_failing = False

    result = run(app, "retry", "courier")

    assert (result.exit_code, result.output) == (0, "courier: tried again; 0 events still given up on.\n")
    assert (letters(app), courier.taken) == ([], [seq])


def test_retrying_one_event_leaves_the_others(app, alice, room, courier):
    seqs = [post(alice, room, text)["seq"] for text in ("first", "second")]
    fail(app, 22)
    assert letters(app) == seqs
    courier.is_failing = False

    result = run(app, "retry", "courier", "--seq", str(seqs[1]))

    assert "1 event still given up on" in result.output
    assert (letters(app), courier.taken) == ([seqs[0]], [seqs[1]])


def test_a_retry_that_fails_says_what_is_left(app, alice, room, courier):
    post(alice, room, "hello")
    fail(app, 11)

    assert run(app, "retry", "courier").output.endswith("1 event still given up on.\n")


def test_skipping_puts_the_event_that_fails_aside(app, alice, room, courier):
    seq = post(alice, room, "hello")["seq"]
    app.extensions["listeners"].drain()

    result = run(app, "skip", "courier")

    assert result.output == f"courier: event {seq} is put aside.\n"
    assert (letters(app), state_of(app).cursor) == ([seq], seq)


def test_there_is_nothing_to_skip_where_nothing_fails(app, courier):
    result = run(app, "skip", "courier")

    assert result.exit_code == 1
    assert "nothing fails at courier" in result.output


def test_skipping_an_event_that_was_given_up_on_forgets_it(app, alice, room, courier):
    seq = post(alice, room, "hello")["seq"]
    fail(app, 11)

    run(app, "skip", "courier", "--seq", str(seq))

    assert letters(app) == []


def test_replaying_from_an_event_takes_that_one_next(app, alice, room, courier):
    courier.is_failing = False
    seqs = [post(alice, room, text)["seq"] for text in ("first", "second")]
    app.extensions["listeners"].drain()

    result = run(app, "replay", "courier", "--from", str(seqs[1]))
    app.extensions["listeners"].drain()

    assert result.exit_code == 0
    assert courier.taken == [*seqs, seqs[1]]


def test_a_listener_with_tables_of_its_own_is_rebuilt_as_a_whole(app, alice, room):
    app.extensions["listeners"].add(Listener("ledger", Ledger()))
    post(alice, room, "hello")

    refused, done = run(app, "replay", "ledger", "--from", "1"), run(app, "replay", "ledger")

    assert (refused.exit_code, done.exit_code) == (1, 0)
    assert "ledger is rebuilt as a whole; leave --from out" in refused.output
    assert state_of(app, "ledger").rebuild_after == 0


@pytest.mark.parametrize("act", ["retry", "skip", "replay"])
def test_an_unknown_listener_is_refused_with_those_that_there_are(app, courier, act):
    result = run(app, act, "nobody")

    assert result.exit_code == 1
    assert "there is no listener nobody; there are: " in result.output
    assert "courier" in result.output


@pytest.mark.parametrize("act", ["retry", "skip"])
def test_an_event_that_was_not_given_up_on_is_refused(app, courier, act):
    result = run(app, act, "courier", "--seq", "1")

    assert result.exit_code == 1
    assert "courier has not given up on event 1" in result.output


def test_the_server_follows_what_another_process_has_moved(app, settings, alice, room, courier):
    courier.is_failing = False
    seq = post(alice, room, "hello")["seq"]
    app.extensions["listeners"].drain()
    beside = create_app(settings)
    beside.extensions["listeners"].add(Listener("courier", Courier()))

    run(beside, "replay", "courier", "--from", str(seq))
    close_app(beside)
    app.extensions["listeners"].drain()

    assert courier.taken == [seq, seq]


def test_a_listener_that_is_gone_can_be_forgotten_and_no_other(app, courier):
    with app.app_context(), unit_of_work():
        db.session.add(ListenerState(name="retired", cursor=0, attempts=0))

    refused = run(app, "forget", "courier")
    forgotten = run(app, "forget", "retired")
    unknown = run(app, "forget", "retired")

    assert [answer.exit_code for answer in (refused, forgotten, unknown)] == [1, 0, 1]
    assert state_of(app, "retired") is None
    assert state_of(app) is not None
