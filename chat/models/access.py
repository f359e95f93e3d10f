"""What lets a person in: sessions, bearer tokens, invites, reset links."""

from sqlalchemy import JSON, Index
from sqlalchemy.orm import Mapped, mapped_column

from chat.extensions import Model
from chat.models.columns import Moment, UserKey


class Session(Model):
    """A signed-in browser; ended by deleting the row."""

    __tablename__ = "session"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[UserKey]
    token_hash: Mapped[str] = mapped_column(unique=True)
    """SHA-256 of the 256-bit cookie value, in hex."""
    user_agent: Mapped[str]
    address: Mapped[str]
    created_at: Mapped[Moment]
    last_seen_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    wants_push: Mapped[bool] = mapped_column(default=False, server_default="0")
    """Whether the browser is to be pushed to, also when its push service has ended its subscription."""

    __table_args__ = (Index("ix_session_user_id", "user_id"), {"sqlite_autoincrement": True})


class ApiToken(Model):
    """A bearer token for tools; acts as its owner."""

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[UserKey]
    name: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[Moment]
    last_used_at: Mapped[Moment | None]

    __table_args__ = (Index("ix_api_token_user_id", "user_id"), {"sqlite_autoincrement": True})


class Invite(Model):
    """A link that lets new people join."""

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    created_by: Mapped[UserKey]
    created_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    max_uses: Mapped[int | None]
    """None: any number of people until it expires."""
    use_count: Mapped[int] = mapped_column(default=0)
    role: Mapped[str] = mapped_column(default="member", server_default="member")
    """What who joins through it becomes: member or guest."""
    room_ids: Mapped[list[int]] = mapped_column(JSON, default=list, server_default="[]")
    """The rooms that they are put into; a guest into these alone."""
    revoked_at: Mapped[Moment | None]
    email: Mapped[str | None]
    """Where the link was mailed to."""


class PasswordReset(Model):
    """A one-time link with which a locked-out person sets a new password."""

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[UserKey]
    created_by: Mapped[UserKey]
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    used_at: Mapped[Moment | None]
