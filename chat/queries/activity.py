"""How much was said, per day and per room, in the rooms that the caller is in."""

from typing import Any, NamedTuple

import sqlalchemy as sa

from chat.extensions import db
from chat.models import DailyActivity, Membership
from chat.permissions import Caller


class DayActivity(NamedTuple):
    """One day (UTC) on which something was said."""

    day: str
    """2026-11-24."""
    message_count: int
    active_people: int
    """How many different people posted."""


class RoomActivity(NamedTuple):
    """One room in which something was said."""

    room_id: int
    message_count: int
    active_people: int


def activity_by_day(caller: Caller, *, first_day: str, last_day: str, room_id: int | None = None) -> list[DayActivity]:
    """Return the days from `first_day` to `last_day`, both included, oldest first; of one room or of all together."""
    query = _seen(caller, DailyActivity.day, first_day, last_day).order_by(DailyActivity.day)
    if room_id is not None:
        query = query.where(DailyActivity.room_id == room_id)
    return [DayActivity(*row) for row in db.session.execute(query)]


def activity_by_room(caller: Caller, *, first_day: str, last_day: str) -> list[RoomActivity]:
    """Return the rooms in which something was said from `first_day` to `last_day`, both included, the busiest first."""
    counted = _seen(caller, DailyActivity.room_id, first_day, last_day)
    query = counted.order_by(sa.func.sum(DailyActivity.message_count).desc(), DailyActivity.room_id)
    return [RoomActivity(*row) for row in db.session.execute(query)]


def _seen(caller: Caller, by: Any, first_day: str, last_day: str) -> sa.Select[Any, Any, Any]:
    """Count messages and different people by a column; through the caller's memberships."""
    people = sa.func.count(sa.distinct(DailyActivity.user_id))
    return (
        sa.select(by, sa.func.sum(DailyActivity.message_count), people)
        .join(Membership, Membership.room_id == DailyActivity.room_id)
        .where(Membership.user_id == caller.id, DailyActivity.day.between(first_day, last_day))
        .group_by(by)
    )
