"""Mark a room read up to a message, or unread from one on."""

from chat.events import ReadEvent, ReadMarked, UnreadMarked
from chat.extensions import db
from chat.log import user_stream
from chat.models import Membership
from chat.permissions import Caller
from chat.queries.unread import unread_counts
from chat.unit_of_work import next_position, publish


def mark_read(person: Caller, room_id: int, message_id: int) -> ReadEvent:
    """Move the person's read mark forward, never back, and tell all of their devices; returns how it stands."""
    membership = db.session.get_one(Membership, (room_id, person.id))
    if message_id <= membership.read_message_id:
        return _mark(ReadMarked, membership)
    return _move(ReadMarked, membership, message_id)


def mark_unread(person: Caller, room_id: int, message_id: int) -> ReadEvent:
    """Put the person's read mark just before a message, wherever it was, and tell all of their devices."""
    return set_mark(person, room_id, message_id - 1)


def set_mark(person: Caller, room_id: int, message_id: int) -> ReadEvent:
    """Put the person's read mark at a message, and tell all of their devices; returns how it stands."""
    membership = db.session.get_one(Membership, (room_id, person.id))
    if message_id == membership.read_message_id:
        return _mark(UnreadMarked, membership)
    return _move(UnreadMarked, membership, message_id)


def _move(kind: type[ReadEvent], membership: Membership, message_id: int) -> ReadEvent:
    stream = user_stream(membership.user_id)
    membership.read_message_id = message_id
    membership.read_seq = next_position(stream).seq
    db.session.flush()
    mark = _mark(kind, membership)
    publish(mark, stream)
    return mark


def _mark(kind: type[ReadEvent], membership: Membership) -> ReadEvent:
    unread, mentions = unread_counts(membership.user_id, [membership.room_id]).get(membership.room_id, (0, 0))
    return kind(
        actor_id=membership.user_id,
        room_id=membership.room_id,
        read_message_id=membership.read_message_id,
        unread_count=unread,
        mention_count=mentions,
    )
