"""Save a message for later, be done with it, or forget it."""

import sqlalchemy as sa

from chat.clock import now_text
from chat.errors import MessageDeletedError, SavedFullError
from chat.events import MessageSaved, MessageUnsaved
from chat.extensions import db
from chat.log import user_stream
from chat.models import Message, Saved
from chat.payloads import SavedPayload, saved_payload
from chat.permissions import Caller
from chat.unit_of_work import publish

MOST_SAVED = 500


def save_message(message: Message, person: Caller, *, is_done: bool) -> SavedPayload:
    """Keep the message for the person, to do or done, and tell all of their devices; nobody else hears of it.

    Raises:
        MessageDeletedError: there is nothing to save; what was saved before can still be done.
        SavedFullError: the person has 500 messages that are not done.
    """
    saved = _held(message, person)
    if saved is not None and (saved.done_at is not None) == is_done:
        return saved_payload(saved)
    if saved is None and message.deleted_at is not None:
        raise MessageDeletedError
    if not is_done:
        _check_room_for_one(person)
    at = now_text()
    if saved is None:
        saved = Saved(user_id=person.id, message_id=message.id, room_id=message.room_id, at=at)
        db.session.add(saved)
    saved.done_at = at if is_done else None
    db.session.flush()
    publish(MessageSaved(actor_id=person.id, saved=saved_payload(saved)), user_stream(person.id))
    return saved_payload(saved)


def unsave_message(message: Message, person: Caller) -> None:
    """Forget that the person saved the message; what is not saved stays so."""
    saved = _held(message, person)
    if saved is None:
        return
    db.session.delete(saved)
    db.session.flush()
    publish(MessageUnsaved(actor_id=person.id, saved_message_id=message.id), user_stream(person.id))


def _held(message: Message, person: Caller) -> Saved | None:
    query = sa.select(Saved).where(Saved.user_id == person.id, Saved.message_id == message.id)
    return db.session.scalars(query).first()


def _check_room_for_one(person: Caller) -> None:
    query = sa.select(sa.func.count()).where(Saved.user_id == person.id, Saved.done_at.is_(None))
    if (db.session.scalar(query) or 0) >= MOST_SAVED:
        raise SavedFullError
