"""Schedule a message, change it, call it off."""

import uuid
from dataclasses import dataclass

import sqlalchemy as sa

from chat.clock import now_text
from chat.errors import TooManyError
from chat.events import ScheduledChanged, ScheduledRemoved
from chat.extensions import db
from chat.log import user_stream
from chat.models import ScheduledMessage
from chat.payloads import scheduled_payload
from chat.unit_of_work import publish, withdraw_event

MOST_SCHEDULED = 100


@dataclass(frozen=True)
class Planned:
    """What to post where and when; the caller checked the place."""

    room_id: int
    parent_id: int | None
    text: str
    send_at: str


def schedule_message(user_id: int, planned: Planned) -> ScheduledMessage:
    """Keep a message until its time.

    Raises:
        TooManyError: the person has 100 others.
    """
    mine = sa.select(sa.func.count()).select_from(ScheduledMessage).where(ScheduledMessage.user_id == user_id)
    if db.session.scalars(mine).one() >= MOST_SCHEDULED:
        raise TooManyError
    scheduled = ScheduledMessage(
        user_id=user_id,
        room_id=planned.room_id,
        parent_id=planned.parent_id,
        text=planned.text,
        client_id=str(uuid.uuid4()),
        send_at=planned.send_at,
        state="waiting",
        created_at=now_text(),
        event_seq=0,
    )
    db.session.add(scheduled)
    db.session.flush()
    tell_of_scheduled(scheduled, actor_id=user_id)
    return scheduled


def reschedule_message(scheduled: ScheduledMessage, *, text: str | None, send_at: str | None) -> None:
    """Give it another text or time; what had failed waits again."""
    if text is not None:
        scheduled.text = text
    if send_at is not None:
        scheduled.send_at = send_at
    scheduled.state, scheduled.failure = "waiting", None
    tell_of_scheduled(scheduled, actor_id=scheduled.user_id)


def unschedule_message(scheduled: ScheduledMessage, *, posted_id: int | None = None) -> None:
    """Forget it, because nobody wants it any more or because it was posted."""
    withdraw_event(scheduled.event_seq)
    event = ScheduledRemoved(actor_id=scheduled.user_id, scheduled_id=scheduled.id, posted_id=posted_id)
    publish(event, user_stream(scheduled.user_id))
    db.session.delete(scheduled)


def tell_of_scheduled(scheduled: ScheduledMessage, *, actor_id: int | None) -> None:
    """Tell the author's devices how it stands now; the log keeps no earlier text of it."""
    withdraw_event(scheduled.event_seq)
    event = ScheduledChanged(actor_id=actor_id, scheduled=scheduled_payload(scheduled))
    scheduled.event_seq = publish(event, user_stream(scheduled.user_id)).seq
    db.session.flush()
