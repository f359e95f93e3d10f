"""Link previews, for those who see their message."""

from collections.abc import Sequence

import sqlalchemy as sa

from chat.clock import in_hours
from chat.errors import NotFoundError
from chat.extensions import db
from chat.models import LinkPage, Membership, Message, Preview
from chat.payloads import PreviewPayload, preview_payload
from chat.permissions import Caller

FRESH_HOURS = 24
"""For how long a page that somebody linked to is not asked for again."""


def previews_as_seen(message_ids: Sequence[int]) -> dict[int, list[PreviewPayload]]:
    """Return the cards of those messages that have any, in the order of their links."""
    query = (
        sa.select(Preview, LinkPage)
        .join(LinkPage, LinkPage.id == Preview.page_id)
        .where(Preview.message_id.in_(message_ids), ~Preview.is_removed, LinkPage.title != "")
        .order_by(Preview.message_id, Preview.place, Preview.id)
    )
    found: dict[int, list[PreviewPayload]] = {}
    for preview, page in db.session.execute(query):
        found.setdefault(preview.message_id, []).append(preview_payload(preview, page))
    return found


def preview_of(message_id: int, preview_id: int) -> Preview:
    """Return a preview of a message that the caller was found to see.

    Raises:
        NotFoundError: the message has none such.
    """
    preview = db.session.get(Preview, preview_id)
    if preview is None or preview.message_id != message_id:
        raise NotFoundError
    return preview


def preview_image_for(caller: Caller, preview_id: int) -> str:
    """Return the file of a preview's picture, if the caller is in the message's room.

    Raises:
        NotFoundError: there is none, it was removed, or the caller cannot see it.
    """
    query = (
        sa.select(LinkPage.file)
        .join(Preview, Preview.page_id == LinkPage.id)
        .join(Message, Message.id == Preview.message_id)
        .join(Membership, Membership.room_id == Message.room_id)
        .where(Preview.id == preview_id, ~Preview.is_removed, Message.deleted_at.is_(None))
        .where(Membership.user_id == caller.id, LinkPage.file.is_not(None))
    )
    file = db.session.scalars(query).first()
    if file is None:
        raise NotFoundError
    return file


def fresh_page(url: str) -> LinkPage | None:
    """Return what was found at the address in the last day, if anybody still shows it."""
    query = (
        sa.select(LinkPage)
        .where(LinkPage.url == url, LinkPage.fetched_at > in_hours(-FRESH_HOURS))
        .order_by(LinkPage.fetched_at.desc())
        .limit(1)
    )
    return db.session.scalars(query).first()
