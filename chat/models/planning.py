"""What people have planned: messages that go out later, and reminders."""

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from chat.extensions import Model
from chat.models.columns import Moment, RoomKey, UserKey


class ScheduledMessage(Model):
    """A message that is posted at its time; the row is deleted in the transaction that posts it."""

    __tablename__ = "scheduled_message"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[UserKey]
    room_id: Mapped[RoomKey]
    parent_id: Mapped[int | None]
    text: Mapped[str]
    client_id: Mapped[str] = mapped_column(unique=True)
    """The idempotency key of the post: however often it is tried, it is one message."""
    send_at: Mapped[Moment]
    state: Mapped[str] = mapped_column(default="waiting")
    """waiting, failed, or sent: posted late, with a note that the author has not put away yet."""
    failure: Mapped[str | None]
    """The code of the refusal."""
    posted_id: Mapped[int | None]
    """The message, once it was posted late."""
    created_at: Mapped[Moment]
    event_seq: Mapped[int]
    """The one event that carries the text."""

    __table_args__ = (
        Index("ix_scheduled_message_user_id", "user_id"),
        Index("ix_scheduled_message_due", "state", "send_at"),
        {"sqlite_autoincrement": True},
    )


class Reminder(Model):
    """What somebody wants to be told at a time; done is deleted."""

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[UserKey]
    about_message_id: Mapped[int | None]
    about_room_id: Mapped[int | None]
    """The message that it is about, and its room, whether or not the person can still see it."""
    text: Mapped[str]
    due_at: Mapped[Moment]
    is_due: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[Moment]
    event_seq: Mapped[int]

    __table_args__ = (
        Index("ix_reminder_user_id", "user_id"),
        Index("ix_reminder_due", "is_due", "due_at"),
        {"sqlite_autoincrement": True},
    )
