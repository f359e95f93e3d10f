"""The files of a room, newest first."""

from typing import Any, NamedTuple

import sqlalchemy as sa

from chat.extensions import db
from chat.models import Message, Upload
from chat.payloads import attachment_payload


class FilePage(NamedTuple):
    """A run of files of one room, newest first."""

    files: list[dict[str, Any]]
    """Each an attachment with `message_id`, `author_id` and `created_at` of its message."""
    has_before: bool


def file_page(room_id: int, *, kinds: tuple[str, ...], before_id: int | None, limit: int) -> FilePage:
    """Return up to `limit` files of the kinds, none for all, before an attachment; the caller checked the room."""
    query = (
        sa.select(Upload, Message.author_id, Message.created_at)
        .join(Message, Message.id == Upload.message_id)
        .where(Message.room_id == room_id, Message.deleted_at.is_(None))
        .order_by(Upload.id.desc())
        .limit(limit + 1)
    )
    if kinds:
        query = query.where(Upload.kind.in_(kinds))
    if before_id is not None:
        query = query.where(Upload.id < before_id)
    rows = db.session.execute(query).all()
    files = [
        {
            **attachment_payload(upload),
            "message_id": upload.message_id,
            "author_id": author_id,
            "created_at": created_at,
        }
        for upload, author_id, created_at in rows[:limit]
    ]
    return FilePage(files, len(rows) > limit)
