"""Webhooks: what other programs tell us."""

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from chat.extensions import Model
from chat.models.columns import Moment, RoomKey, UserKey


class IncomingHook(Model):
    """A secret address through which a program posts into one room, as a bot of its own."""

    id: Mapped[int] = mapped_column(primary_key=True)
    room_id: Mapped[RoomKey]
    bot_id: Mapped[UserKey] = mapped_column(unique=True)
    """Its name and picture are the hook's; a deactivated bot is a hook that takes nothing."""
    secret_hash: Mapped[str]
    may_call: Mapped[bool] = mapped_column(default=False)
    """Names, `@here` and `@room` in its messages call people; otherwise they are text."""
    created_by: Mapped[UserKey]
    created_at: Mapped[Moment]
    rotated_at: Mapped[Moment | None]
    last_used_at: Mapped[Moment | None]
    use_count: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None]
    """The code of the latest refusal."""
    last_error_at: Mapped[Moment | None]

    __table_args__ = (Index("ix_incoming_hook_room_id", "room_id"), {"sqlite_autoincrement": True})
