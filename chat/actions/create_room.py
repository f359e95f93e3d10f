"""Create a room."""

import unicodedata
from collections.abc import Sequence

import sqlalchemy as sa

from chat.actions.add_member import add_member
from chat.actions.list_room import list_room
from chat.clock import now_text
from chat.errors import N_, InvalidError, RoomNameTakenError
from chat.extensions import db
from chat.models import Room, User
from chat.permissions import BOT


def create_room(
    *,
    kind: str,
    name: str | None,
    topic: str,
    creator_id: int,
    member_ids: Sequence[int] = (),
    is_default: bool = False,
) -> Room:
    """Make an open or closed room with its first people; whoever makes it owns it.

    Raises:
        RoomNameTakenError: another room reads the same.
        InvalidError: one of the people does not exist or is deactivated.
    """
    room = Room(
        kind=kind,
        name=name,
        name_key=free_name_key(name or "", room_id=None),
        topic=topic,
        is_default=is_default,
        created_by=creator_id,
        created_at=now_text(),
    )
    db.session.add(room)
    db.session.flush()
    add_member(room, creator_id, actor_id=creator_id, role="owner")
    for user_id in active_people(member_ids):
        add_member(room, user_id, actor_id=creator_id)
    list_room(room, actor_id=creator_id)
    return room


def free_name_key(name: str, *, room_id: int | None) -> str:
    """Return the key of a name that no other room has; raises RoomNameTakenError."""
    shown = "".join(c for c in name if unicodedata.category(c) != "Cf")
    key = unicodedata.normalize("NFC", unicodedata.normalize("NFC", shown).casefold())
    other = db.session.scalar(sa.select(Room.id).where(Room.name_key == key, Room.id != (room_id or 0)))
    if other is not None:
        raise RoomNameTakenError
    return key


def active_people(user_ids: Sequence[int], *, field: str = "member_ids") -> list[int]:
    """Return the ids, each once, if all of them are people who can sign in; raises InvalidError about `field`."""
    wanted = sorted(set(user_ids))
    query = sa.select(User.id).where(User.id.in_(wanted), User.deactivated_at.is_(None), User.role != BOT)
    found = list(db.session.scalars(query.order_by(User.id)))
    if found != wanted:
        raise InvalidError(**{field: N_("One of these people is not here.")})
    return found
