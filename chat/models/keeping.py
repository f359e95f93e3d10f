"""Messages that a room or a person keeps at hand; of the message itself there is only the id."""

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from chat.extensions import Model
from chat.models.columns import MessageKey, Moment, RoomKey, UserKey


class Pin(Model):
    """A message that somebody pinned for everybody in its room."""

    message_id: Mapped[MessageKey] = mapped_column(primary_key=True)
    room_id: Mapped[RoomKey]
    user_id: Mapped[UserKey]
    """Who pinned it."""
    at: Mapped[Moment]

    __table_args__ = (Index("ix_pin_room_id", "room_id"),)


class Saved(Model):
    """A message that a person saved for later; it stays while they are out of its room, where they do not see it."""

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[UserKey]
    message_id: Mapped[MessageKey]
    room_id: Mapped[RoomKey]
    at: Mapped[Moment]
    done_at: Mapped[Moment | None]

    __table_args__ = (UniqueConstraint("user_id", "message_id"), {"sqlite_autoincrement": True})
