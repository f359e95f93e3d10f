"""Mark a room read up to a message."""

from chat.events import ReadMarked
from chat.extensions import db
from chat.log import user_stream
from chat.models import Membership
from chat.permissions import Caller
from chat.queries.unread import unread_counts
from chat.unit_of_work import publish


def mark_read(person: Caller, room_id: int, message_id: int) -> ReadMarked:
    """Move the person's read mark forward, never back, and tell all of their devices; returns how it stands."""
    membership = db.session.get_one(Membership, (room_id, person.id))
    moves = message_id > membership.read_message_id
    if moves:
        membership.read_message_id = message_id
        db.session.flush()
    unread, mentions = unread_counts(person.id, [room_id]).get(room_id, (0, 0))
    mark = ReadMarked(
        actor_id=person.id,
        room_id=room_id,
        read_message_id=membership.read_message_id,
        unread_count=unread,
        mention_count=mentions,
    )
    if moves:
        publish(mark, user_stream(person.id))
    return mark
