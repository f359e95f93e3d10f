"""How far events have come: in the log, with the listeners, on the screens of people."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, TypedDict

import sqlalchemy as sa

from chat.clock import moment_of, now, wire_time
from chat.connections import Connection, Connections, waiting_packets
from chat.extensions import db
from chat.log import read_epoch, read_heads, room_stream
from chat.models import (
    ApiToken,
    DeadLetter,
    Delivery,
    ListenerState,
    LoggedEvent,
    LogState,
    Membership,
    Message,
    Session,
    ThreadFollow,
    User,
)
from chat.permissions import BOT, Caller
from chat.queries.messages import message_for

LATELY = dt.timedelta(minutes=5)
MOST_COUNTED = 10_000
MOST_LETTERS = 50


class LogFacts(TypedDict):
    """The log as a whole."""

    epoch: str
    head_seq: int
    oldest_seq: int | None
    """The oldest event that is kept; None when there is none."""
    events_per_minute: float
    """Over the last five minutes, or the last 10,000 events when those are more."""


class LetterFacts(TypedDict):
    """An event that a listener gave up on."""

    seq: int
    attempts: int
    error: str
    at: str


class ClientFacts(TypedDict):
    """One connected socket."""

    user_id: int
    name: str
    user_agent: str | None
    """Of a browser; None for a tool."""
    token_name: str | None
    """Of a tool; None for a browser."""
    since: str
    stream_count: int
    behind_events: int
    """How many events it has not said to have, over the streams whose position it has told."""
    untold_streams: int
    """Streams of which it has told no position."""
    waiting_packets: int


class ListenerProgress(TypedDict):
    """Whether a listener is done with everything about one message, what it planned to send included."""

    name: str
    is_done: bool
    is_given_up: bool
    """Something about it is among its dead letters, or could not be delivered to an end outside."""


def log_facts() -> LogFacts:
    """Return how far the log goes, how far back, and how fast it grows."""
    head = db.session.scalars(sa.select(LogState.head_seq)).one()
    oldest = db.session.scalars(sa.select(sa.func.min(LoggedEvent.seq))).one()
    return {"epoch": read_epoch(), "head_seq": head, "oldest_seq": oldest, "events_per_minute": _events_per_minute()}


def dead_letters(listener: str) -> list[LetterFacts]:
    """Return the oldest events that the listener gave up on."""
    query = sa.select(DeadLetter).where(DeadLetter.listener == listener).order_by(DeadLetter.seq).limit(MOST_LETTERS)
    return [
        {"seq": letter.seq, "attempts": letter.attempts, "error": letter.error, "at": letter.at}
        for letter in db.session.scalars(query)
    ]


def has_dead_letter(listener: str, seq: int) -> bool:
    """Tell whether the listener gave up on the event."""
    query = sa.select(DeadLetter.id).where(DeadLetter.listener == listener, DeadLetter.seq == seq)
    return db.session.scalars(query).first() is not None


def connected_clients(connections: Connections) -> list[ClientFacts]:
    """Return the open sockets, the one that is furthest behind first."""
    present = [connection for connection in connections.everyone() if not connection.is_ending]
    heads = {name: head for name, (head, _floor) in read_heads({s for c in present for s in c.streams}).items()}
    names = _texts(User.id, User.name, {c.caller.id for c in present})
    agents = _texts(Session.id, Session.user_agent, {c.caller.session_id for c in present})
    tokens = _texts(ApiToken.id, ApiToken.name, {c.caller.token_id for c in present})
    found: list[ClientFacts] = [
        {
            "user_id": connection.caller.id,
            "name": names.get(connection.caller.id, connection.caller.name),
            "user_agent": agents.get(connection.caller.session_id),
            "token_name": tokens.get(connection.caller.token_id),
            "since": connection.since,
            "stream_count": len(connection.streams),
            "behind_events": sum(max(0, heads.get(name, 0) - at) for name, at in dict(connection.positions).items()),
            "untold_streams": len(connection.streams) - len(connection.positions),
            "waiting_packets": waiting_packets(connection.sid),
        }
        for connection in present
    ]
    return sorted(found, key=lambda client: (-client["behind_events"], client["name"], client["since"]))


def message_delivery(
    caller: Caller, message_id: int, connections: Connections, listeners: Sequence[str]
) -> dict[str, Any]:
    """Return whom and what a message has reached; of a deleted one only the times.

    Counted are the others who were in the room when it was posted: who joined later finds it in the history.

    Raises:
        NotFoundError: there is no such message, or the caller cannot see it.
    """
    message = message_for(caller, message_id)
    if message.deleted_at is not None:
        return {"stored_at": message.created_at, "deleted_at": message.deleted_at}
    members = _other_members(message)
    here = {user_id: connections.of_user(user_id) for user_id in members}
    reached = [user_id for user_id, sockets in here.items() if any(_has(socket, message) for socket in sockets)]
    progress = _progress(message, listeners)
    return {
        "stored_at": message.created_at,
        "deleted_at": None,
        "seq": message.seq,
        "stream_seq": message.stream_seq,
        "connected": sum(any(not socket.is_ending for socket in sockets) for sockets in here.values()),
        "delivered": len(reached),
        "read": sum(mark >= message.id for mark in members.values()),
        "indexed": any(one["name"] == "search_index" and one["is_done"] for one in progress),
        "listeners": progress,
    }


def _events_per_minute() -> float:
    newest = sa.select(LoggedEvent.at).order_by(LoggedEvent.seq.desc()).limit(MOST_COUNTED).subquery()
    since = now() - LATELY
    query = sa.select(sa.func.count(), sa.func.min(newest.c.at)).where(newest.c.at > wire_time(since))
    count, first = db.session.execute(query).one()
    span = now() - moment_of(first) if count == MOST_COUNTED else LATELY
    return round(float(count / max(span.total_seconds(), 1.0) * 60), 1)


def _texts(key: Any, text: Any, wanted: Iterable[int | None]) -> dict[int | None, str]:
    rows = db.session.execute(sa.select(key, text).where(key.in_([one for one in wanted if one is not None])))
    return {row[0]: row[1] for row in rows}


def _other_members(message: Message) -> dict[int, int]:
    """Return the others of the room then, each with how far they have read: the room, or the thread it stands in."""
    if message.parent_id is None or message.also_in_room:
        read = sa.select(Membership.user_id, Membership.read_message_id)
    else:
        follow = sa.and_(ThreadFollow.message_id == message.parent_id, ThreadFollow.user_id == Membership.user_id)
        mark = sa.func.coalesce(ThreadFollow.read_message_id, 0).label("read_message_id")
        read = sa.select(Membership.user_id, mark).select_from(Membership).outerjoin(ThreadFollow, follow)
    query = read.where(
        Membership.room_id == message.room_id,
        Membership.user_id != message.author_id,
        Membership.from_seq <= message.stream_seq,
        Membership.user_id.not_in(sa.select(User.id).where(User.role == BOT)),
    )
    return {row.user_id: row.read_message_id for row in db.session.execute(query)}


def _has(connection: Connection, message: Message) -> bool:
    return not connection.is_ending and connection.positions.get(room_stream(message.room_id), 0) >= message.stream_seq


def _progress(message: Message, listeners: Sequence[str]) -> list[ListenerProgress]:
    about = sa.select(LoggedEvent.seq).where(LoggedEvent.message_id == message.id)
    events = {message.seq, *db.session.scalars(about)}
    letters = sa.select(DeadLetter.listener).where(DeadLetter.seq.in_(events))
    given_up = set(db.session.scalars(letters))
    waiting: set[str] = set()
    for carrier, state in db.session.execute(_unsent(events)):
        (given_up if state == "failed" else waiting).add(carrier)
    states = {state.name: state for state in db.session.scalars(sa.select(ListenerState))}
    return [
        {
            "name": name,
            "is_done": name not in given_up | waiting and _is_past(states.get(name), max(events), message.id),
            "is_given_up": name in given_up,
        }
        for name in listeners
    ]


def _unsent(events: set[int]) -> sa.Select[str, str]:
    # A listener and the carrier of what it plans have one name.
    about = sa.select(Delivery.carrier, Delivery.state).distinct()
    return about.where(Delivery.seq.in_(events), Delivery.seq.is_not(None), Delivery.state != "sent")


def _is_past(state: ListenerState | None, seq: int, message_id: int) -> bool:
    if state is None or state.cursor < seq:
        return False
    # A listener that is being rebuilt takes what is stored already from the messages, in the order of their ids.
    return state.rebuild_after is None or state.rebuild_after >= message_id
