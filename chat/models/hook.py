"""Webhooks: what other programs tell us."""

from sqlalchemy import JSON, Index
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


class OutgoingHook(Model):
    """An address that hears of events of some rooms."""

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    url: Mapped[str]
    secret: Mapped[str]
    """What its deliveries are signed with: 32 bytes in Base64, as both ends must know it."""
    former_secret: Mapped[str | None]
    former_secret_until: Mapped[Moment | None]
    """After a change both sign for a while, so that the other end can follow."""
    types: Mapped[list[str]] = mapped_column(JSON)
    room_ids: Mapped[list[int] | None] = mapped_column(JSON(none_as_null=True))
    """None: every open room."""
    user_id: Mapped[UserKey]
    """Who answers for it: it hears nothing of rooms that this person may not see."""
    is_enabled: Mapped[bool] = mapped_column(default=True)
    note: Mapped[str | None]
    """Why it was switched off by itself: gone or unreachable."""
    passed_over_id: Mapped[int | None]
    """The delivery that was given up on after days; with the next one the end has its last chance."""
    created_at: Mapped[Moment]

    __table_args__ = ({"sqlite_autoincrement": True},)
