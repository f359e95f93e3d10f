"""People."""

from sqlalchemy import JSON, Index
from sqlalchemy.orm import Mapped, mapped_column

from chat.extensions import Model
from chat.models.columns import Moment, UserKey


class User(Model):
    """A person with an account; never deleted, only deactivated, because messages name them."""

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    """Lower case."""
    name: Mapped[str]
    password_hash: Mapped[str]
    role: Mapped[str]
    """owner, admin, member, or guest: somebody from outside, who is only in the rooms that they were put into.

    Or bot: no person, but the name of a program that posts through a webhook; it has no password and cannot sign in.
    """
    avatar: Mapped[str | None]
    """The random name of the picture in the data folder."""
    language: Mapped[str] = mapped_column(default="en")
    time_zone: Mapped[str] = mapped_column(default="UTC")
    title: Mapped[str] = mapped_column(default="", server_default="")
    """What they do."""
    pronouns: Mapped[str] = mapped_column(default="", server_default="")
    about: Mapped[str] = mapped_column(default="", server_default="")
    phone: Mapped[str] = mapped_column(default="", server_default="")
    status_emoji: Mapped[str] = mapped_column(default="", server_default="")
    status_text: Mapped[str] = mapped_column(default="", server_default="")
    """Without emoji and text there is no status."""
    status_expires_at: Mapped[Moment | None]
    is_away: Mapped[bool] = mapped_column(default=False, server_default="0")
    """They said so themselves: away on whatever device they are."""
    preferences: Mapped[dict[str, object]] = mapped_column(JSON, default=dict)
    """What a person chose for the page, by name: `enter_sends`, `theme` …"""
    created_at: Mapped[Moment]
    deactivated_at: Mapped[Moment | None]

    __table_args__ = (Index("ix_user_status_expires_at", "status_expires_at"), {"sqlite_autoincrement": True})


class MailMark(Model):
    """How far a person was told by mail of what they missed."""

    user_id: Mapped[UserKey] = mapped_column(primary_key=True)
    message_id: Mapped[int]
    sent_at: Mapped[Moment]
