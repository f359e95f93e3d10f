"""Old events leave the log: never past what somebody needs, and dense at any moment, also after `kill -9`."""

import datetime as dt
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from chat import failpoints
from chat.clock import clock_at, now
from chat.extensions import db
from chat.housekeeping import retention
from chat.listeners.listener import Listener
from chat.log import load_heads
from chat.models import DeadLetter, ListenerState, LoggedEvent, Message, Stream
from chat.seeding import seed
from chat.unit_of_work import execute_sql, unit_of_work
from tests.conftest import created, post
from tests.hearing import drained, types
from tests.sockets.conftest import connect  # noqa: F401 - the fixture

ROOT = Path(__file__).parents[2]
LONG_PAST = "2000-01-01T00:00:00.000Z"


@pytest.fixture
def listening(app):
    """Let the broadcaster and the app's listeners be where a running server has them: at the head."""

    def catching_up():
        app.extensions["broadcaster"].drain()
        app.extensions["listeners"].drain()

    catching_up()
    return catching_up


@pytest.fixture
def small_chunks(monkeypatch):
    monkeypatch.setattr(retention, "CHUNK", 3)


def do_nothing(_entry, _key):
    pass


def trim(app, days=90):
    with app.app_context():
        return retention.keep_days(app, days)


def age(app, *, before=2**62):
    """Let the events before one, or all, be of another time."""
    with app.app_context(), unit_of_work():
        execute_sql("UPDATE event SET at = ? WHERE seq < ?", (LONG_PAST, before))


def seqs(app):
    with app.app_context():
        return list(db.session.scalars(sa.select(LoggedEvent.seq).order_by(LoggedEvent.seq)))


def floors(app):
    with app.app_context():
        return {stream.id: (stream.head, stream.floor) for stream in db.session.scalars(sa.select(Stream))}


def check_density(app):
    """Read the log as the next start does; raises DamagedLogError."""
    return load_heads(app.extensions["writer"].sqlite)


def snapshot(client, stream):
    return created(client.get(f"/api/streams/{stream}/snapshot"))


def caught_up(client, positions):
    return created(client.post("/api/sync", json={"positions": positions}))


def test_old_events_leave_and_younger_ones_and_all_messages_stay(app, alice, room, listening):
    with clock_at(now() - dt.timedelta(days=100)):
        old = [post(alice, room, text) for text in ("one", "two")]
    young = post(alice, room, "three")
    age(app, before=young["seq"])
    listening()

    app.extensions["housekeeping"].run("log_retention")

    assert seqs(app) == [young["seq"]]
    assert floors(app)[room["stream"]] == (young["stream_seq"], young["stream_seq"] - 1)
    assert check_density(app).seq == young["seq"]
    texts = [message["text"] for message in snapshot(alice, room["stream"])["messages"]]
    assert texts == ["one", "two", "three"]
    with app.app_context():
        assert db.session.get_one(Message, old[0]["message"]["id"]).text == "one"


def test_a_log_of_which_nothing_is_left_goes_on_where_it_was(app, alice, room, listening, small_chunks):
    before = post(alice, room, "one")
    age(app)
    listening()

    trim(app)
    after = post(alice, room, "two")

    assert (after["seq"], after["stream_seq"]) == (before["seq"] + 1, before["stream_seq"] + 1)
    assert seqs(app) == [after["seq"]]
    check_density(app)


def test_a_younger_event_keeps_all_that_follow_whatever_the_clock_said(app, alice, room, listening, small_chunks):
    first, second, third = (post(alice, room, text) for text in ("one", "two", "three"))
    age(app)
    with app.app_context(), unit_of_work():
        execute_sql("UPDATE event SET at = ? WHERE seq = ?", ("2999-01-01T00:00:00.000Z", second["seq"]))
    listening()

    trim(app)

    assert seqs(app) == [second["seq"], third["seq"]]
    assert first["seq"] + 1 == second["seq"]
    check_density(app)


def test_what_a_listener_has_not_done_stays_whichever_it_is(app, alice, room, small_chunks, listening):
    runner = app.extensions["listeners"]
    runner.add(Listener("slow", do_nothing))
    runner.drain()
    behind = post(alice, room, "one")
    app.extensions["broadcaster"].drain()
    for name in runner.names:
        if name != "slow":
            runner.drain(name)
    age(app)

    trim(app)
    while_behind = seqs(app)
    runner.drain("slow")
    trim(app)

    assert while_behind == [behind["seq"]]
    assert seqs(app) == []


def test_what_a_listener_gave_up_on_stays_until_it_is_retried_or_discarded(app, alice, room, listening, small_chunks):
    _, given_up, last = (post(alice, room, text) for text in ("one", "two", "three"))
    listening()
    age(app)
    with app.app_context(), unit_of_work():
        # One of a rebuild as well, whose event left long ago: it holds nothing back.
        for seq in (0, given_up["seq"]):
            db.session.add(DeadLetter(listener="search_index", seq=seq, attempts=10, error="down", at=LONG_PAST))

    trim(app)
    while_given_up = seqs(app)
    with app.app_context():
        app.extensions["listeners"].discard("search_index", given_up["seq"])
    trim(app)

    assert while_given_up == [given_up["seq"], last["seq"]]
    assert seqs(app) == []


def test_a_listener_that_this_process_does_not_have_keeps_its_events_until_it_is_forgotten(app, alice, room, listening):
    with app.app_context(), unit_of_work():
        db.session.add(ListenerState(name="retired", cursor=0, attempts=0))
    age(app)
    listening()

    trim(app)
    while_known = seqs(app)
    assert app.extensions["listeners"].forget("retired") is True
    trim(app)

    assert while_known[0] == 1
    assert seqs(app) == []


def test_what_was_not_broadcast_yet_stays(app, alice, room, listening):
    waiting = post(alice, room, "one")
    age(app)
    app.extensions["listeners"].drain()

    trim(app)

    assert seqs(app) == [waiting["seq"]]


def test_an_unfinished_chunk_changes_nothing(app, alice, room, listening, small_chunks):
    age(app)
    listening()
    before = seqs(app), floors(app)
    failpoints.arm("during_retention=raise")
    try:
        with pytest.raises(failpoints.FailpointError):
            trim(app)
    finally:
        failpoints.arm("")

    assert (seqs(app), floors(app)) == before
    check_density(app)


def test_a_housekeeper_that_is_stopped_removes_nothing_more(app, alice, room, listening):
    age(app)
    listening()
    before = seqs(app)
    app.extensions["housekeeping"].stop()

    assert trim(app) == 0
    assert seqs(app) == before


def test_a_client_that_was_away_past_the_floor_starts_from_a_snapshot(app, alice, bob, room, listening):
    lost = post(alice, room, "lost")["message"]
    kept = post(alice, room, "kept")["message"]
    position = snapshot(bob, room["stream"])["stream_seq"]
    created(alice.delete(f"/api/messages/{lost['id']}"))
    edit = {"text": "kept, edited", "base_version": 1}
    created(alice.patch(f"/api/messages/{kept['id']}", json=edit))
    age(app)
    listening()
    trim(app)
    late = post(alice, room, "late")

    answer = caught_up(bob, {room["stream"]: position})
    start = snapshot(bob, room["stream"])

    assert answer["stale"] == [room["stream"]]
    assert answer["events"] == {}
    assert start["stream_seq"] == late["stream_seq"]
    assert [message["text"] for message in start["messages"]] == ["", "kept, edited", "late"]
    again = caught_up(bob, {room["stream"]: start["stream_seq"]})
    assert (again["stale"], again["events"], again["more"]) == ([], {}, False)


def test_a_client_at_the_floor_misses_nothing_and_goes_on(app, alice, bob, room, listening):
    position = snapshot(bob, room["stream"])["stream_seq"]
    age(app)
    listening()
    trim(app)
    post(alice, room, "late")

    answer = caught_up(bob, {room["stream"]: position})

    assert floors(app)[room["stream"]][1] == position
    assert [event["type"] for event in answer["events"][room["stream"]]] == ["message_posted"]
    assert answer["stale"] == []


def test_who_joined_after_the_floor_has_their_own_beginning(app, alice, carol, room, listening):
    age(app)
    listening()
    trim(app)
    created(alice.post(f"/api/rooms/{room['id']}/members", json={"user_id": carol.user_id}))
    start = snapshot(carol, room["stream"])["stream_seq"]
    posted = post(alice, room, "welcome")

    answer = caught_up(carol, {room["stream"]: start})

    assert [event["seq"] for event in answer["events"][room["stream"]]] == [posted["seq"]]


def test_who_is_connected_notices_nothing(app, alice, bob, room, connect, listening, small_chunks):  # noqa: F811
    bobs = connect(bob)
    age(app)
    listening()
    drained(app, bobs)

    trim(app)
    post(alice, room, "hello")

    assert types(drained(app, bobs), room["stream"]) == ["message_posted"]


def test_the_operator_trims_from_the_terminal(app, alice, room):
    post(alice, room, "one")
    age(app)
    app.extensions["broadcaster"].drain()
    app.extensions["listeners"].drain()
    count = len(seqs(app))

    kept = app.test_cli_runner().invoke(args=["trim-log", "--days", "100000"])
    removed = app.test_cli_runner().invoke(args=["trim-log"])

    assert kept.output == "0 events removed.\n"
    assert removed.output == f"{count} events removed.\n"


def test_what_is_some_seconds_old_stays_even_if_nothing_is_kept(app, alice, room, listening):
    post(alice, room, "one")
    listening()
    before = seqs(app)

    assert trim(app, days=0) == 0
    assert seqs(app) == before


@pytest.mark.parametrize("passed", [1, 2, 3, 4])
def test_a_process_that_is_killed_in_the_middle_leaves_a_dense_log(app, alice, tmp_path, passed):
    with app.app_context():
        seed(user_count=2, room_count=3, message_count=1_300, password="a long password")
    age(app)
    app.extensions["broadcaster"].drain()
    app.extensions["listeners"].drain()
    before = len(seqs(app))
    folder = tmp_path / "killed"
    folder.mkdir()
    with closing(sqlite3.connect(app.config["SETTINGS"].database_file)) as database:
        database.execute("VACUUM INTO ?", (str(folder / "stet.sqlite3"),))
    shutil.copy(app.config["SETTINGS"].data / "secret_key", folder)

    died = trim_by_command(folder, failpoints=f"during_retention=kill@{passed}")
    left = int(in_file(folder, "SELECT count(*) FROM event"))
    finished = trim_by_command(folder, failpoints="")

    assert died.returncode == -9
    # The first and third time it comes by inside a chunk, the second and fourth after one.
    assert left == before - retention.CHUNK * (passed // 2)
    assert finished.stdout == f"{left:,} events removed.\n"
    assert in_file(folder, "SELECT count(*) FROM stream WHERE head != floor") == 0


def trim_by_command(folder, **settings):
    command = [sys.executable, "-m", "flask", "--app", "app", "trim-log"]
    set_to = {f"STET_{name.upper()}": value for name, value in settings.items()}
    return subprocess.run(
        command,
        check=False,
        cwd=ROOT,
        env=os.environ | {"STET_DATA": str(folder)} | set_to,
        capture_output=True,
        text=True,
        timeout=60,
    )


def in_file(folder, query):
    with closing(sqlite3.connect(folder / "stet.sqlite3")) as database:
        return database.execute(query).fetchone()[0]
