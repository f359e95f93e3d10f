"""Follow the replies to a message, or stop following them."""

from chat.events import ThreadFollowed, ThreadUnfollowed
from chat.extensions import db
from chat.log import user_stream
from chat.models import Message, ThreadFollow
from chat.payloads import ThreadFollowPayload
from chat.permissions import Caller
from chat.queries.follows import follow_of, newest_reply_id
from chat.unit_of_work import publish


def follow_thread(person: Caller, parent: Message) -> ThreadFollowPayload:
    """Let the person hear of every reply from now on; twice is once."""
    follow = db.session.get(ThreadFollow, (parent.id, person.id))
    if follow is not None and follow.is_following:
        return follow_of(person.id, parent)
    read_id = newest_reply_id(parent.id) or parent.id
    follow = follow or ThreadFollow(message_id=parent.id, user_id=person.id, room_id=parent.room_id)
    follow.is_following, follow.read_message_id = True, read_id
    db.session.add(follow)
    db.session.flush()
    seen = follow_of(person.id, parent)
    publish(ThreadFollowed(actor_id=person.id, follow=seen), user_stream(person.id))
    return seen


def unfollow_thread(person: Caller, parent: Message) -> ThreadFollowPayload:
    """Leave the person alone until somebody names them there, or they reply themselves."""
    follow = db.session.get(ThreadFollow, (parent.id, person.id))
    was_following = follow is not None and follow.is_following
    # Also who never did: so that the next reply to what they wrote does not make them follow.
    follow = follow or ThreadFollow(
        message_id=parent.id, user_id=person.id, room_id=parent.room_id, read_message_id=parent.id
    )
    follow.is_following = False
    db.session.add(follow)
    db.session.flush()
    seen = follow_of(person.id, parent)
    if was_following:
        publish(ThreadUnfollowed(actor_id=person.id, follow=seen), user_stream(person.id))
    return seen
