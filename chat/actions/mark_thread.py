"""Mark a thread read up to a reply, or unread from one on."""

from chat.events import ThreadRead
from chat.extensions import db
from chat.log import user_stream
from chat.models import Message, ThreadFollow
from chat.payloads import ThreadFollowPayload
from chat.permissions import Caller
from chat.queries.follows import follow_of
from chat.unit_of_work import publish


def mark_thread_read(person: Caller, parent: Message, message_id: int) -> ThreadFollowPayload:
    """Move the mark of a follower forward, never back; nothing is kept for others."""
    follow = db.session.get(ThreadFollow, (parent.id, person.id))
    if follow is None or not follow.is_following or message_id <= follow.read_message_id:
        return follow_of(person.id, parent)
    return set_thread_mark(person, parent, message_id)


def mark_thread_unread(person: Caller, parent: Message, message_id: int) -> ThreadFollowPayload:
    """Put the mark of a follower just before a reply, wherever it was."""
    follow = db.session.get(ThreadFollow, (parent.id, person.id))
    if follow is None or not follow.is_following or follow.read_message_id == message_id - 1:
        return follow_of(person.id, parent)
    return set_thread_mark(person, parent, message_id - 1)


def set_thread_mark(person: Caller, parent: Message, message_id: int) -> ThreadFollowPayload:
    """Put the mark of somebody who follows where it must be, and tell all of their devices."""
    db.session.get_one(ThreadFollow, (parent.id, person.id)).read_message_id = message_id
    db.session.flush()
    seen = follow_of(person.id, parent)
    publish(ThreadRead(actor_id=person.id, follow=seen), user_stream(person.id))
    return seen
