"""The event log."""

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from chat.extensions import Model
from chat.models.columns import Moment


class LogState(Model):
    """One row: which history this is, and how far it goes."""

    id: Mapped[int] = mapped_column(primary_key=True)
    epoch: Mapped[str]
    """Changes when history may have been rewritten, as by a restored backup."""
    head_seq: Mapped[int]


class Stream(Model):
    """The event sequence of one room or of one user's own affairs."""

    id: Mapped[str] = mapped_column(primary_key=True)
    """room-12 or user-3."""
    head: Mapped[int]
    """The newest stream_seq."""
    floor: Mapped[int] = mapped_column(default=0)
    """Events up to here have left the log."""

    __table_args__ = ({"sqlite_with_rowid": False},)


class LoggedEvent(Model):
    """One committed event in one stream."""

    __tablename__ = "event"

    seq: Mapped[int] = mapped_column(primary_key=True)
    """Global and dense: the cursor of listeners."""
    stream_id: Mapped[str]
    stream_seq: Mapped[int]
    """Dense in its stream: the position of clients."""
    type: Mapped[str]
    message_id: Mapped[int | None]
    version: Mapped[int | None]
    client_id: Mapped[str | None]
    actor_id: Mapped[int | None]
    at: Mapped[Moment]
    payload: Mapped[str | None]
    """JSON, the bytes of `data` on the wire; NULL once the message was edited or deleted."""

    __table_args__ = (
        Index("ix_event_stream", "stream_id", "stream_seq", unique=True),
        Index("ix_event_message_id", "message_id"),
    )


class StoredAnswer(Model):
    """The answer to a write other than a post, kept for 30 days by its idempotency key."""

    user_id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str]
    status: Mapped[int]
    body: Mapped[str]
    """JSON."""
    at: Mapped[Moment]

    __table_args__ = ({"sqlite_with_rowid": False},)
