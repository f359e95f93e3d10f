"""Deliveries to ends outside: what waits, what fails, what was given up on."""

from typing import NamedTuple, TypedDict

import sqlalchemy as sa

from chat.clock import now_text
from chat.extensions import db
from chat.models import Delivery
from chat.queries.lane_names import lane_names

MOST_SHOWN = 50


class FailureFacts(TypedDict):
    """A delivery that fails, or was given up on."""

    id: int
    lane: str
    name: str | None
    """Whose end it is; None where the lane says it."""
    detail: str | None
    """Which one of theirs: a host, an address, a browser's `User-Agent`."""
    seq: int | None
    attempts: int
    next_attempt_at: str | None
    error: str | None
    at: str


class QueueFacts(TypedDict):
    """Where the deliveries of one carrier stand."""

    waiting: int
    held: int
    """Of ends that are switched off, until they are on again."""
    oldest_waiting_at: str | None
    """Since when the oldest one that is due has waited."""
    failing: list[FailureFacts]
    """The first of each lane that waits for its next try."""
    failing_count: int
    given_up: list[FailureFacts]
    given_up_count: int


class Head(NamedTuple):
    """The first delivery of a lane."""

    lane: str
    id: int


def due_heads(carrier: str) -> list[Head]:
    """Return the first delivery of each lane that is due, but for lanes that wait for their next try."""
    now = now_text()
    firsts = (
        sa.select(sa.func.min(Delivery.id).label("id"))
        .where(Delivery.carrier == carrier, Delivery.state == "waiting", _is_due(now))
        .group_by(Delivery.lane)
        .subquery()
    )
    is_ready = sa.or_(Delivery.next_attempt_at.is_(None), Delivery.next_attempt_at <= now)
    query = sa.select(Delivery.lane, Delivery.id).join(firsts, firsts.c.id == Delivery.id).where(is_ready)
    return [Head(*row) for row in db.session.execute(query.order_by(Delivery.id))]


def due_head(carrier: str, lane: str) -> Delivery | None:
    """Return the first delivery of a lane if it is due now."""
    query = sa.select(Delivery).where(
        Delivery.carrier == carrier,
        Delivery.lane == lane,
        Delivery.state == "waiting",
        _is_due(now_text()),
    )
    head = db.session.scalars(query.order_by(Delivery.id).limit(1)).first()
    if head is None or (head.next_attempt_at is not None and head.next_attempt_at > now_text()):
        return None
    return head


def queue_facts(carrier: str) -> QueueFacts:
    """Return where the deliveries of a carrier stand."""
    now = now_text()
    waiting = sa.select(sa.func.count()).where(Delivery.carrier == carrier, Delivery.state == "waiting")
    oldest = sa.select(sa.func.min(Delivery.due_at)).where(
        Delivery.carrier == carrier, Delivery.state == "waiting", Delivery.due_at <= now
    )
    failing = sa.select(Delivery).where(Delivery.carrier == carrier, Delivery.state == "waiting", Delivery.attempts > 0)
    given_up = sa.select(Delivery).where(Delivery.carrier == carrier, Delivery.state == "failed")
    return {
        "waiting": db.session.scalars(waiting).one(),
        "held": _count(sa.select(Delivery).where(Delivery.carrier == carrier, Delivery.state == "held")),
        "oldest_waiting_at": db.session.scalars(oldest).one(),
        "failing": _failures(carrier, failing),
        "failing_count": _count(failing),
        "given_up": _failures(carrier, given_up),
        "given_up_count": _count(given_up),
    }


def _is_due(now: str) -> sa.ColumnElement[bool]:
    # What was not held back is due whatever the clock says: it may have jumped ahead and back since, and what was
    # planned later would overtake it.
    return sa.or_(Delivery.due_at <= now, Delivery.due_at <= Delivery.created_at)


def has_failure(carrier: str, delivery_id: int) -> bool:
    """Tell whether a delivery of the carrier fails or was given up on."""
    is_trouble = sa.or_(Delivery.state == "failed", sa.and_(Delivery.state == "waiting", Delivery.attempts > 0))
    query = sa.select(Delivery.id).where(Delivery.id == delivery_id, Delivery.carrier == carrier, is_trouble)
    return db.session.scalars(query).first() is not None


def _failures(carrier: str, query: sa.Select[Delivery]) -> list[FailureFacts]:
    rows = db.session.scalars(query.order_by(Delivery.id).limit(MOST_SHOWN)).all()
    names = lane_names(carrier, (row.lane for row in rows))
    return [
        {
            "id": row.id,
            "lane": row.lane,
            "name": names[row.lane].name if row.lane in names else None,
            "detail": names[row.lane].detail if row.lane in names else None,
            "seq": row.seq,
            "attempts": row.attempts,
            "next_attempt_at": row.next_attempt_at,
            "error": row.note,
            "at": row.ended_at or row.created_at,
        }
        for row in rows
    ]


def _count(query: sa.Select[Delivery]) -> int:
    return db.session.scalars(sa.select(sa.func.count()).select_from(query.subquery())).one()
