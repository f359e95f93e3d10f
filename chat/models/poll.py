"""Polls: messages that ask something."""

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from chat.extensions import Model
from chat.models.columns import MessageKey, Moment, UserKey


class Poll(Model):
    """The question of one message."""

    message_id: Mapped[MessageKey] = mapped_column(primary_key=True)
    question: Mapped[str]
    is_multiple: Mapped[bool]
    is_anonymous: Mapped[bool]
    ends_at: Mapped[Moment | None]
    closed_at: Mapped[Moment | None]

    __table_args__ = (Index("ix_poll_due", "closed_at", "ends_at"),)


class PollOption(Model):
    """One answer to choose, numbered from 1."""

    message_id: Mapped[MessageKey] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]

    __table_args__ = ({"sqlite_with_rowid": False},)


class PollVote(Model):
    """One person's choice; of an anonymous poll nobody else is told whose it is."""

    message_id: Mapped[MessageKey] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[UserKey] = mapped_column(primary_key=True)
    at: Mapped[Moment]

    __table_args__ = (Index("ix_poll_vote_user_id", "user_id", "message_id"),)
