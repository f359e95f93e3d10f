"""Listeners of the log: how far each one is, and what it could not do."""

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from chat.extensions import Model
from chat.models.columns import Moment


class ListenerState(Model):
    """How far one listener has come."""

    __tablename__ = "listener"

    name: Mapped[str] = mapped_column(primary_key=True)
    cursor: Mapped[int]
    """The `seq` of the last event that is done: its effect, or its dead letter, is stored."""
    rebuild_after: Mapped[int | None]
    """While it is rebuilt from the stored messages: the last message that is in; None when it follows the log alone."""
    rebuild_until: Mapped[int | None]
    """The last message that a rebuild takes; everything later comes by the log."""
    attempts: Mapped[int] = mapped_column(default=0)
    """How often the event after the cursor has failed in a row."""
    down_since: Mapped[Moment | None]
    """When the other end was first found to take nothing at all; None when it takes what it is given."""
    next_attempt_at: Mapped[Moment | None]
    last_error: Mapped[str | None]
    last_error_at: Mapped[Moment | None]

    __table_args__ = ({"sqlite_with_rowid": False},)


class DeadLetter(Model):
    """An event that a listener gave up on after ten tries; `retry` tries it again."""

    id: Mapped[int] = mapped_column(primary_key=True)
    listener: Mapped[str]
    seq: Mapped[int]
    attempts: Mapped[int]
    error: Mapped[str]
    at: Mapped[Moment]

    __table_args__ = (Index("ix_dead_letter", "listener", "seq", unique=True),)


class DailyActivity(Model):
    """How many messages one person posted in one room on one day of the workspace, deleted ones included."""

    day: Mapped[str] = mapped_column(primary_key=True)
    """2026-11-24."""
    room_id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(primary_key=True)
    message_count: Mapped[int]

    __table_args__ = ({"sqlite_with_rowid": False},)


class ResponseTime(Model):
    """How many answers of one day of the workspace came after how long; see `chat/response_times.py`."""

    day: Mapped[str] = mapped_column(primary_key=True)
    """Of the answer: 2026-11-24."""
    seconds: Mapped[int] = mapped_column(primary_key=True)
    """The beginning of a step: exact up to a minute, then coarser."""
    response_count: Mapped[int]

    __table_args__ = ({"sqlite_with_rowid": False},)
