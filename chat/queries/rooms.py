"""Rooms, looked up through the caller's membership: forgetting the check finds nothing."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, cast

import sqlalchemy as sa

from chat.errors import NotFoundError, RoomArchivedError
from chat.extensions import db
from chat.models import Membership, Message, Room, User
from chat.payloads import RoomPayload, SharedRoomPayload, room_preferences_payload, shared_room_payload
from chat.permissions import BOT, Caller, sees_everybody
from chat.queries.unread import unread_counts
from chat.unit_of_work import read_row

ROOM_SEEN = (
    "SELECT r.id, r.kind, r.archived_at, m.role, m.from_seq, m.read_message_id"
    " FROM membership m JOIN room r ON r.id = m.room_id WHERE m.user_id = ? AND m.room_id = ?"
)


class RoomSeen(NamedTuple):
    """A room as the caller is in it: what most routes need to know, in one statement."""

    id: int
    kind: str
    archived_at: str | None
    role: str
    from_seq: int
    read_message_id: int


def room_for(caller: Caller, room_id: int) -> RoomSeen:
    """Return the room if the caller is in it.

    Raises:
        NotFoundError: there is no such room, or the caller is not in it: nobody can tell which.
    """
    row = read_row(ROOM_SEEN, (caller.id, room_id))
    if row is None:
        raise NotFoundError
    return RoomSeen(*row)


def check_writable(room_id: int) -> None:
    """Refuse a change in a room that is in the archive; the caller was found to be in it.

    Raises:
        RoomArchivedError: the room can only be read.
    """
    if db.session.scalars(sa.select(Room.archived_at).where(Room.id == room_id)).one() is not None:
        raise RoomArchivedError


def visible_room(caller: Caller, room_id: int) -> Room:
    """Return the room if the caller is in it or may join it; guests join nothing by themselves.

    Raises:
        NotFoundError: there is no such room, or it is closed to the caller.
    """
    inside = sa.exists().where(Membership.room_id == Room.id, Membership.user_id == caller.id)
    is_visible = sa.or_(Room.kind == "open", inside) if sees_everybody(caller) else inside
    room = db.session.scalars(sa.select(Room).where(Room.id == room_id, is_visible)).first()
    if room is None:
        raise NotFoundError
    return room


def my_rooms(caller: Caller) -> list[RoomPayload]:
    """Return the rooms that the caller is in, direct ones included, in the order they were made."""
    query = (
        sa.select(Room)
        .join(Membership, Membership.room_id == Room.id)
        .where(Membership.user_id == caller.id)
        .order_by(Room.id)
    )
    return rooms_as_seen(caller, db.session.scalars(query).all())


def open_rooms(caller: Caller) -> list[RoomPayload]:
    """Return every open room, joined or not, by name; none for a guest."""
    if not sees_everybody(caller):
        return []
    query = sa.select(Room).where(Room.kind == "open").order_by(Room.name_key)
    return rooms_as_seen(caller, db.session.scalars(query).all())


def room_as_seen(caller: Caller, room: Room) -> RoomPayload:
    """Return one room as the caller sees it."""
    return rooms_as_seen(caller, [room])[0]


def rooms_as_seen(caller: Caller, rooms: Sequence[Room]) -> list[RoomPayload]:
    """Return the rooms with the caller's role, read mark and counts in them."""
    ids = [room.id for room in rooms]
    query = sa.select(Membership).where(Membership.user_id == caller.id, Membership.room_id.in_(ids))
    mine = {membership.room_id: membership for membership in db.session.scalars(query)}
    counts = unread_counts(caller.id, list(mine))
    newest = _newest_message_times(list(mine))
    seen = []
    for shared in shared_rooms(rooms):
        membership = mine.get(shared["id"])
        unread, mentions = counts.get(shared["id"], (0, 0))
        own: dict[str, Any] = {
            **room_preferences_payload(membership),
            "role": membership and membership.role,
            "unread_count": unread,
            "mention_count": mentions,
            "read_message_id": membership.read_message_id if membership else 0,
            "read_seq": membership.read_seq if membership else 0,
            "last_message_at": newest.get(shared["id"]),
        }
        seen.append(cast("RoomPayload", {**shared, **own}))
    return seen


def shared_room(room: Room) -> SharedRoomPayload:
    """Return one room without what differs per person."""
    return shared_rooms([room])[0]


def shared_rooms(rooms: Sequence[Room]) -> list[SharedRoomPayload]:
    """Return the rooms without what differs per person."""
    members = _member_ids(room.id for room in rooms)
    return [
        shared_room_payload(room, member_count=len(members.get(room.id, ())), member_ids=members.get(room.id, []))
        for room in rooms
    ]


def rooms_briefly(room_ids: Iterable[int]) -> dict[int, SharedRoomPayload]:
    """Return the rooms of what a list names, for a caller who is known to be in them."""
    rooms = db.session.scalars(sa.select(Room).where(Room.id.in_(list(room_ids)))).all()
    return {room["id"]: room for room in shared_rooms(rooms)}


def member_ids(room_id: int) -> list[int]:
    """Return the people who are in the room, in the order of their ids; bots are none."""
    return _member_ids([room_id]).get(room_id, [])


def _member_ids(room_ids: Iterable[int]) -> dict[int, list[int]]:
    query = (
        sa.select(Membership.room_id, Membership.user_id)
        .join(User, User.id == Membership.user_id)
        .where(Membership.room_id.in_(list(room_ids)), User.role != BOT)
        .order_by(Membership.room_id, Membership.user_id)
    )
    found: dict[int, list[int]] = {}
    for room_id, user_id in db.session.execute(query):
        found.setdefault(room_id, []).append(user_id)
    return found


def _newest_message_times(room_ids: Sequence[int]) -> dict[int, str]:
    newest = (
        sa.select(Message.created_at)
        .where(Message.room_id == Room.id)
        .order_by(Message.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    rows = db.session.execute(sa.select(Room.id, newest).where(Room.id.in_(room_ids)))
    return {room_id: at for room_id, at in rows if at is not None}
