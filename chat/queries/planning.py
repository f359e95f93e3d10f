"""Scheduled messages and reminders: each is its author's alone."""

from collections.abc import Sequence

import sqlalchemy as sa

from chat.clock import now_text
from chat.errors import NotFoundError
from chat.extensions import db
from chat.models import Reminder, ScheduledMessage
from chat.payloads import ReminderPayload, ScheduledPayload, reminder_payload, scheduled_payload
from chat.permissions import Caller


def scheduled_of(user_id: int) -> list[ScheduledPayload]:
    """Return what the person has scheduled, in the order in which it was."""
    query = sa.select(ScheduledMessage).where(ScheduledMessage.user_id == user_id).order_by(ScheduledMessage.id)
    return [scheduled_payload(scheduled) for scheduled in db.session.scalars(query)]


def reminders_of(user_id: int) -> list[ReminderPayload]:
    """Return the person's reminders, in the order in which they were made."""
    query = sa.select(Reminder).where(Reminder.user_id == user_id).order_by(Reminder.id)
    return [reminder_payload(reminder) for reminder in db.session.scalars(query)]


def scheduled_for(caller: Caller, scheduled_id: int) -> ScheduledMessage:
    """Return what the caller has scheduled.

    Raises:
        NotFoundError: there is no such thing, or it is somebody else's: nobody can tell which.
    """
    scheduled = db.session.get(ScheduledMessage, scheduled_id)
    if scheduled is None or scheduled.user_id != caller.id:
        raise NotFoundError
    return scheduled


def reminder_for(caller: Caller, reminder_id: int) -> Reminder:
    """Return the caller's reminder.

    Raises:
        NotFoundError: there is no such thing, or it is somebody else's: nobody can tell which.
    """
    reminder = db.session.get(Reminder, reminder_id)
    if reminder is None or reminder.user_id != caller.id:
        raise NotFoundError
    return reminder


def due_scheduled(*, limit: int) -> Sequence[int]:
    """Return the ids of what is to be posted by now, the longest due first."""
    query = (
        sa.select(ScheduledMessage.id)
        .where(ScheduledMessage.state == "waiting", ScheduledMessage.send_at <= now_text())
        .order_by(ScheduledMessage.send_at, ScheduledMessage.id)
        .limit(limit)
    )
    return db.session.scalars(query).all()


def due_reminders(*, limit: int) -> Sequence[Reminder]:
    """Return the reminders whose time has come and of which nobody was told, the longest due first."""
    query = (
        sa.select(Reminder)
        .where(Reminder.is_due.is_(False), Reminder.due_at <= now_text())
        .order_by(Reminder.due_at, Reminder.id)
        .limit(limit)
    )
    return db.session.scalars(query).all()
