"""Messages and what hangs on them."""

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from chat.extensions import Model
from chat.models.columns import MessageKey, Moment, RoomKey, UserKey

IS_REPLY = text("parent_id IS NOT NULL")


class Message(Model):
    """What somebody said; ids rise in the order in which messages were stored."""

    id: Mapped[int] = mapped_column(primary_key=True)
    room_id: Mapped[RoomKey]
    parent_id: Mapped[int | None]
    """The message whose thread this replies in; a reply has no thread of its own."""
    also_in_room: Mapped[bool] = mapped_column(default=False, server_default="0")
    """Of a reply: it stands in the room's timeline too."""
    quoted_id: Mapped[int | None]
    """The message that this one quotes or forwards: a reference, never its text."""
    author_id: Mapped[UserKey]
    client_id: Mapped[str]
    """The idempotency key of the post, chosen by the sender; unique per author for ever."""
    fingerprint: Mapped[str | None]
    """Keyed hash of the request that posted it, to tell a repeat from a reused key; forgotten on deletion."""
    seq: Mapped[int]
    stream_seq: Mapped[int]
    """Where `message_posted` stands in the log and in the room's stream."""
    text: Mapped[str]
    html: Mapped[str]
    renderer_version: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[Moment]
    edited_at: Mapped[Moment | None]
    deleted_at: Mapped[Moment | None]

    __table_args__ = (
        UniqueConstraint("author_id", "client_id"),
        Index("ix_message_room_id", "room_id", "id"),
        Index("ix_message_parent_id", "parent_id", "id", sqlite_where=IS_REPLY),
        {"sqlite_autoincrement": True},
    )


class Revision(Model):
    """A version of a message that an edit replaced; deletion empties them."""

    message_id: Mapped[MessageKey] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]
    at: Mapped[Moment]


class Mention(Model):
    """A message that calls a person who can see it."""

    message_id: Mapped[MessageKey] = mapped_column(primary_key=True)
    user_id: Mapped[UserKey] = mapped_column(primary_key=True)
    room_id: Mapped[RoomKey]
    kind: Mapped[str] = mapped_column(default="name", server_default="name")
    """name, or how many are called at once: here, room."""

    __table_args__ = (Index("ix_mention_user", "user_id", "room_id", "message_id"), {"sqlite_with_rowid": False})


class Reaction(Model):
    """One person's emoji on one message."""

    message_id: Mapped[MessageKey] = mapped_column(primary_key=True)
    emoji: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[UserKey] = mapped_column(primary_key=True)
    at: Mapped[Moment]
