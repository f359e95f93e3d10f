"""Unread and mention counts: what stands in a room's timeline after a person's read mark."""

from collections.abc import Sequence

import sqlalchemy as sa

from chat.extensions import db
from chat.models import Membership, Mention, Message, Room
from chat.queries.follows import unread_threads
from chat.queries.messages import IN_TIMELINE


def unread_counts(user_id: int, room_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Return (messages, mentions) of others after the read mark per room; rooms with neither are left out."""
    unread = (
        sa.select(Message.room_id, sa.func.count())
        .join(Membership, sa.and_(Membership.room_id == Message.room_id, Membership.user_id == user_id))
        .where(
            Message.room_id.in_(room_ids),
            Message.id > Membership.read_message_id,
            Message.author_id != user_id,
            Message.deleted_at.is_(None),
            IN_TIMELINE,
        )
        .group_by(Message.room_id)
    )
    mentions = (
        sa.select(Mention.room_id, sa.func.count())
        .join(Membership, sa.and_(Membership.room_id == Mention.room_id, Membership.user_id == Mention.user_id))
        .join(Message, Message.id == Mention.message_id)
        .where(
            Mention.user_id == user_id,
            Mention.room_id.in_(room_ids),
            Mention.message_id > Membership.read_message_id,
            Message.author_id != user_id,
            IN_TIMELINE,
        )
        .group_by(Mention.room_id)
    )
    counted = {room_id: (count, 0) for room_id, count in db.session.execute(unread)}
    for room_id, count in db.session.execute(mentions):
        counted[room_id] = (counted.get(room_id, (0, 0))[0], count)
    return counted


def meant_for(user_id: int) -> int:
    """Return how much that is unread is meant for the person, as the page counts it on the icon of the app.

    What names them, in rooms and in threads, and all of the conversations that they have not muted.
    """
    is_conversation = sa.and_(Room.kind == "direct", Membership.is_muted.is_(False))
    query = (
        sa.select(Room.id, is_conversation)
        .join(Membership, Membership.room_id == Room.id)
        .where(Membership.user_id == user_id)
    )
    rooms = {room_id: bool(counts_all) for room_id, counts_all in db.session.execute(query)}
    counted = unread_counts(user_id, list(rooms))
    in_rooms = sum(unread if rooms[room_id] else mentions for room_id, (unread, mentions) in counted.items())
    return in_rooms + sum(thread["mention_count"] for thread in unread_threads(user_id))
