"""Plan what is to be sent to an end outside, and call it off again."""

import json
from typing import Any

import sqlalchemy as sa

from chat.clock import now_text
from chat.extensions import db
from chat.models import Delivery
from chat.unit_of_work import present_epoch


def plan_delivery(
    carrier: str,
    lane: str,
    *,
    seq: int | None,
    payload: dict[str, Any],
    key: str | None = None,
    due_at: str | None = None,
    collapse: str | None = None,
) -> Delivery | None:
    """Put a delivery at the end of a lane, not to be sent before `due_at`; planned already, nothing changes.

    Args:
        carrier: who sends it.
        lane: the end.
        seq: the event that it is about, which the log keeps until then.
        payload: what the carrier needs, without texts that may be deleted meanwhile.
        key: what the other end dedupes by; by default epoch:seq:carrier:lane.
        due_at: held back until then.
        collapse: takes the place of what waits in the lane under the same word; the lane waits as long as before.
    """
    key = key or f"{present_epoch()}:{seq}:{carrier}:{lane}"
    if db.session.scalars(sa.select(Delivery.id).where(Delivery.key == key)).first() is not None:
        return None
    attempts, next_attempt_at = (0, None) if collapse is None else _tried_under(carrier, lane, collapse)
    if collapse is not None:
        call_off_deliveries(carrier, lane, collapse)
    at = now_text()
    planned = Delivery(
        carrier=carrier,
        lane=lane,
        seq=seq,
        key=key,
        payload=json.dumps(payload),
        collapse=collapse,
        attempts=attempts,
        due_at=due_at or at,
        created_at=at,
    )
    db.session.add(planned)
    db.session.flush()
    if next_attempt_at is not None:
        # An end that is away, or asked to be left alone, is not asked sooner because more is said.
        waiting = sa.update(Delivery).where(*_waiting(carrier, lane), Delivery.next_attempt_at.is_(None))
        db.session.execute(waiting.values(next_attempt_at=next_attempt_at))
    return planned


def call_off_deliveries(carrier: str, lane: str, collapse: str | None = None) -> int:
    """Take back what waits in a lane, or of that what has the word; return how many."""
    waiting = sa.delete(Delivery).where(*_waiting(carrier, lane))
    if collapse is not None:
        waiting = waiting.where(Delivery.collapse == collapse)
    removed = db.session.execute(waiting)
    return int(getattr(removed, "rowcount", 0))


def _tried_under(carrier: str, lane: str, collapse: str) -> tuple[int, str | None]:
    tried = sa.select(Delivery.attempts, Delivery.next_attempt_at).where(
        *_waiting(carrier, lane), Delivery.collapse == collapse, Delivery.next_attempt_at.is_not(None)
    )
    found = db.session.execute(tried.order_by(Delivery.id).limit(1)).first()
    return (0, None) if found is None else (found.attempts, found.next_attempt_at)


def _waiting(carrier: str, lane: str) -> tuple[sa.ColumnElement[bool], ...]:
    return Delivery.carrier == carrier, Delivery.lane == lane, Delivery.state == "waiting"
