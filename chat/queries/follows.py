"""Who follows a thread, and how much of it they have not read."""

from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa

from chat.extensions import db
from chat.models import Membership, Mention, Message, ThreadFollow
from chat.payloads import MessagePayload, ThreadFollowPayload
from chat.permissions import Caller
from chat.queries.messages import messages_as_seen

MOST_UNREAD = 1_000
"""Of the unread threads in a snapshot, the newest."""
LATEST_REPLIES = 3

IS_IN_ROOM = sa.and_(Membership.room_id == ThreadFollow.room_id, Membership.user_id == ThreadFollow.user_id)
IS_UNREAD = sa.and_(
    ThreadFollow.is_following,
    Message.parent_id == ThreadFollow.message_id,
    Message.id > ThreadFollow.read_message_id,
    Message.author_id != ThreadFollow.user_id,
    Message.deleted_at.is_(None),
)


class FollowPage(NamedTuple):
    """Threads of one person, the latest reply first."""

    message_ids: list[int]
    next: int | None
    """Where the next page begins: `before`."""


def follow_of(user_id: int, parent: Message) -> ThreadFollowPayload:
    """Return how a person stands to the thread of a message."""
    found = follows_of(parent.id, [user_id]).get(user_id)
    return found or {
        "message_id": parent.id,
        "room_id": parent.room_id,
        "is_following": False,
        "read_message_id": 0,
        "unread_count": 0,
        "mention_count": 0,
    }


def follows_of(message_id: int, user_ids: Sequence[int] | None = None) -> dict[int, ThreadFollowPayload]:
    """Return how people in the room stand to the thread of a message: these, or everybody who ever followed it."""
    which = ThreadFollow.message_id == message_id
    if user_ids is not None:
        which = sa.and_(which, ThreadFollow.user_id.in_(user_ids))
    return dict(_counted(which))


def my_follows(caller: Caller, message_ids: Sequence[int]) -> dict[int, ThreadFollowPayload]:
    """Return how the caller stands to the threads of messages."""
    which = sa.and_(ThreadFollow.user_id == caller.id, ThreadFollow.message_id.in_(message_ids))
    return {follow["message_id"]: follow for _, follow in _counted(which)}


def unread_threads(user_id: int, *, limit: int = MOST_UNREAD) -> list[ThreadFollowPayload]:
    """Return the threads in which a person has something to read, by what is replied to; of many the newest."""
    newest = (
        sa.select(ThreadFollow.message_id)
        .join(Membership, IS_IN_ROOM)
        .join(Message, IS_UNREAD)
        .where(ThreadFollow.user_id == user_id)
        .group_by(ThreadFollow.message_id)
        .order_by(sa.func.max(Message.id).desc())
        .limit(limit)
    )
    which = sa.and_(ThreadFollow.user_id == user_id, ThreadFollow.message_id.in_(newest))
    found = [follow for _, follow in _counted(which)]
    return sorted(found, key=lambda follow: follow["message_id"])


def followed_page(caller: Caller, *, before: int | None, is_unread: bool, limit: int) -> FollowPage:
    """Return the messages whose threads the caller follows, by their latest replies."""
    latest = sa.func.coalesce(sa.func.max(Message.id), ThreadFollow.message_id)
    replies = sa.and_(Message.parent_id == ThreadFollow.message_id, Message.deleted_at.is_(None))
    query = (
        sa.select(ThreadFollow.message_id, latest)
        .join(Membership, IS_IN_ROOM)
        .join(Message, IS_UNREAD if is_unread else replies, isouter=not is_unread)
        .where(ThreadFollow.user_id == caller.id, ThreadFollow.is_following)
        .group_by(ThreadFollow.message_id)
        .order_by(latest.desc())
        .limit(limit + 1)
    )
    if before is not None:
        query = query.having(latest < before)
    rows = db.session.execute(query).all()
    return FollowPage([row[0] for row in rows[:limit]], rows[limit - 1][1] if len(rows) > limit else None)


def latest_replies(message_id: int) -> list[MessagePayload]:
    """Return the last replies to a message that are still there, oldest first."""
    query = (
        sa.select(Message)
        .where(Message.parent_id == message_id, Message.deleted_at.is_(None))
        .order_by(Message.id.desc())
        .limit(LATEST_REPLIES)
    )
    return messages_as_seen(list(reversed(db.session.scalars(query).all())))


def newest_reply_id(message_id: int) -> int | None:
    """Return the newest reply to a message, deleted or not; None when there is none."""
    return db.session.scalar(sa.select(sa.func.max(Message.id)).where(Message.parent_id == message_id))


def _counted(which: sa.ColumnElement[bool]) -> list[tuple[int, ThreadFollowPayload]]:
    query = (
        sa.select(ThreadFollow, sa.func.count(Message.id), sa.func.count(Mention.message_id))
        .join(Membership, IS_IN_ROOM)
        .join(Message, IS_UNREAD, isouter=True)
        .join(
            Mention,
            sa.and_(Mention.message_id == Message.id, Mention.user_id == ThreadFollow.user_id),
            isouter=True,
        )
        .where(which)
        .group_by(ThreadFollow.message_id, ThreadFollow.user_id)
    )
    rows = db.session.execute(query)
    return [(follow.user_id, _payload(follow, unread, mentions)) for follow, unread, mentions in rows]


def _payload(follow: ThreadFollow, unread: int, mentions: int) -> ThreadFollowPayload:
    return {
        "message_id": follow.message_id,
        "room_id": follow.room_id,
        "is_following": follow.is_following,
        "read_message_id": follow.read_message_id,
        "unread_count": unread,
        "mention_count": mentions,
    }
