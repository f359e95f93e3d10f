"""The one way to write: group commit, isolation of failures, storage faults."""

import sqlite3
import threading
import time
from typing import Any

import pytest
from flask import Flask

from chat import database, log
from chat import unit_of_work as module
from chat.errors import NotFoundError, StorageBusyError, StorageFullError, UnknownOutcomeError
from chat.events import WorkspaceUpdated
from chat.extensions import db
from chat.log import DamagedLogError, read_after
from chat.models import Workspace
from chat.unit_of_work import Unit, publish, unit_of_work


def renamed(name: str) -> WorkspaceUpdated:
    return WorkspaceUpdated(actor_id=None, workspace={"name": name})


def together(app: Flask, count: int, work: Any) -> list[BaseException | None]:
    """Run `work(index)` in `count` threads that all wait for the writer's turn, and return what each raised."""
    turn = app.extensions["writer"]._turn
    outcomes: list[BaseException | None] = [None] * count

    def run(index: int) -> None:
        with app.app_context():
            try:
                work(index)
            except Exception as error:  # noqa: BLE001 - handed to the test
                outcomes[index] = error

    threads = [threading.Thread(target=run, args=(index,)) for index in range(count)]
    turn.take()
    for thread in threads:
        thread.start()
    while len(turn._waiting) < count:
        time.sleep(0.01)
    turn.pass_on()
    for thread in threads:
        thread.join()
    return outcomes


@pytest.fixture
def commits(app: Flask) -> list[str]:
    """Return the COMMIT statements that the writer runs."""
    seen: list[str] = []
    writer = app.extensions["writer"]
    writer.sqlite.set_trace_callback(lambda sql: seen.append(sql) if sql == "COMMIT" else None)
    return seen


def test_what_was_left_is_on_disk_for_another_connection(app, settings):
    with app.app_context(), unit_of_work():
        publish(renamed("a"), "user-1")

    with sqlite3.connect(settings.database_file) as other:
        assert other.execute("SELECT type, stream_seq FROM event").fetchall() == [("workspace_updated", 1)]


def test_units_that_arrive_together_share_commits(app, commits):
    outcomes = together(app, 40, lambda index: _publish_once(str(index)))

    assert outcomes == [None] * 40
    assert len(commits) == 1
    with app.app_context():
        assert [entry.stream_seq for entry in read_after(0, 100)] == list(range(1, 41))


def test_a_refused_unit_takes_nothing_of_its_batch_with_it(app):
    def work(index: int) -> None:
        with unit_of_work():
            publish(renamed(str(index)), "user-1")
            if index % 3 == 0:
                raise NotFoundError

    outcomes = together(app, 30, work)

    assert sum(isinstance(outcome, NotFoundError) for outcome in outcomes) == 10
    with app.app_context():
        assert [entry.stream_seq for entry in read_after(0, 100)] == list(range(1, 21))


def test_an_event_that_cannot_be_encoded_fails_before_the_commit(app):
    with app.app_context():
        with pytest.raises(TypeError), unit_of_work():
            publish(WorkspaceUpdated(actor_id=None, workspace={"name": object()}), "user-1")

        assert read_after(0, 10) == []


def test_outside_a_unit_nothing_can_be_written(app):
    with app.app_context():
        db.session.add(Workspace(id=2, name="x", created_at="now"))
        with pytest.raises(Exception, match="readonly"):
            db.session.flush()


def test_a_full_disk_stores_nothing_and_recovers_by_itself(app):
    writer = app.extensions["writer"]
    pages = writer.sqlite.execute("PRAGMA page_count").fetchone()[0]
    writer.sqlite.execute(f"PRAGMA max_page_count = {pages}")
    with app.app_context():
        with pytest.raises(StorageFullError), unit_of_work():
            for _ in range(200):
                publish(renamed("x" * 2000), "user-1")
        assert read_after(0, 10) == []
        assert db.session.get(Workspace, 1) is not None

        writer.sqlite.execute("PRAGMA max_page_count = 1000000")
        _publish_once("after")
        assert [entry.seq for entry in read_after(0, 10)] == [1]


def test_a_full_disk_in_the_middle_of_a_unit_fails_the_whole_batch_and_leaves_the_session_usable(app):
    writer = app.extensions["writer"]
    pages = writer.sqlite.execute("PRAGMA page_count").fetchone()[0]
    writer.sqlite.execute(f"PRAGMA max_page_count = {pages}")
    with app.app_context():
        with pytest.raises(StorageFullError), unit_of_work():
            db.session.get_one(Workspace, 1).name = "y" * 1_000_000
            db.session.flush()

        writer.sqlite.execute("PRAGMA max_page_count = 1000000")
        with unit_of_work():
            db.session.get_one(Workspace, 1).name = "after"
    with app.app_context():
        assert db.session.get_one(Workspace, 1).name == "after"


def test_a_foreign_lock_is_a_clear_refusal_and_then_it_goes_on(app, settings):
    other = sqlite3.connect(settings.database_file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with app.app_context():
        with pytest.raises(StorageBusyError):
            _publish_once("busy")

        other.execute("ROLLBACK")
        other.close()
        _publish_once("free")
        assert [entry.seq for entry in read_after(0, 10)] == [1]


def test_what_another_process_wrote_moves_the_heads(app, settings):
    with app.app_context():
        _publish_once("a")
    with sqlite3.connect(settings.database_file) as other:
        row = (2, "user-1", 2, "workspace_updated", None, None, None, None, "t", "{}")
        other.execute("INSERT INTO event VALUES (?,?,?,?,?,?,?,?,?,?)", row)
        other.execute("UPDATE stream SET head = 2")
        other.execute("UPDATE log_state SET head_seq = 2")
    other.close()

    with app.app_context():
        _publish_once("b")
        assert [entry.stream_seq for entry in read_after(0, 10)] == [1, 2, 3]


def test_an_io_error_on_commit_stops_the_process(app, monkeypatch):
    stopped: list[BaseException] = []

    def stop(error: BaseException) -> None:
        stopped.append(error)

    def broken(*_: object) -> None:
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorcode = sqlite3.SQLITE_IOERR_FSYNC
        raise error

    monkeypatch.setattr(module, "stop_process", stop)
    monkeypatch.setattr(module, "off_loop", broken)
    with app.app_context(), pytest.raises(Exception, match="not known"):
        _publish_once("lost")

    assert len(stopped) == 1


def test_a_receiver_that_raises_harms_neither_the_writer_nor_the_other_receivers(app, caplog):
    heard: list[int] = []

    def broken(_sender: object, **_: object) -> None:
        msg = "no"
        raise RuntimeError(msg)

    def listening(_sender: object, seq: int) -> None:
        heard.append(seq)

    module.log.committed.connect(broken)
    module.log.committed.connect(listening)
    try:
        with app.app_context():
            _publish_once("a")
    finally:
        module.log.committed.disconnect(broken)
        module.log.committed.disconnect(listening)

    assert heard == [1]
    assert "are stored" in caplog.text


def test_nobody_publishes_outside_a_unit(app):
    with app.app_context(), pytest.raises(RuntimeError, match="unit_of_work"):
        publish(renamed("x"), "user-1")


def test_a_failing_unit_forgets_its_positions(app):
    with app.app_context():
        with pytest.raises(NotFoundError), unit_of_work() as unit:
            _publish_in(unit)
            raise NotFoundError
        with unit_of_work():
            assert publish(renamed("b"), "user-1").seq == 1


# A turn is always passed on, a batch is always ended


def test_closing_stores_the_batch_that_the_last_unit_left_open(app, settings):
    writer = app.extensions["writer"]
    left = threading.Event()

    def write() -> None:
        with app.app_context():
            with unit_of_work():
                publish(renamed("last"), "user-1")
                is_inside.set()
                wait_for(lambda: writer._turn.is_wanted)
            left.set()

    is_inside = threading.Event()
    threading.Thread(target=write, daemon=True).start()
    is_inside.wait(5)
    writer.close()

    assert left.wait(5)
    with sqlite3.connect(settings.database_file) as other:
        assert other.execute("SELECT stream_seq FROM event").fetchall() == [(1,)]
    app.extensions["writer"] = module.Writer(database.writer_engine(settings), busy_timeout_seconds=1)


def test_a_savepoint_that_cannot_be_opened_leaves_nobody_waiting(app, monkeypatch):
    writer = app.extensions["writer"]
    waiting = threading.Event()

    def second() -> None:
        with unit_of_work():
            pass

    def work(index: int) -> None:
        if index == 1:
            waiting.wait(5)
            second()
            return
        with unit_of_work():
            publish(renamed("a"), "user-1")
            waiting.set()
            wait_for(lambda: writer._turn.is_wanted)
            refuse_savepoints(monkeypatch, writer)

    outcomes = together(app, 2, work)

    assert outcomes[0] is None
    assert isinstance(outcomes[1], sqlite3.Error)


def test_a_batch_that_cannot_begin_is_not_left_open(app, monkeypatch):
    writer = app.extensions["writer"]

    def damaged() -> None:
        raise DamagedLogError

    with app.app_context():
        with monkeypatch.context() as patched:
            patched.setattr(writer, "_follow_other_processes", damaged)
            with pytest.raises(DamagedLogError):
                _publish_once("no")
        _publish_once("yes")

        assert [entry.seq for entry in read_after(0, 10)] == [1]


def test_a_log_that_another_process_damaged_is_refused_until_it_is_whole(app, settings):
    with app.app_context():
        _publish_once("a")
        with sqlite3.connect(settings.database_file) as other:
            other.execute("UPDATE log_state SET head_seq = 7")
        other.close()

        for _ in range(2):
            with pytest.raises(DamagedLogError):
                _publish_once("on a damaged log")


def test_a_rollback_that_fails_stops_the_process(app, monkeypatch):
    writer = app.extensions["writer"]
    stopped: list[BaseException] = []

    def fail(*_: object) -> None:
        msg = "database or disk is full"
        raise sqlite3.OperationalError(msg)

    monkeypatch.setattr(module, "stop_process", stopped.append)
    monkeypatch.setattr(module, "off_loop", fail)
    monkeypatch.setattr(writer.connection, "rollback", fail)
    with app.app_context(), pytest.raises(UnknownOutcomeError):
        _publish_once("lost")

    assert len(stopped) == 1
    monkeypatch.undo()
    writer.connection.rollback()
    writer.connection.begin()


def refuse_savepoints(monkeypatch: pytest.MonkeyPatch, writer: module.Writer) -> None:
    """Let SQLite have no memory for another savepoint."""

    class Exhausted:
        def __getattr__(self, name: str) -> Any:
            return getattr(sqlite, name)

        def execute(self, sql: str, *parameters: object) -> Any:
            if sql == "SAVEPOINT unit":
                msg = "out of memory"
                raise sqlite3.OperationalError(msg)
            return sqlite.execute(sql, *parameters)

    sqlite = writer.sqlite
    monkeypatch.setattr(writer, "sqlite", Exhausted())


def wait_for(condition: Any) -> None:
    """Wait up to five seconds; under eventlet the others run meanwhile."""
    for _ in range(500):
        if condition():
            return
        time.sleep(0.01)


def _publish_in(unit: Unit) -> None:
    unit.publish(renamed("a"), ["user-1"])


def _publish_once(name: str) -> None:
    with unit_of_work():
        publish(renamed(name), "user-1")


class BesideSomebody:
    """A connection beside which somebody writes after every statement."""

    def __init__(self, connection: sqlite3.Connection, write: Any) -> None:
        self._connection = connection
        self._write = write

    def execute(self, *statement: Any) -> sqlite3.Cursor:
        cursor = self._connection.execute(*statement)
        self._write()
        return cursor


def test_a_command_starts_beside_a_server_that_writes_meanwhile(app, settings, monkeypatch):
    read = log.load_heads

    def write() -> None:
        with app.app_context(), unit_of_work():
            publish(renamed("meanwhile"), "user-1")

    monkeypatch.setattr(log, "load_heads", lambda connection: read(BesideSomebody(connection, write)))
    write()

    second = module.Writer(database.writer_engine(settings), busy_timeout_seconds=1)

    assert second.heads.streams == {"user-1": 1}
    second.close()
