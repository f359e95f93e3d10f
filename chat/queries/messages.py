"""Messages and pages of them, for somebody who is in the room."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

import sqlalchemy as sa

from chat.errors import NotFoundError
from chat.extensions import db
from chat.models import Membership, Mention, Message, Reaction
from chat.payloads import MessagePayload, ReactionPayload, message_payload
from chat.permissions import Caller
from chat.queries.rendering import call_of
from chat.queries.uploads import attachments_of

Direction = Literal["before", "after", "around"]


class MessagePage(NamedTuple):
    """A run of messages of one room, oldest first."""

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


def message_page(room_id: int, *, direction: Direction | None, message_id: int, limit: int) -> MessagePage:
    """Return up to `limit` messages before, after or around a message, or the newest; the caller checked the room."""
    if direction == "after":
        newer = _newer(room_id, message_id, limit + 1)
        has_before = bool(_older(room_id, message_id + 1, 1))
        return MessagePage(messages_as_seen(newer[:limit]), has_before, len(newer) > limit)
    if direction == "around":
        half = limit // 2
        older = _older(room_id, message_id, half + 1)
        newer = _newer(room_id, message_id - 1, limit - half + 1)
        kept = older[len(older) - min(half, len(older)) :] + newer[: limit - half]
        return MessagePage(messages_as_seen(kept), len(older) > half, len(newer) > limit - half)
    older = _older(room_id, message_id if direction == "before" else None, limit + 1)
    has_after = direction == "before" and bool(_newer(room_id, message_id - 1, 1))
    return MessagePage(messages_as_seen(older[-limit:]), len(older) > limit, has_after)


def message_as_seen(message: Message) -> MessagePayload:
    """Return one message with its mentions, reactions and attachments."""
    return messages_as_seen([message])[0]


def messages_as_seen(messages: Sequence[Message]) -> list[MessagePayload]:
    """Return the messages with their mentions, reactions and attachments, in the same order."""
    ids = [message.id for message in messages]
    mentions = _mentions(ids)
    reactions = _reactions(ids)
    attachments = attachments_of(ids)
    return [
        message_payload(
            message,
            mentions=list(mentions.get(message.id, ())),
            mentions_room=call_of(mentions.get(message.id, {}).values()),
            reactions=reactions.get(message.id, ()),
            attachments=attachments.get(message.id, ()),
        )
        for message in messages
    ]


def _older(room_id: int, before_id: int | None, count: int) -> list[Message]:
    query = sa.select(Message).where(Message.room_id == room_id).order_by(Message.id.desc()).limit(count)
    if before_id is not None:
        query = query.where(Message.id < before_id)
    return list(reversed(db.session.scalars(query).all()))


def _newer(room_id: int, after_id: int, count: int) -> list[Message]:
    query = (
        sa.select(Message).where(Message.room_id == room_id, Message.id > after_id).order_by(Message.id).limit(count)
    )
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
