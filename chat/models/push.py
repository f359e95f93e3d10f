"""Browsers that are told by Web Push."""

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from chat.extensions import Model
from chat.models.columns import MessageKey, Moment, RoomKey, UserKey


class PushSubscription(Model):
    """Where a browser's push service takes what is for it; ends with the session that it was made in."""

    __tablename__ = "push_subscription"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[UserKey]
    session_id: Mapped[int]
    """Of a session that may be over."""
    endpoint: Mapped[str] = mapped_column(unique=True)
    """A secret of the browser's: whoever has it can send, though nothing that the browser could read."""
    p256dh: Mapped[str]
    """The browser's public key, in Base64 for addresses."""
    auth: Mapped[str]
    user_agent: Mapped[str]
    created_at: Mapped[Moment]
    last_ok_at: Mapped[Moment | None]
    last_error: Mapped[str | None]
    """Of the latest try, None after a success."""

    __table_args__ = (
        Index("ix_push_subscription_user_id", "user_id"),
        Index("ix_push_subscription_session_id", "session_id"),
        {"sqlite_autoincrement": True},
    )


class ShownPush(Model):
    """What a browser was sent of a room last, and may show still; nothing is kept of what was withdrawn."""

    __tablename__ = "shown_push"

    subscription_id: Mapped[int] = mapped_column(ForeignKey("push_subscription.id"), primary_key=True)
    room_id: Mapped[RoomKey] = mapped_column(primary_key=True)
    message_id: Mapped[MessageKey]

    __table_args__ = (Index("ix_shown_push_message_id", "message_id"), {"sqlite_with_rowid": False})
