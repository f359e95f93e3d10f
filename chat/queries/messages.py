"""Messages and pages of them, for somebody who is in the room."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

import sqlalchemy as sa

from chat.errors import NotFoundError
from chat.extensions import db
from chat.models import Membership, Mention, Message, Reaction
from chat.payloads import MessagePayload, ReactionPayload, message_payload
from chat.permissions import Caller
from chat.queries.polls import polls_as_seen
from chat.queries.previews import previews_as_seen
from chat.queries.rendering import call_of
from chat.queries.threads import threads_of
from chat.queries.uploads import attachments_of

Direction = Literal["before", "after", "around"]
Which = sa.ColumnElement[bool]
"""Of which messages a page is: a room's, a timeline's, a thread's."""

IN_TIMELINE = sa.or_(Message.parent_id.is_(None), Message.also_in_room)
"""Replies stand in their thread, and in the room's timeline only if they were sent there too."""


class MessagePage(NamedTuple):
    """An unbroken run of messages, oldest first."""

    messages: list[MessagePayload]
    has_before: bool
    has_after: bool


def message_for(caller: Caller, message_id: int) -> Message:
    """Return the message if the caller is in its room.

    Raises:
        NotFoundError: there is no such message, or the caller cannot see it.
    """
    query = (
        sa.select(Message)
        .join(Membership, Membership.room_id == Message.room_id)
        .where(Message.id == message_id, Membership.user_id == caller.id)
    )
    message = db.session.scalars(query).first()
    if message is None:
        raise NotFoundError
    return message


def messages_for(caller: Caller, message_ids: Sequence[int]) -> list[MessagePayload]:
    """Return those of the messages whose rooms the caller is in, by id; of the others nothing tells that they exist."""
    query = (
        sa.select(Message)
        .join(Membership, Membership.room_id == Message.room_id)
        .where(Message.id.in_(message_ids), Membership.user_id == caller.id)
        .order_by(Message.id)
    )
    return messages_as_seen(db.session.scalars(query).all())


def in_room(room_id: int) -> Which:
    """Return what everything that was said in a room has in common."""
    return Message.room_id == room_id


def in_timeline(room_id: int) -> Which:
    """Return what the messages in a room's timeline have in common."""
    return sa.and_(Message.room_id == room_id, IN_TIMELINE)


def in_thread(message_id: int) -> Which:
    """Return what the replies to a message have in common."""
    return Message.parent_id == message_id


def message_page(which: Which, *, direction: Direction | None, message_id: int, limit: int) -> MessagePage:
    """Return up to `limit` messages before, after or around one, or the newest; the caller checked the room."""
    if direction == "after":
        newer = _newer(which, message_id, limit + 1)
        has_before = bool(_older(which, message_id + 1, 1))
        return MessagePage(messages_as_seen(newer[:limit]), has_before, len(newer) > limit)
    if direction == "around":
        half = limit // 2
        older = _older(which, message_id, half + 1)
        newer = _newer(which, message_id - 1, limit - half + 1)
        kept = older[len(older) - min(half, len(older)) :] + newer[: limit - half]
        return MessagePage(messages_as_seen(kept), len(older) > half, len(newer) > limit - half)
    older = _older(which, message_id if direction == "before" else None, limit + 1)
    has_after = direction == "before" and bool(_newer(which, message_id - 1, 1))
    return MessagePage(messages_as_seen(older[-limit:]), len(older) > limit, has_after)


def message_as_seen(message: Message) -> MessagePayload:
    """Return one message with its mentions, reactions, attachments and thread."""
    return messages_as_seen([message])[0]


def messages_as_seen(messages: Sequence[Message]) -> list[MessagePayload]:
    """Return the messages with their mentions, reactions, attachments and threads, in the same order."""
    ids = [message.id for message in messages]
    mentions = _mentions(ids)
    reactions = _reactions(ids)
    attachments = attachments_of(ids)
    threads = threads_of([message.id for message in messages if message.parent_id is None])
    polls = polls_as_seen(ids)
    previews = previews_as_seen(ids)
    return [
        message_payload(
            message,
            mentions=list(mentions.get(message.id, ())),
            mentions_room=call_of(mentions.get(message.id, {}).values()),
            reactions=reactions.get(message.id, ()),
            attachments=attachments.get(message.id, ()),
            thread=threads.get(message.id),
            poll=polls.get(message.id),
            previews=previews.get(message.id, ()),
        )
        for message in messages
    ]


def _older(which: Which, before_id: int | None, count: int) -> list[Message]:
    query = sa.select(Message).where(which).order_by(Message.id.desc()).limit(count)
    if before_id is not None:
        query = query.where(Message.id < before_id)
    return list(reversed(db.session.scalars(query).all()))


def _newer(which: Which, after_id: int, count: int) -> list[Message]:
    query = sa.select(Message).where(which, Message.id > after_id).order_by(Message.id).limit(count)
    return list(db.session.scalars(query).all())


def _mentions(message_ids: Sequence[int]) -> dict[int, dict[int, str]]:
    query = (
        sa.select(Mention.message_id, Mention.user_id, Mention.kind)
        .where(Mention.message_id.in_(message_ids))
        .order_by(Mention.message_id, Mention.user_id)
    )
    found: dict[int, dict[int, str]] = {}
    for message_id, user_id, kind in db.session.execute(query):
        found.setdefault(message_id, {})[user_id] = kind
    return found


def _reactions(message_ids: Sequence[int]) -> dict[int, list[ReactionPayload]]:
    query = (
        sa.select(Reaction.message_id, Reaction.emoji, Reaction.user_id)
        .where(Reaction.message_id.in_(message_ids))
        .order_by(Reaction.at, sa.literal_column("rowid"))
    )
    found: dict[int, dict[str, list[int]]] = {}
    for message_id, emoji, user_id in db.session.execute(query):
        found.setdefault(message_id, {}).setdefault(emoji, []).append(user_id)
    return {
        message_id: [{"emoji": emoji, "user_ids": user_ids} for emoji, user_ids in by_emoji.items()]
        for message_id, by_emoji in found.items()
    }
