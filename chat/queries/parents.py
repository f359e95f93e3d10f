"""Threads as places to write in."""

import sqlalchemy as sa

from chat.errors import N_, InvalidError
from chat.extensions import db
from chat.models import Message


def check_parent(room_id: int, parent_id: int | None) -> None:
    """Refuse a thread that the room does not have; None is the room itself.

    Raises:
        InvalidError: the parent is not a message of this room that can have replies.
    """
    if parent_id is None:
        return
    query = sa.select(Message.id).where(
        Message.id == parent_id, Message.room_id == room_id, Message.parent_id.is_(None)
    )
    if db.session.execute(query).first() is None:
        raise InvalidError(parent_id=N_("There is no such message to reply to."))
