"""Unread and mention counts: what stands in a room's timeline after a person's read mark."""

from collections.abc import Sequence

import sqlalchemy as sa

from chat.extensions import db
from chat.models import Membership, Mention, Message
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
