"""Drafts: what somebody typed and has not sent, in the rooms that they are in."""

from collections.abc import Sequence

import sqlalchemy as sa

from chat.extensions import db
from chat.models import SavedDraft
from chat.payloads import DraftPayload, draft_payload


def drafts_of(user_id: int) -> list[DraftPayload]:
    """Return the person's drafts, by room and thread; leaving a room has deleted those that were for it."""
    query = (
        sa.select(SavedDraft).where(SavedDraft.user_id == user_id).order_by(SavedDraft.room_id, SavedDraft.parent_id)
    )
    return [draft_payload(draft) for draft in db.session.scalars(query)]


def draft_count(user_id: int) -> int:
    """Return how many drafts the person has."""
    query = sa.select(sa.func.count()).select_from(SavedDraft).where(SavedDraft.user_id == user_id)
    return db.session.scalars(query).one()


def drafts_in(user_id: int, room_id: int) -> Sequence[SavedDraft]:
    """Return the person's drafts in one room, those for its threads included."""
    query = sa.select(SavedDraft).where(SavedDraft.user_id == user_id, SavedDraft.room_id == room_id)
    return db.session.scalars(query).all()
