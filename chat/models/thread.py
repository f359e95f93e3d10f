"""Who follows which thread."""

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from chat.extensions import Model
from chat.models.columns import MessageKey, RoomKey, UserKey


class ThreadFollow(Model):
    """Whether one person follows the replies to one message, and how far they have read them."""

    message_id: Mapped[MessageKey] = mapped_column(primary_key=True)
    """What is replied to."""
    user_id: Mapped[UserKey] = mapped_column(primary_key=True)
    room_id: Mapped[RoomKey]
    is_following: Mapped[bool]
    """False: the person said so; a row that is missing may be made by the next reply."""
    read_message_id: Mapped[int]

    __table_args__ = (Index("ix_thread_follow_user_id", "user_id", "room_id"), {"sqlite_with_rowid": False})
