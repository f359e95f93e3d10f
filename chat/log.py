"""The event log: what was committed, in order. It is the truth; signals only say "look now"."""

import json
import sqlite3
import threading
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from blinker import Namespace

from chat.extensions import db
from chat.models import LoggedEvent, LogState, Stream

committed = Namespace().signal("committed")
"""Sent once per committed batch, outside the transaction; it carries nothing but "look now"."""

PENDING_BROADCASTS = 20_000
EVENT_BYTES = 200
"""What an event takes up beside its payload, about."""


def room_stream(room_id: int) -> str:
    """Return the id of a room's stream."""
    return f"room-{room_id}"


def user_stream(user_id: int) -> str:
    """Return the id of the stream of a person's own affairs."""
    return f"user-{user_id}"


def is_personal(stream: str) -> bool:
    """Tell whether a stream is of one person's own affairs: drafts, read marks, preferences, whom they see."""
    return stream.startswith("user-")


@dataclass(frozen=True, slots=True)
class Entry:
    """One event at its place in the log."""

    seq: int
    stream: str
    stream_seq: int
    type: str
    message_id: int | None
    version: int | None
    client_id: str | None
    actor_id: int | None
    at: str
    payload: str | None
    """JSON of `data`; None once a later edit or deletion withdrew it."""
    withdraws: bool = False

    @property
    def size_bytes(self) -> int:
        """How much the event takes up, about."""
        return EVENT_BYTES + (0 if self.payload is None else len(self.payload.encode()))

    def row(self) -> tuple[Any, ...]:
        """Return the columns of the event table, in its order."""
        return (
            self.seq,
            self.stream,
            self.stream_seq,
            self.type,
            self.message_id,
            self.version,
            self.client_id,
            self.actor_id,
            self.at,
            self.payload,
        )

    def wire(self) -> dict[str, Any]:
        """Return the event as clients get it, live and on catch-up alike."""
        return {
            "stream_seq": self.stream_seq,
            "seq": self.seq,
            "type": self.type,
            "message_id": self.message_id,
            "version": self.version,
            "client_id": self.client_id,
            "actor_id": self.actor_id,
            "at": self.at,
            "data": None if self.payload is None else json.loads(self.payload),
        }


@dataclass
class Heads:
    """How far the log goes: the global sequence and each stream's."""

    epoch: str
    seq: int
    streams: dict[str, int]


class DamagedLogError(Exception):
    """The log on disk does not agree with itself; the server must not start on it."""


INSERT_EVENT = "INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
UPSERT_HEAD = (
    "INSERT INTO stream (id, head, floor) VALUES (?, ?, 0) ON CONFLICT (id) DO UPDATE SET head = excluded.head"
)


def append(connection: sqlite3.Connection, entries: Iterable[Entry], seq: int, heads: dict[str, int]) -> None:
    """Write a batch's entries and the heads they lead to, in three statements."""
    connection.executemany(INSERT_EVENT, [entry.row() for entry in entries])
    connection.executemany(UPSERT_HEAD, heads.items())
    connection.execute("UPDATE log_state SET head_seq = ? WHERE id = 1", (seq,))


def follow_heads(connection: sqlite3.Connection) -> Heads:
    """Read how far the log goes, checked at its end only: every event is counted at the start.

    Raises:
        DamagedLogError: the head and the newest event disagree.
    """
    state = connection.execute("SELECT epoch, head_seq FROM log_state WHERE id = 1").fetchone()
    if state is None:
        msg = "the log has no head"
        raise DamagedLogError(msg)
    epoch, head_seq = state
    newest = connection.execute("SELECT coalesce(max(seq), ?) FROM event", (head_seq,)).fetchone()[0]
    if newest != head_seq:
        msg = f"the log ends at event {newest}, but its head says {head_seq}"
        raise DamagedLogError(msg)
    return Heads(epoch, head_seq, dict(connection.execute("SELECT id, head FROM stream")))


def load_heads(connection: sqlite3.Connection) -> Heads:
    """Read how far the log goes, and check that it is dense.

    Raises:
        DamagedLogError: the heads and the events disagree, or a stream has a hole.
    """
    heads = follow_heads(connection)
    counted = "SELECT stream_id, count(*), max(stream_seq) FROM event GROUP BY stream_id"
    held = {name: (count, last) for name, count, last in connection.execute(counted)}
    for name, head, floor in connection.execute("SELECT id, head, floor FROM stream"):
        count, last = held.pop(name, (0, head))
        if last != head or count != head - floor:
            msg = f"stream {name} holds {count} events up to {last}, but its head is {head} and its floor {floor}"
            raise DamagedLogError(msg)
    if held:
        msg = f"the log holds events of streams that it does not know: {sorted(held)[:3]}"
        raise DamagedLogError(msg)
    return heads


class Recent:
    """Committed entries that the broadcaster has not taken yet, in order."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=PENDING_BROADCASTS)
        self._guard = threading.Lock()

    def add(self, entries: list[Entry], withdrawn: frozenset[int] = frozenset()) -> None:
        """Put a committed batch at the end; what it withdraws, by message or by `seq`, leaves this memory as well."""
        messages = {entry.message_id for entry in entries if entry.withdraws}
        with self._guard:
            if messages or withdrawn:
                kept = [
                    replace(e, payload=None) if e.message_id in messages or e.seq in withdrawn else e
                    for e in self._entries
                ]
                self._entries = deque(kept, maxlen=PENDING_BROADCASTS)
            self._entries.extend(entries)

    def take_after(self, seq: int, limit: int) -> list[Entry] | None:
        """Return up to `limit` entries that follow `seq`, or None when they are not all here."""
        with self._guard:
            while self._entries and self._entries[0].seq <= seq:
                self._entries.popleft()
            if not self._entries or self._entries[0].seq != seq + 1:
                return None
            return [self._entries.popleft() for _ in range(min(limit, len(self._entries)))]


COLUMNS = (
    LoggedEvent.seq,
    LoggedEvent.stream_id,
    LoggedEvent.stream_seq,
    LoggedEvent.type,
    LoggedEvent.message_id,
    LoggedEvent.version,
    LoggedEvent.client_id,
    LoggedEvent.actor_id,
    LoggedEvent.at,
    LoggedEvent.payload,
)


def read_after(seq: int, limit: int) -> list[Entry]:
    """Return up to `limit` committed entries of all streams that follow `seq`."""
    query = sa.select(*COLUMNS).where(LoggedEvent.seq > seq).order_by(LoggedEvent.seq).limit(limit)
    return [Entry(*row) for row in db.session.execute(query)]


def read_payload(seq: int) -> str | None:
    """Return what an event says by now: None once it was withdrawn."""
    return db.session.scalars(sa.select(LoggedEvent.payload).where(LoggedEvent.seq == seq)).first()


READ_STREAM = """
    SELECT seq, stream_id, stream_seq, type, message_id, version, client_id, actor_id, at, payload
    FROM event WHERE stream_id = ? AND stream_seq > ? ORDER BY stream_seq LIMIT ?
"""


def read_stream_after(stream: str, stream_seq: int, *, most_events: int, most_bytes: int) -> list[Entry]:
    """Return committed entries of one stream that follow `stream_seq`: one, and more as long as they fit in."""
    # When everybody comes back at once, this is what they ask: on the driver's connection, in the session's snapshot, a
    # page costs half. The rows come one by one, because all together may be too long for the memory.
    sqlite: Any = db.session.connection().connection.driver_connection
    entries: list[Entry] = []
    for row in sqlite.execute(READ_STREAM, (stream, stream_seq, most_events)):
        entry = Entry(*row)
        most_bytes -= entry.size_bytes
        if entries and most_bytes < 0:
            break
        entries.append(entry)
    return entries


def read_heads(streams: Iterable[str]) -> dict[str, tuple[int, int]]:
    """Return head and floor of each stream; a stream without events yet stands at (0, 0)."""
    wanted = list(streams)
    rows = db.session.execute(sa.select(Stream.id, Stream.head, Stream.floor).where(Stream.id.in_(wanted)))
    known = {name: (head, floor) for name, head, floor in rows}
    return {name: known.get(name, (0, 0)) for name in wanted}


def read_epoch() -> str:
    """Return which history this is."""
    return db.session.scalars(sa.select(LogState.epoch)).one()
