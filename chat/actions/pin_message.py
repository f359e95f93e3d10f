"""Pin a message for everybody in its room, or take the pin away."""

import sqlalchemy as sa

from chat.clock import now_text
from chat.errors import MessageDeletedError, PinsFullError
from chat.events import MessagePinned, MessageUnpinned
from chat.extensions import db
from chat.log import room_stream
from chat.models import Message, Pin
from chat.payloads import PinPayload, pin_payload
from chat.permissions import Caller
from chat.queries.rooms import check_writable
from chat.unit_of_work import publish

MOST_PINS = 100


def pin_message(message: Message, person: Caller) -> PinPayload:
    """Pin the message; twice is once, and stays the first person's.

    Raises:
        MessageDeletedError: there is nothing to pin.
        RoomArchivedError: the room can only be read.
        PinsFullError: the room has 100 pins.
    """
    if message.deleted_at is not None:
        raise MessageDeletedError
    check_writable(message.room_id)
    held = db.session.get(Pin, message.id)
    if held is not None:
        return pin_payload(held)
    count = db.session.scalar(sa.select(sa.func.count()).where(Pin.room_id == message.room_id)) or 0
    if count >= MOST_PINS:
        raise PinsFullError
    pin = Pin(message_id=message.id, room_id=message.room_id, user_id=person.id, at=now_text())
    db.session.add(pin)
    db.session.flush()
    publish(MessagePinned(actor_id=person.id, pin=pin_payload(pin)), room_stream(message.room_id))
    return pin_payload(pin)


def unpin_message(message: Message, person: Caller) -> None:
    """Take the pin away, whoever put it there; one that is not there stays away.

    Raises:
        RoomArchivedError: the room can only be read.
    """
    check_writable(message.room_id)
    drop_pin(message, actor_id=person.id)


def drop_pin(message: Message, *, actor_id: int | None) -> None:
    """Take the pin away if there is one: nothing that is deleted stays pinned."""
    pin = db.session.get(Pin, message.id)
    if pin is None:
        return
    db.session.delete(pin)
    db.session.flush()
    publish(MessageUnpinned(actor_id=actor_id, pinned_message_id=message.id), room_stream(message.room_id))
