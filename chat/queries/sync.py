"""Catching up: everything after a client's positions that it may see, read in one snapshot of the database."""

import re
from dataclasses import dataclass
from typing import Any, TypedDict

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict, Field

from chat import failpoints
from chat.errors import NotFoundError
from chat.extensions import db
from chat.log import read_epoch, read_heads, read_stream_after, room_stream, user_stream
from chat.models import Membership, Room, User, Workspace
from chat.payloads import member_payload, user_payload, workspace_payload
from chat.permissions import Caller
from chat.queries.drafts import drafts_of
from chat.queries.emoji import all_emoji
from chat.queries.follows import unread_threads
from chat.queries.keeping import open_saved, pins_of
from chat.queries.messages import in_room, message_page
from chat.queries.people import people_in
from chat.queries.planning import reminders_of, scheduled_of
from chat.queries.polls import anonymous_votes_of
from chat.queries.preferences import preferences_of
from chat.queries.rooms import my_rooms, room_as_seen, room_for
from chat.queries.sight import people_seen_by

SNAPSHOT_MESSAGES = 50
MOST_EVENTS = 500
MOST_BYTES = 1_000_000
"""Of one answer, about: at least one event is in it, however long."""
MOST_STREAMS = 10_000
ROOM_NUMBER = re.compile(r"[1-9][0-9]{0,14}")


class SyncRequest(BaseModel):
    """Where a client stands: the history it knows, and its position in each stream."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)

    epoch: str | None = Field(default=None, max_length=64)
    positions: dict[str, int] = Field(default_factory=dict, max_length=MOST_STREAMS)
    limit: int = Field(default=MOST_EVENTS, ge=1, le=MOST_EVENTS)


class SyncAnswer(TypedDict):
    """What happened since, stream by stream."""

    epoch: str
    events: dict[str, list[dict[str, Any]]]
    more: bool
    """There is more after what is here: ask again from the new positions."""
    fresh: list[dict[str, Any]]
    """Streams without a position: start from their snapshots."""
    gone: list[str]
    """Streams that the caller may not see any more: forget them."""
    stale: list[str]
    """Positions that the log does not reach back to: start again from a snapshot."""


class ResetAnswer(TypedDict):
    """The history is another one: forget everything and start without positions."""

    reset: bool
    reason: str
    epoch: str


def sync(caller: Caller, request: SyncRequest) -> SyncAnswer | ResetAnswer:
    """Return up to `limit` events after the positions, in the order of each stream, and of bounded size."""
    present = read_epoch()
    positions, room_left = request.positions, _RoomLeft(request.limit, MOST_BYTES)
    if request.epoch not in {None, present}:
        return {"reset": True, "reason": "epoch_changed", "epoch": present}
    answer: SyncAnswer = {"epoch": present, "events": {}, "more": False, "fresh": [], "gone": [], "stale": []}
    begins = visible_streams(caller)
    answer["gone"] = sorted(stream for stream in positions if stream not in begins)
    for stream, (head, floor) in read_heads(begins).items():
        failpoints.reach("inside_sync")
        _add_stream(answer, stream, positions.get(stream), (max(floor, begins[stream] - 1), head), room_left)
    return answer


@dataclass
class _RoomLeft:
    """What still goes into an answer."""

    events: int
    bytes: int


def _add_stream(
    answer: SyncAnswer, stream: str, position: int | None, reach: tuple[int, int], room_left: _RoomLeft
) -> None:
    floor, head = reach
    if position is None:
        answer["fresh"].append({"stream": stream, "head": head})
    elif position < floor or position > head:
        answer["stale"].append(stream)
    elif position < head and min(room_left.events, room_left.bytes) <= 0:
        answer["more"] = True
    elif position < head:
        entries = read_stream_after(stream, position, most_events=room_left.events, most_bytes=room_left.bytes)
        answer["events"][stream] = [entry.wire() for entry in entries]
        answer["more"] = answer["more"] or entries[-1].stream_seq < head
        room_left.events -= len(entries)
        room_left.bytes -= sum(entry.size_bytes for entry in entries)


def visible_streams(caller: Caller) -> dict[str, int]:
    """Return the streams that the caller may see, with the position from which."""
    query = sa.select(Membership.room_id, Membership.from_seq).where(Membership.user_id == caller.id)
    streams = {user_stream(caller.id): 1}
    return streams | {room_stream(room_id): from_seq for room_id, from_seq in db.session.execute(query)}


def snapshot(caller: Caller, stream: str) -> dict[str, Any]:
    """Return a stream's present state and the position at which it stands.

    Raises:
        NotFoundError: there is no such stream, or the caller may not see it.
    """
    if stream == user_stream(caller.id):
        state = _own_state(caller)
    else:
        kind, _, number = stream.partition("-")
        if kind != "room" or not ROOM_NUMBER.fullmatch(number):
            raise NotFoundError
        state = _room_state(caller, int(number))
    head, _floor = read_heads([stream])[stream]
    return {"stream": stream, "stream_seq": head, "epoch": read_epoch(), **state}


def _own_state(caller: Caller) -> dict[str, Any]:
    me = db.session.get_one(User, caller.id)
    users = people_seen_by(me)
    return {
        "preferences": preferences_of(me),
        "drafts": drafts_of(caller.id),
        "scheduled": scheduled_of(caller.id),
        "reminders": reminders_of(caller.id),
        "poll_votes": anonymous_votes_of(caller.id),
        "user": next(user for user in users if user["id"] == caller.id),
        "workspace": workspace_payload(db.session.get_one(Workspace, 1)),
        "users": users,
        "emoji": all_emoji(),
        "rooms": my_rooms(caller),
        "threads": unread_threads(caller.id),
        "saved": open_saved(caller.id),
    }


def _room_state(caller: Caller, room_id: int) -> dict[str, Any]:
    seen = room_for(caller, room_id)
    page = message_page(in_room(seen.id), direction=None, message_id=0, limit=SNAPSHOT_MESSAGES)
    people = people_in(seen.id)
    return {
        "room": room_as_seen(caller, db.session.get_one(Room, seen.id)),
        "members": [member_payload(membership) for membership, _ in people],
        "users": [user_payload(user) for _, user in people],
        "pins": pins_of(seen.id),
        "messages": page.messages,
        "has_before": page.has_before,
    }
