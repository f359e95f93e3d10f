"""What people planned happens at its time; what fell due while the server was down happens after the start."""

import logging

from flask import Flask

from chat.actions.ask_poll import close_poll
from chat.actions.remind import let_reminder_fall_due
from chat.actions.send_scheduled import fail_scheduled, send_scheduled
from chat.clock import now_text
from chat.connections import Connections
from chat.errors import Refusal, StorageError
from chat.extensions import db
from chat.models import ScheduledMessage
from chat.queries.planning import due_reminders, due_scheduled
from chat.queries.polls import ended_polls
from chat.unit_of_work import unit_of_work

logger = logging.getLogger(__name__)

CHUNK = 50


def send_due_messages(app: Flask) -> None:
    """Post what is due, each in a unit of its own: one that cannot be posted holds up no other."""
    while not app.extensions["housekeeping"].is_stopped and (due := due_scheduled(limit=CHUNK)):
        for scheduled_id in due:
            _send(scheduled_id, app.extensions["connections"])


def tell_of_due_reminders(app: Flask) -> None:
    """Tell people of what they wanted to be reminded of by now."""
    while not app.extensions["housekeeping"].is_stopped and due_reminders(limit=CHUNK):
        with unit_of_work():
            for reminder in due_reminders(limit=CHUNK):
                let_reminder_fall_due(reminder)


def close_ended_polls(app: Flask) -> None:
    """Close the polls whose end has come; from that moment on no vote was taken anyway."""
    while not app.extensions["housekeeping"].is_stopped and ended_polls(limit=CHUNK):
        with unit_of_work():
            for message in ended_polls(limit=CHUNK):
                close_poll(message, actor_id=None)


def _send(scheduled_id: int, connections: Connections) -> None:
    try:
        with unit_of_work():
            scheduled = _still_due(scheduled_id)
            if scheduled is not None:
                send_scheduled(scheduled, present=connections.present_ids())
    except StorageError:
        # Nothing was stored, or it is not known; the next round looks again.
        raise
    except Refusal as refusal:
        _fail(scheduled_id, refusal.code)
    except Exception:
        logger.exception("scheduled_message_failed: %d", scheduled_id)
        _fail(scheduled_id, "unexpected")


def _fail(scheduled_id: int, code: str) -> None:
    # In a unit of its own: what was done towards posting is rolled back.
    with unit_of_work():
        scheduled = _still_due(scheduled_id)
        if scheduled is not None:
            fail_scheduled(scheduled, code)


def _still_due(scheduled_id: int) -> ScheduledMessage | None:
    # It may have been sent, changed or called off while this waited for the turn.
    scheduled = db.session.get(ScheduledMessage, scheduled_id)
    if scheduled is None or scheduled.state != "waiting" or scheduled.send_at > now_text():
        return None
    return scheduled
