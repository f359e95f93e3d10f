"""Threads: what a message says of its replies, and pages of them."""

from collections.abc import Sequence
from typing import cast

import sqlalchemy as sa

from chat.extensions import db
from chat.models import Message
from chat.payloads import ThreadPayload

MOST_FACES = 5


def threads_of(message_ids: Sequence[int]) -> dict[int, ThreadPayload]:
    """Return what each message says of its replies; messages without any are left out."""
    faces = _faces(message_ids)
    counts = (
        sa.select(Message.parent_id, sa.func.count(), sa.func.max(Message.id), sa.func.max(Message.created_at))
        .where(Message.parent_id.in_(message_ids), Message.deleted_at.is_(None))
        .group_by(Message.parent_id)
    )
    return {
        cast("int", parent_id): {
            "reply_count": count,
            "last_reply_id": last_id,
            "last_reply_at": at,
            "user_ids": faces[cast("int", parent_id)][:MOST_FACES],
        }
        for parent_id, count, last_id, at in db.session.execute(counts)
    }


def _faces(message_ids: Sequence[int]) -> dict[int, list[int]]:
    query = (
        sa.select(Message.parent_id, Message.author_id)
        .where(Message.parent_id.in_(message_ids), Message.deleted_at.is_(None))
        .group_by(Message.parent_id, Message.author_id)
        .order_by(sa.func.max(Message.id).desc())
    )
    found: dict[int, list[int]] = {}
    for parent_id, author_id in db.session.execute(query):
        found.setdefault(cast("int", parent_id), []).append(author_id)
    return found
