"""Mark everything read, and take it back."""

from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa

from chat.actions.mark_read import mark_read, set_mark
from chat.actions.mark_thread import set_thread_mark
from chat.extensions import db
from chat.models import Membership, Message, ThreadFollow
from chat.permissions import Caller
from chat.queries.follows import newest_reply_id, unread_threads
from chat.queries.unread import unread_counts
from chat.unit_of_work import read_row


class Mark(NamedTuple):
    """Up to which message a room, or the thread of a message, was read."""

    id: int
    """Of the room, or of what is replied to."""
    message_id: int


class Marks(NamedTuple):
    """Read marks of one person."""

    rooms: Sequence[Mark]
    threads: Sequence[Mark]


def mark_all_read(person: Caller) -> Marks:
    """Mark every room and every followed thread read; returns the marks that were moved, as they were before."""
    memberships = {
        membership.room_id: membership
        for membership in db.session.scalars(sa.select(Membership).where(Membership.user_id == person.id))
    }
    unread = sorted(unread_counts(person.id, list(memberships)))
    rooms = [Mark(room_id, memberships[room_id].read_message_id) for room_id in unread]
    threads = [Mark(one["message_id"], one["read_message_id"]) for one in unread_threads(person.id)]
    for room_id in unread:
        mark_read(person, room_id, _newest_in(room_id))
    for thread in threads:
        parent = db.session.get_one(Message, thread.id)
        set_thread_mark(person, parent, newest_reply_id(thread.id) or thread.message_id)
    return Marks(rooms, threads)


def restore_marks(person: Caller, marks: Marks) -> None:
    """Put read marks back to where they were, none forward; rooms that the person has left stay out."""
    for room_id, message_id in marks.rooms:
        membership = db.session.get(Membership, (room_id, person.id))
        if membership is not None and message_id < membership.read_message_id:
            set_mark(person, room_id, message_id)
    for parent_id, message_id in marks.threads:
        follow = db.session.get(ThreadFollow, (parent_id, person.id))
        if follow is not None and follow.is_following and message_id < follow.read_message_id:
            set_thread_mark(person, db.session.get_one(Message, parent_id), message_id)


def _newest_in(room_id: int) -> int:
    row = read_row("SELECT max(id) FROM message WHERE room_id = ?", (room_id,))
    return (row and row[0]) or 0
