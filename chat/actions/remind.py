"""Remind somebody of something: later, now, not any more."""

from dataclasses import dataclass

import sqlalchemy as sa

from chat.clock import now_text
from chat.errors import TooManyError
from chat.events import ReminderChanged, ReminderDue, ReminderRemoved
from chat.extensions import db
from chat.log import user_stream
from chat.models import Reminder
from chat.payloads import reminder_payload
from chat.unit_of_work import publish, withdraw_event

MOST_REMINDERS = 100


@dataclass(frozen=True)
class Wish:
    """What to be reminded of and when; the caller checked that they see the message."""

    text: str
    due_at: str
    message_id: int | None = None
    room_id: int | None = None


def set_reminder(user_id: int, wish: Wish) -> Reminder:
    """Keep a reminder until its time.

    Raises:
        TooManyError: the person has 100 others.
    """
    mine = sa.select(sa.func.count()).select_from(Reminder).where(Reminder.user_id == user_id)
    if db.session.scalars(mine).one() >= MOST_REMINDERS:
        raise TooManyError
    reminder = Reminder(
        user_id=user_id,
        about_message_id=wish.message_id,
        about_room_id=wish.room_id,
        text=wish.text,
        due_at=wish.due_at,
        is_due=False,
        created_at=now_text(),
        event_seq=0,
    )
    db.session.add(reminder)
    db.session.flush()
    _tell(reminder, ReminderChanged, actor_id=user_id)
    return reminder


def change_reminder(reminder: Reminder, *, text: str | None, due_at: str | None) -> None:
    """Give it another text or time; one that was due and gets a new time waits again."""
    if text is not None:
        reminder.text = text
    if due_at is not None:
        reminder.due_at, reminder.is_due = due_at, False
    _tell(reminder, ReminderChanged, actor_id=reminder.user_id)


def let_reminder_fall_due(reminder: Reminder) -> None:
    """Tell the person, once: the row and the event change together."""
    reminder.is_due = True
    _tell(reminder, ReminderDue, actor_id=None)


def drop_reminder(reminder: Reminder) -> None:
    """Forget it: it is done, or nobody wants it any more."""
    withdraw_event(reminder.event_seq)
    event = ReminderRemoved(actor_id=reminder.user_id, reminder_id=reminder.id)
    publish(event, user_stream(reminder.user_id))
    db.session.delete(reminder)


def _tell(reminder: Reminder, event: type[ReminderChanged] | type[ReminderDue], *, actor_id: int | None) -> None:
    withdraw_event(reminder.event_seq)
    told = event(actor_id=actor_id, reminder=reminder_payload(reminder))
    reminder.event_seq = publish(told, user_stream(reminder.user_id)).seq
    db.session.flush()
