"""Rooms and who is in them."""

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from chat.extensions import Model
from chat.models.columns import Moment, RoomKey, UserKey


class Room(Model):
    """A place to talk; each is one stream and one Socket.IO room."""

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    """open, closed or direct."""
    name: Mapped[str | None]
    """None for direct rooms, which are named after the people in them."""
    name_key: Mapped[str | None] = mapped_column(unique=True)
    """The name, NFC, case-folded, without invisible characters: no two rooms that read the same."""
    direct_key: Mapped[str | None] = mapped_column(unique=True)
    """The sorted user ids of a direct room, "3,7": the same people are the same room."""
    topic: Mapped[str] = mapped_column(default="")
    is_default: Mapped[bool] = mapped_column(default=False)
    """Everybody who joins the workspace joins this room."""
    created_by: Mapped[UserKey]
    created_at: Mapped[Moment]
    archived_at: Mapped[Moment | None]

    __table_args__ = ({"sqlite_autoincrement": True},)


class Membership(Model):
    """One person in one room."""

    room_id: Mapped[RoomKey] = mapped_column(primary_key=True)
    user_id: Mapped[UserKey] = mapped_column(primary_key=True)
    role: Mapped[str]
    """owner (made the room) or member."""
    from_seq: Mapped[int]
    """The stream position at which this membership began: older positions are answered with `stale`."""
    read_message_id: Mapped[int] = mapped_column(default=0)
    read_seq: Mapped[int] = mapped_column(default=0, server_default="0")
    """The event that set the read mark: of two marks the one with the higher `seq` holds, also where it went back."""
    joined_at: Mapped[Moment]
    level: Mapped[str | None]
    """What the person is told of: everything, mentions or nothing; None as in their preferences."""
    is_muted: Mapped[bool] = mapped_column(default=False, server_default="0")
    is_starred: Mapped[bool] = mapped_column(default=False, server_default="0")
    section_id: Mapped[str | None]
    """Where the person keeps the room in their sidebar; None, and an id that is no more, are its usual place."""

    __table_args__ = (Index("ix_membership_user_id", "user_id"), {"sqlite_with_rowid": False})


class FormerMember(Model):
    """Somebody who left a room and whose words are still in it: guests of the room go on knowing who that was."""

    room_id: Mapped[RoomKey] = mapped_column(primary_key=True)
    user_id: Mapped[UserKey] = mapped_column(primary_key=True)

    __table_args__ = (Index("ix_former_member_user_id", "user_id"), {"sqlite_with_rowid": False})
