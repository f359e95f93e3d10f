"""Add a person to the workspace."""

from collections.abc import Collection

import sqlalchemy as sa

from chat.actions.add_member import add_member
from chat.clock import now_text
from chat.events import UserJoined
from chat.extensions import db
from chat.models import Room, User
from chat.payloads import user_payload
from chat.permissions import sees_everybody
from chat.queries.sight import streams_about
from chat.unit_of_work import publish


def add_person(
    *,
    name: str,
    email: str,
    password_hash: str,
    language: str,
    time_zone: str,
    role: str = "member",
    room_ids: Collection[int] = (),
) -> User:
    """Make the account, tell everybody, and put the person into their first rooms; the email was found free.

    These are the rooms that are named and every default room; a guest is put into the named ones alone.
    """
    user = User(
        email=email,
        name=name,
        password_hash=password_hash,
        role=role,
        language=language,
        time_zone=time_zone,
        created_at=now_text(),
    )
    db.session.add(user)
    db.session.flush()
    publish(UserJoined(actor_id=user.id, user=user_payload(user)), *streams_about(user.id))
    for room in _first_rooms(user, room_ids):
        add_member(room, user.id, actor_id=user.id)
    return user


def _first_rooms(user: User, room_ids: Collection[int]) -> list[Room]:
    wanted = Room.id.in_(room_ids) & (Room.kind != "direct") & Room.archived_at.is_(None)
    if sees_everybody(user):
        wanted |= Room.is_default
    return list(db.session.scalars(sa.select(Room).where(wanted).order_by(Room.id)))
