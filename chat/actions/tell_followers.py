"""Tell the followers of a thread what happened in it, and let people follow who have a part in it."""

from collections.abc import Collection, Iterable

import sqlalchemy as sa

from chat.events import ThreadCounted, ThreadFollowed
from chat.extensions import db
from chat.log import user_stream
from chat.models import Membership, Mention, Message, ThreadFollow, User
from chat.payloads import MessagePayload
from chat.permissions import BOT
from chat.queries.follows import follows_of
from chat.unit_of_work import publish


def tell_of_reply(reply: MessagePayload) -> None:
    """Let the author of a new reply, whom it names and whoever began the thread follow it, and count it for everybody.

    Who stopped following begins again by replying, or when somebody names them; not by having begun the thread.
    """
    parent_id, author_id = _parent_of(reply), reply["author_id"]
    began = db.session.get_one(Message, parent_id).author_id
    new = _let_follow(reply, {author_id, *_named_in(reply["id"])}, {began, *_named_in(parent_id)})
    _tell(parent_id, new=new, counted=None, author_id=author_id)


def tell_of_change(reply: MessagePayload, called_before: Collection[int], *, actor_id: int) -> None:
    """Count a reply anew that was edited or deleted; whom it names only now follows from there on."""
    new = _let_follow(reply, _named_in(reply["id"]) - set(called_before), set())
    is_deleted = reply["deleted_at"] is not None
    called = set(reply["mentions"]) ^ set(called_before)
    _tell(_parent_of(reply), new=new, counted=None if is_deleted else called, author_id=actor_id)


def _named_in(message_id: int) -> set[int]:
    """Return whom a message names; who is called together with everybody else does not follow for that."""
    query = sa.select(Mention.user_id).where(Mention.message_id == message_id, Mention.kind == "name")
    return set(db.session.scalars(query))


def _parent_of(reply: MessagePayload) -> int:
    parent_id = reply["parent_id"]
    if parent_id is None:
        msg = "this is no reply"
        raise ValueError(msg)
    return parent_id


def _let_follow(reply: MessagePayload, surely: set[int], unless_they_stopped: set[int]) -> set[int]:
    """Make people of the room follow the thread, unread from this reply on; returns who did not before."""
    parent_id = _parent_of(reply)
    wanted = _members(reply["room_id"], surely | unless_they_stopped)
    query = sa.select(ThreadFollow).where(ThreadFollow.message_id == parent_id, ThreadFollow.user_id.in_(wanted))
    known = {follow.user_id: follow for follow in db.session.scalars(query)}
    new = {
        user_id for user_id in wanted if user_id not in known or (user_id in surely and not known[user_id].is_following)
    }
    for user_id in sorted(new):
        follow = known.get(user_id) or ThreadFollow(message_id=parent_id, user_id=user_id, room_id=reply["room_id"])
        follow.is_following = True
        # Who replies has seen what was said before.
        follow.read_message_id = reply["id"] - (user_id != reply["author_id"])
        db.session.add(follow)
    db.session.flush()
    return new


def _members(room_id: int, user_ids: Iterable[int]) -> set[int]:
    query = (
        sa.select(Membership.user_id)
        .join(User, User.id == Membership.user_id)
        .where(Membership.room_id == room_id, Membership.user_id.in_(list(user_ids)), User.role != BOT)
    )
    return set(db.session.scalars(query))


def _tell(parent_id: int, *, new: set[int], counted: set[int] | None, author_id: int) -> None:
    """Tell new followers that they follow, and others how much is unread: these, or everybody but the author."""
    for user_id, follow in sorted(follows_of(parent_id).items()):
        if user_id in new:
            publish(ThreadFollowed(actor_id=author_id, follow=follow), user_stream(user_id))
        elif follow["is_following"] and (user_id in counted if counted is not None else user_id != author_id):
            publish(ThreadCounted(actor_id=author_id, follow=follow), user_stream(user_id))
