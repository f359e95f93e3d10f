"""Bugs to switch in: each is the mistake that a promise is made against, patched into the product from outside.

A bug is a function that replaces parts of `chat` in this process for good; nothing in the product knows of it. `BUGS`
holds them by name.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from operator import attrgetter
from typing import Any, TypeVar

import sqlalchemy as sa
from flask import current_app, has_app_context

import chat.queries.sync
import chat.routes.messages
import chat.routes.reading
import chat.routes.sync
import chat.routes.writing
import chat.sockets.catch_up
import chat.sockets.connection
from chat import database, log, unit_of_work
from chat.connections import Connections
from chat.events import ReadMarked
from chat.extensions import db, socketio
from chat.listeners.broadcaster import Broadcaster
from chat.listeners.follower import Follower
from chat.listeners.listener import LocalListener, Send
from chat.log import Entry, Recent, room_stream, user_stream
from chat.models import LoggedEvent, Membership, Room
from chat.permissions import Caller
from chat.queries.sync import SyncRequest, visible_streams
from chat.queries.unread import unread_counts
from chat.unit_of_work import Unit, Writer, publish

Bug = TypeVar("Bug", bound=Callable[[], None])

BUGS: dict[str, Callable[[], None]] = {}
"""Every bug, by the name of its function."""

LATE_SECONDS = 0.05


def bug(function: Bug) -> Bug:
    """Put a bug into the table."""
    BUGS[function.__name__] = function
    return function


@bug
def emit_before_commit() -> None:
    """What a batch publishes goes out just before its COMMIT, which may fail."""
    write = log.append

    def write_and_say(connection: Any, entries: Sequence[Entry], seq: int, heads: Mapping[str, int]) -> None:
        write(connection, entries, seq, dict(heads))
        if has_app_context():
            broadcaster: Broadcaster = current_app.extensions["broadcaster"]
            broadcaster.place = seq
            broadcaster._broadcast(list(entries))

    log.append = write_and_say


@bug
def act_on_savepoints() -> None:
    """A unit counts as stored once its savepoint is released, as SQLAlchemy's `after_commit` has it."""
    end, add = Writer._end_savepoint, Recent.add
    said: set[int] = set()

    def end_and_say(self: Writer, unit: Unit, failure: BaseException | None) -> None:
        end(self, unit, failure)
        mine = [entry for entry in unit.batch.entries if entry.seq > unit._seq_before]
        if failure is None and mine:
            said.update(id(entry) for entry in mine)
            self.heads.seq = unit.batch.seq
            add(self.recent, mine)
            unit_of_work._say_committed(unit.batch.seq)

    def add_the_rest(self: Recent, entries: list[Entry], withdrawn: frozenset[int] = frozenset()) -> None:
        add(self, [entry for entry in entries if id(entry) not in said], withdrawn)

    Writer._end_savepoint = end_and_say  # type: ignore[method-assign]
    Recent.add = add_the_rest  # type: ignore[method-assign]


@bug
def no_dedupe() -> None:
    """An idempotency key is read and forgotten: for a new message, and for every other write."""
    chat.routes.messages.idempotency_key = lambda: None
    chat.routes.writing._stored = lambda *_: None
    chat.routes.writing._keep = lambda *_: None


@bug
def subscribe_after_snapshot() -> None:
    """A socket joins its streams when it has been answered what happened up to now, instead of before `hello`."""
    read_streams, find = chat.sockets.connection._present_streams, chat.sockets.catch_up.sync

    def none_yet(caller: Caller) -> list[str]:
        list(read_streams(caller))
        return []

    def answer_and_join(caller: Caller, request: SyncRequest) -> Any:
        answer, streams = find(caller, request), visible_streams(caller)
        sockets: Connections = current_app.extensions["connections"]
        socketio.sleep(LATE_SECONDS)
        for stream in streams:
            sockets.enter(caller.id, stream)
        return answer

    chat.sockets.connection._present_streams = none_yet
    chat.sockets.catch_up.sync = answer_and_join


@bug
def synchronous_normal() -> None:
    """SQLite does not wait for the disk."""
    database.WRITER_PRAGMAS["synchronous"] = 1


@bug
def cursor_before_effect() -> None:
    """A listener's cursor is stored, and then the effect takes place."""

    def send(self: Follower, effect: Send, entries: Sequence[Entry], cursor: int) -> None:
        self._keep_progress(cursor, entries[-1].seq)
        for entry in self._concerned(entries):
            effect(entry, f"{unit_of_work.present_epoch()}:{entry.seq}:{self.listener.name}")

    def apply(self: Follower, effect: LocalListener, entries: Sequence[Entry], cursor: int) -> None:
        self._keep_progress(cursor, entries[-1].seq)
        with unit_of_work.unit_of_work():
            effect.apply(self._concerned(entries))

    Follower._send = send  # type: ignore[method-assign]
    Follower._apply = apply  # type: ignore[method-assign]


@bug
def one_global_token() -> None:
    """Of a client's positions only the furthest counts, for all streams."""
    find = chat.queries.sync.sync

    def sync(caller: Caller, request: SyncRequest) -> Any:
        places = [_seq_at(stream, position) for stream, position in request.positions.items()]
        token = max(places, default=0)
        moved = {stream: max(at, _position_at(stream, token)) for stream, at in request.positions.items()}
        return find(caller, request.model_copy(update={"positions": moved}))

    chat.routes.sync.sync = sync
    chat.sockets.catch_up.sync = sync


def _seq_at(stream: str, position: int) -> int:
    query = sa.select(LoggedEvent.seq).where(LoggedEvent.stream_id == stream, LoggedEvent.stream_seq == position)
    return db.session.scalars(query).first() or 0


def _position_at(stream: str, seq: int) -> int:
    newest = sa.func.max(LoggedEvent.stream_seq)
    query = sa.select(newest).where(LoggedEvent.stream_id == stream, LoggedEvent.seq <= seq)
    return db.session.scalars(query).one() or 0


@bug
def leave_after_emit() -> None:
    """A removal takes effect when the broadcaster has sent what was committed with it."""

    def broadcast(self: Broadcaster, entries: list[Entry]) -> None:
        for stream, run in groupby(entries, key=attrgetter("stream")):
            events = list(run)
            for entry in events:
                self._apply(entry, {})
            self._emit(stream, events)
        for entry in entries:
            if entry.type == "member_removed":
                self._connections.leave(entry.wire()["data"]["user_id"], entry.stream)

    Broadcaster._broadcast = broadcast  # type: ignore[method-assign]


@bug
def deleted_text_replayed() -> None:
    """An edit and a deletion leave the older payloads of their message in the log."""
    add = Recent.add

    def add_as_it_is(self: Recent, entries: list[Entry], _withdrawn: frozenset[int] = frozenset()) -> None:
        add(self, [replace(entry, withdraws=False) for entry in entries])

    Unit._withdraw = lambda *_: None  # type: ignore[method-assign]
    Recent.add = add_as_it_is  # type: ignore[method-assign]


@bug
def acknowledged_unstored() -> None:
    """A write is answered with success whatever became of its COMMIT."""
    abandon = Writer._abandon

    def abandon_silently(self: Writer, batch: unit_of_work.Batch, error: BaseException) -> None:
        abandon(self, batch, error)
        batch.error = None

    Writer._abandon = abandon_silently  # type: ignore[method-assign]


@bug
def other_writers_unseen() -> None:
    """What another process adds to the log does not move our heads."""
    Writer._follow_other_processes = lambda _self: None  # type: ignore[method-assign]


@bug
def floor_ignored() -> None:
    """A position that the log does not reach back to is answered with what is left."""
    read = chat.queries.sync.read_heads
    chat.queries.sync.read_heads = lambda streams: {name: (head, 0) for name, (head, _) in read(streams).items()}


@bug
def read_mark_moves_back() -> None:
    """The newest read mark wins, not the furthest."""

    def mark_read(person: Caller, room_id: int, message_id: int) -> ReadMarked:
        db.session.get_one(Membership, (room_id, person.id)).read_message_id = message_id
        db.session.flush()
        unread, mentions = unread_counts(person.id, [room_id]).get(room_id, (0, 0))
        mark = ReadMarked(
            actor_id=person.id,
            room_id=room_id,
            read_message_id=message_id,
            unread_count=unread,
            mention_count=mentions,
        )
        publish(mark, user_stream(person.id))
        return mark

    chat.routes.reading.mark_read = mark_read


@bug
def everybody_catches_up_everywhere() -> None:
    """Catching up brings the events of every room, whoever is in it."""

    def all_streams(caller: Caller) -> dict[str, int]:
        rooms = db.session.scalars(sa.select(Room.id))
        return {user_stream(caller.id): 1} | {room_stream(room_id): 1 for room_id in rooms}

    chat.queries.sync.visible_streams = all_streams


@bug
def coming_back_goes_on_from_before() -> None:
    """Who left a room and came back is sent what was said meanwhile, as if they had never left."""
    chat.queries.sync.visible_streams = lambda caller: dict.fromkeys(visible_streams(caller), 1)


@bug
def listener_stops_for_good() -> None:
    """A listener that fails once is left alone."""

    def give_up(self: Follower, seq: int | None, cursor: int, error: Exception) -> None:
        del seq, error
        with unit_of_work.unit_of_work():
            state = self._state_at(cursor)
            state.attempts += 1
            state.next_attempt_at = "9999"

    Follower._note_failure = give_up  # type: ignore[method-assign]
