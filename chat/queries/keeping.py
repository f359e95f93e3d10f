"""What a room has pinned, what a person has saved, and how a message came to say what it says."""

from typing import Any, NamedTuple

import sqlalchemy as sa

from chat.extensions import db
from chat.models import Membership, Message, Pin, Revision, Saved
from chat.payloads import PinPayload, RevisionPayload, SavedPayload, pin_payload, saved_payload
from chat.permissions import Caller
from chat.queries.messages import messages_as_seen


class SavedPage(NamedTuple):
    """A run of saved messages with what they say, the latest first; `next` is the `before` of the next page."""

    saved: list[dict[str, Any]]
    next: int | None


def pins_of(room_id: int) -> list[PinPayload]:
    """Return what is pinned in the room, by the ids of the messages; the caller checked the room."""
    query = sa.select(Pin).where(Pin.room_id == room_id).order_by(Pin.message_id)
    return [pin_payload(pin) for pin in db.session.scalars(query)]


def pins_with_messages(room_id: int) -> list[dict[str, Any]]:
    """Return what is pinned in the room with what it says, the latest pin first; the caller checked the room."""
    query = (
        sa.select(Pin, Message)
        .join(Message, Message.id == Pin.message_id)
        .where(Pin.room_id == room_id)
        .order_by(Pin.at.desc(), Pin.message_id.desc())
    )
    rows = list(db.session.execute(query))
    messages = messages_as_seen([message for _, message in rows])
    return [{**pin_payload(pin), "message": message} for (pin, _), message in zip(rows, messages, strict=True)]


def open_saved(person_id: int) -> list[SavedPayload]:
    """Return what the person saved and is not done with, by the ids of the messages, of rooms that they left too."""
    query = sa.select(Saved).where(Saved.user_id == person_id, Saved.done_at.is_(None)).order_by(Saved.message_id)
    return [saved_payload(saved) for saved in db.session.scalars(query)]


def saved_page(caller: Caller, *, is_done: bool, before: int | None, limit: int) -> SavedPage:
    """Return what the caller saved, of rooms that they are in at this moment; what was deleted is a tombstone."""
    query = (
        sa.select(Saved, Message)
        .join(Message, Message.id == Saved.message_id)
        .join(Membership, sa.and_(Membership.room_id == Message.room_id, Membership.user_id == Saved.user_id))
        .where(Saved.user_id == caller.id, Saved.done_at.is_not(None) if is_done else Saved.done_at.is_(None))
        .order_by(Saved.id.desc())
        .limit(limit + 1)
    )
    if before is not None:
        query = query.where(Saved.id < before)
    rows = list(db.session.execute(query))
    page = rows[:limit]
    messages = messages_as_seen([message for _, message in page])
    found = [{**saved_payload(saved), "message": message} for (saved, _), message in zip(page, messages, strict=True)]
    return SavedPage(found, page[-1][0].id if len(rows) > limit else None)


def versions_of(message: Message) -> list[RevisionPayload]:
    """Return every version of the message, the first one first and the present one last; of a deleted one nothing."""
    if message.deleted_at is not None:
        return []
    query = sa.select(Revision).where(Revision.message_id == message.id).order_by(Revision.version)
    older: list[RevisionPayload] = [
        {"version": revision.version, "text": revision.text, "at": revision.at}
        for revision in db.session.scalars(query)
    ]
    at = message.edited_at or message.created_at
    return [*older, {"version": message.version, "text": message.text, "at": at}]
