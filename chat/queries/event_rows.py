"""Events as other systems get them, from the export and from the message broker alike: one flat row each."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple, TypedDict

import sqlalchemy as sa

from chat.extensions import db
from chat.log import Entry, read_epoch
from chat.models import LoggedEvent, LogState

FETCHED_ROWS = 500


class EventRow(TypedDict):
    """One event."""

    seq: int
    """Dense over all streams; with `epoch` it names the event for ever."""
    stream: str
    stream_seq: int
    type: str
    message_id: int | None
    version: int | None
    actor_id: int | None
    at: str
    data: Any
    """As clients get it; None once a later edit or deletion withdrew it."""
    epoch: str


class LogSpan(NamedTuple):
    """What the log holds at present."""

    epoch: str
    oldest_seq: int
    """The oldest event that is kept; one more than `head_seq` when none is."""
    head_seq: int


def event_row(entry: Entry, epoch: str) -> EventRow:
    """Return an event as a row."""
    return {
        "seq": entry.seq,
        "stream": entry.stream,
        "stream_seq": entry.stream_seq,
        "type": entry.type,
        "message_id": entry.message_id,
        "version": entry.version,
        "actor_id": entry.actor_id,
        "at": entry.at,
        "data": None if entry.payload is None else json.loads(entry.payload),
        "epoch": epoch,
    }


def log_span() -> LogSpan:
    """Return which events there are; what is read afterwards in the session is of the same moment."""
    head = db.session.scalars(sa.select(LogState.head_seq)).one()
    oldest = db.session.scalars(sa.select(sa.func.min(LoggedEvent.seq))).one()
    return LogSpan(read_epoch(), head + 1 if oldest is None else oldest, head)


def event_rows(epoch: str, *, after: int, until: int, with_personal: bool) -> Iterator[EventRow]:
    """Return the events with `after < seq <= until` in their order, a few in memory at a time."""
    sql = (
        "SELECT seq, stream_id, stream_seq, type, message_id, version, client_id, actor_id, at, payload FROM event"
        " WHERE seq > ? AND seq <= ? AND (? OR stream_id NOT LIKE 'user-%') ORDER BY seq"
    )
    sqlite: Any = db.session.connection().connection.driver_connection
    cursor = sqlite.execute(sql, (after, until, with_personal))
    while rows := cursor.fetchmany(FETCHED_ROWS):
        for row in rows:
            yield event_row(Entry(*row), epoch)
