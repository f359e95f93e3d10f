"""The one way to write: `with unit_of_work():`, one SQLite connection, group commit.

Units take turns on the writer's connection, each in a savepoint of the open batch. When nobody waits for the turn, or
after 64 units, whoever leaves closes the batch: it writes the batch's events and runs COMMIT in a real thread. Nobody
is answered before the batch is on disk, whether it succeeded, was refused or wrote nothing: what it saw may be
another unit's row of the same batch.
"""

import json
import logging
import os
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any, NoReturn

import sqlalchemy as sa
from flask import current_app

from chat import failpoints, log
from chat.clock import now_text
from chat.concurrency import Turn, off_loop
from chat.errors import StorageBusyError, StorageFullError, UnknownOutcomeError
from chat.events import Event
from chat.extensions import db, writing_connection

logger = logging.getLogger(__name__)

LARGEST_BATCH = 64
BUSY_RETRY_SECONDS = 0.02

WITHDRAW = "UPDATE event SET payload = NULL WHERE message_id = ? AND payload IS NOT NULL"
WITHDRAW_ONE = "UPDATE event SET payload = NULL WHERE seq = ?"


@contextmanager
def unit_of_work() -> Iterator["Unit"]:
    """Enter the writer's turn; on leaving, wait until everything done inside is on disk.

    Raises:
        StorageBusyError: another process holds the database; nothing was stored.
        StorageFullError: the disk is full; nothing was stored.
        UnknownOutcomeError: the commit failed in another way; repeat with the same key.
    """
    # What was read before is an older snapshot, and would stay one for reads after the unit.
    db.session.remove()
    writer: Writer = current_app.extensions["writer"]
    unit = writer.enter()
    connection_token = writing_connection.set(writer.connection)
    unit_token = _unit.set(unit)
    failure: BaseException | None = None
    try:
        yield unit
        if db.session.registry.has():
            db.session.commit()
    except BaseException as error:
        failure = error
        raise
    finally:
        try:
            db.session.remove()
        finally:
            _unit.reset(unit_token)
            writing_connection.reset(connection_token)
            writer.leave(unit, failure)


def publish(event: Event, *streams: str) -> "Position":
    """Append an event to the log in each of the streams, as part of the present unit of work.

    Returns:
        Where the event stands in the first stream; it is true once the unit has been left.

    Raises:
        TypeError: the event cannot be encoded as JSON; the unit fails before anything is stored.
    """
    return current_unit().publish(event, streams)


def withdraw_event(seq: int) -> None:
    """Take the payload of one event out of the log; what it said has been said anew, or is over."""
    current_unit().withdraw_event(seq)


def next_position(stream: str) -> "Position":
    """Tell where the next event of the present unit will stand in the stream."""
    return current_unit().next_position(stream)


def present_seq() -> int:
    """Return the newest event, those of the present batch included: it is stored with them or not at all."""
    return current_unit().batch.seq


def execute_sql(sql: str, parameters: Sequence[object]) -> sqlite3.Cursor:
    """Run plain SQL on the writer's connection, past SQLAlchemy: for the hot path of posting."""
    return current_unit().writer.sqlite.execute(sql, parameters)


def read_row(sql: str, parameters: Sequence[object]) -> Sequence[Any] | None:
    """Return the first row of plain SQL: inside a unit as the unit sees it, else as the session's snapshot does."""
    unit = _unit.get()
    if unit is None:
        return db.session.connection().exec_driver_sql(sql, tuple(parameters)).first()
    if db.session.registry.has():
        db.session.flush()
    row: Sequence[Any] | None = unit.writer.sqlite.execute(sql, parameters).fetchone()
    return row


def present_epoch() -> str:
    """Return which history the writer adds to."""
    writer: Writer = current_app.extensions["writer"]
    return writer.heads.epoch


@dataclass(frozen=True, slots=True)
class Position:
    """A place in the log: global, and in one stream."""

    seq: int
    stream: str
    stream_seq: int


class Batch:
    """The units that are committed together, and the events that they published."""

    def __init__(self, heads: log.Heads) -> None:
        self.seq = heads.seq
        self.known = heads.streams
        self.streams: dict[str, int] = {}
        self.entries: list[log.Entry] = []
        self.withdrawn: frozenset[int] = frozenset()
        """Events by `seq`, beside those that withdraw by their message."""
        self.unit_count = 0
        self.is_done = threading.Event()
        self.error: Exception | None = None

    def head(self, stream: str) -> int:
        """Return the newest position of a stream, this batch's events included."""
        return self.streams.get(stream) or self.known.get(stream, 0)


class Unit:
    """One unit of work inside a batch; remembers what to take back if it fails."""

    def __init__(self, writer: "Writer", batch: Batch) -> None:
        self.writer = writer
        self.batch = batch
        self._seq_before = batch.seq
        self._streams_before = dict(batch.streams)
        self._entries_before = list(batch.entries)
        self._withdrawn_before = batch.withdrawn

    def publish(self, event: Event, streams: Sequence[str]) -> Position:
        """Number the event and keep it until the batch is written."""
        payload = json.dumps(event.data(), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        message_id: int | None = getattr(event, "message_id", None)
        if event.withdraws_older_payloads and message_id is not None:
            self._withdraw(message_id)
        at = now_text()
        positions = [self._place(stream) for stream in streams]
        self.batch.entries += [
            log.Entry(
                position.seq,
                position.stream,
                position.stream_seq,
                event.type,
                message_id,
                getattr(event, "version", None),
                getattr(event, "client_id", None),
                event.actor_id,
                at,
                payload,
                event.withdraws_older_payloads,
            )
            for position in positions
        ]
        return positions[0]

    def withdraw_event(self, seq: int) -> None:
        """Empty one event, in the log or in the open batch."""
        self.writer.sqlite.execute(WITHDRAW_ONE, (seq,))
        self.batch.entries = [replace(e, payload=None) if e.seq == seq else e for e in self.batch.entries]
        self.batch.withdrawn |= {seq}

    def next_position(self, stream: str) -> Position:
        """Tell where the next event of this stream will stand."""
        return Position(self.batch.seq + 1, stream, self.batch.head(stream) + 1)

    def take_back(self) -> None:
        """Forget what this unit published."""
        self.batch.seq = self._seq_before
        self.batch.streams = self._streams_before
        self.batch.entries = self._entries_before
        self.batch.withdrawn = self._withdrawn_before

    def _place(self, stream: str) -> Position:
        position = self.next_position(stream)
        self.batch.seq = position.seq
        self.batch.streams[stream] = position.stream_seq
        return position

    def _withdraw(self, message_id: int) -> None:
        self.writer.sqlite.execute(WITHDRAW, (message_id,))
        self.batch.entries = [
            replace(entry, payload=None) if entry.message_id == message_id else entry for entry in self.batch.entries
        ]


_unit: ContextVar[Unit | None] = ContextVar("unit", default=None)


def current_unit() -> Unit:
    """Return the unit of work that surrounds the caller."""
    unit = _unit.get()
    if unit is None:
        msg = "writing needs `with unit_of_work():`"
        raise RuntimeError(msg)
    return unit


class Writer:
    """The only connection that commits and checkpoints, and the turn on it."""

    def __init__(self, engine: sa.Engine, *, busy_timeout_seconds: float) -> None:
        self.connection = engine.connect()
        # SQLAlchemy believes in one endless transaction here, so that its sessions open savepoints and nothing else;
        # the real BEGIN and COMMIT are ours, on the driver's connection.
        self.connection.begin()
        sqlite: Any = self.connection.connection.driver_connection
        self.sqlite: sqlite3.Connection = sqlite
        self._foreign_version = self._read_foreign_version()
        self.heads = self._load_heads()
        self.recent = log.Recent()
        self._busy_timeout_seconds = busy_timeout_seconds
        self._turn = Turn()
        self._batch: Batch | None = None
        self._is_closed = False

    def _load_heads(self) -> log.Heads:
        # In one snapshot: a command starts beside a server that goes on writing between two statements.
        self.sqlite.execute("BEGIN")
        try:
            return log.load_heads(self.sqlite)
        finally:
            self.sqlite.execute("ROLLBACK")

    def enter(self) -> Unit:
        """Take the turn and open a savepoint, in the open batch or in a new one."""
        patience_ends = time.monotonic() + self._busy_timeout_seconds
        self._turn.take()
        try:
            batch = self._batch or self._open(patience_ends)
            self.sqlite.execute("SAVEPOINT unit")
        except BaseException:
            if self._batch is not None and not self._turn.is_wanted:
                # Whoever left the batch open counted on this unit to close it.
                self._close(self._batch)
            self._turn.pass_on()
            raise
        batch.unit_count += 1
        return Unit(self, batch)

    def leave(self, unit: Unit, failure: BaseException | None) -> None:
        """End the savepoint, close the batch if nobody waits, pass the turn on, and wait until the batch is on disk."""
        batch = unit.batch
        try:
            self._end_savepoint(unit, failure)
            if not self._turn.is_wanted or batch.unit_count >= LARGEST_BATCH:
                self._close(batch)
        except sqlite3.Error as error:
            self._abandon(batch, error)
        finally:
            self._turn.pass_on()
        batch.is_done.wait()
        if batch.error is not None:
            raise batch.error

    def close(self) -> None:
        """Wait for the turn, store the batch that is open, fold the WAL into the database and close, once."""
        if self._is_closed:
            return
        self._is_closed = True
        self._turn.take()
        if self._batch is not None:
            # Whoever left last saw that the turn is wanted, and left the batch to us.
            self._close(self._batch)
        self.sqlite.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.connection.detach()
        self.sqlite.close()

    def _open(self, patience_ends: float) -> Batch:
        self._begin(patience_ends)
        try:
            self._follow_other_processes()
        except BaseException:
            self.sqlite.rollback()
            raise
        self._batch = Batch(self.heads)
        return self._batch

    def _begin(self, patience_ends: float) -> None:
        while True:
            try:
                self.sqlite.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if not _is(error, sqlite3.SQLITE_BUSY):
                    raise _refusal_for(error) from error
                if time.monotonic() >= patience_ends:
                    logger.warning("database_busy: another process holds the write lock")
                    raise StorageBusyError from error
                time.sleep(BUSY_RETRY_SECONDS)
            else:
                return

    def _follow_other_processes(self) -> None:
        # A command such as `flask seed` beside a running server moves the heads too; SQLite tells that somebody wrote.
        version = self._read_foreign_version()
        if version != self._foreign_version:
            self.heads = log.follow_heads(self.sqlite)
            self._foreign_version = version

    def _read_foreign_version(self) -> int:
        return int(self.sqlite.execute("PRAGMA data_version").fetchone()[0])

    def _end_savepoint(self, unit: Unit, failure: BaseException | None) -> None:
        if failure is not None:
            unit.take_back()
            if not self.sqlite.in_transaction:
                # SQLite rolls the whole transaction back by itself on a full disk or an I/O error.
                raise _first_storage_error(failure)
            self.sqlite.execute("ROLLBACK TO unit")
        self.sqlite.execute("RELEASE unit")

    def _close(self, batch: Batch) -> None:
        try:
            if batch.entries:
                log.append(self.sqlite, batch.entries, batch.seq, batch.streams)
            failpoints.reach("before_commit")
            off_loop(self.sqlite.execute, "COMMIT")
        except BaseException as error:  # noqa: BLE001 - every waiter has to hear of it, whatever it was
            self._abandon(batch, error)
            return
        failpoints.reach("after_commit")
        self.heads.seq = batch.seq
        self.heads.streams.update(batch.streams)
        self.recent.add(batch.entries, batch.withdrawn)
        self._finish(batch)
        if batch.entries:
            _say_committed(batch.seq)

    def _abandon(self, batch: Batch, error: BaseException) -> None:
        batch.error = _refusal_for(error)
        try:
            # SQLAlchemy's savepoints are gone with the transaction, so it begins its endless one again.
            self.connection.rollback()
            self.connection.begin()
        except Exception as still_open:  # noqa: BLE001 - whatever it was, the next batch must not commit this one
            stop_process(still_open)
        logger.error("batch_not_stored", extra={"units": batch.unit_count, "reason": repr(error)})
        self._finish(batch)

    def _finish(self, batch: Batch) -> None:
        self._batch = None
        batch.is_done.set()


def _say_committed(seq: int) -> None:
    # blinker stops at the first receiver that raises, so each is called on its own.
    for receiver in log.committed.receivers_for(None):
        try:
            receiver(None, seq=seq)
        except Exception:
            logger.exception("wake_failed: the events up to %d are stored", seq)


def _refusal_for(error: BaseException) -> Exception:
    if isinstance(error, sqlite3.Error):
        if _is(error, sqlite3.SQLITE_FULL):
            return StorageFullError()
        if _is(error, sqlite3.SQLITE_BUSY):
            return StorageBusyError()
        if _is(error, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            stop_process(error)
    return UnknownOutcomeError()


def _first_storage_error(failure: BaseException) -> sqlite3.Error:
    # What SQLAlchemy raises last may only say that a savepoint is gone; the reason is what was raised first.
    found: sqlite3.Error = sqlite3.OperationalError("the transaction was rolled back")
    seen: BaseException | None = failure
    while seen is not None:
        origin = getattr(seen, "orig", seen)
        if isinstance(origin, sqlite3.Error):
            found = origin
        seen = seen.__cause__ or seen.__context__
    return found


def _is(error: BaseException, *codes: int) -> bool:
    # The low byte is the primary code; SQLite's extended codes say where it happened.
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in codes


def stop_process(error: BaseException) -> NoReturn:
    """End the process at once: after an I/O error nothing may be answered from what the disk does not have."""
    logger.critical("storage_failed: stopping, because the disk may not hold what memory does: %r", error)
    logging.shutdown()
    os._exit(70)
