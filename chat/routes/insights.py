"""How the workspace is used, for owners: messages, people, rooms and response times over a span of days."""

import datetime as dt
import re
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, current_app, request

from chat.clock import now
from chat.errors import N_, InvalidError, NotAllowedError
from chat.permissions import may_see_insights
from chat.queries.insights import Days, Insights, Step, insights
from chat.queries.people import person_behind
from chat.queries.workspace import workspace_zone
from chat.routes.identity import current_user

bp = Blueprint("insights", __name__, url_prefix="/api/insights")

MOST_DAYS = 400
USUAL_DAYS = 30
EARLIEST = dt.date(2000, 1, 1)
DATE = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
"""Python takes other forms of ISO 8601 too, such as 2026-W01-1."""
COUNTERS = ("analytics", "response_times")
"""The listeners whose rollups are shown."""


@bp.get("")
def show() -> dict[str, Any]:
    """Return the figures from the day `from` to the day `until`, both included, of the workspace's time zone."""
    allow_owner()
    days = _days()
    return wire_shape(insights(current_user(), days, _step())) | {
        "time_zone": workspace_zone(),
        "messages_left": messages_left(),
    }


def allow_owner() -> None:
    """Refuse everybody but owners.

    Raises:
        NotAllowedError: the caller is none, at this moment.
    """
    if not may_see_insights(person_behind(current_user())):
        raise NotAllowedError


def today() -> dt.date:
    """Return the day that it is for the workspace, as in the rollups."""
    return now().astimezone(ZoneInfo(workspace_zone())).date()


def messages_left() -> int:
    """Return how many stored messages are not in the figures yet, while these are made anew; otherwise 0."""
    statuses = current_app.extensions["listeners"].status()
    return max((status.rebuild_left or 0 for status in statuses if status.name in COUNTERS), default=0)


def wire_shape(found: Insights) -> dict[str, Any]:
    """Return the figures with the days named as they are asked for: `from` and `until`."""
    spans = {name: _named(found[name]) for name in ("totals", "before")}
    return {**found, **spans, "periods": [_named(period) for period in found["periods"]]}


def _named(span: Any) -> dict[str, Any]:
    figures = dict(span)
    return {"from": figures.pop("first"), "until": figures.pop("last"), **figures}


def _days() -> Days:
    last = min(_day("until", today()), today())
    first = _day("from", last - dt.timedelta(days=USUAL_DAYS - 1))
    if first > last:
        raise InvalidError(**{"from": N_("This day is after the last one.")})
    if (last - first).days >= MOST_DAYS:
        raise InvalidError(**{"from": N_("That is too long ago.")})
    return Days(first, last)


def _day(name: str, default: dt.date) -> dt.date:
    given = request.args.get(name)
    if given is None:
        return default
    try:
        found = dt.date.fromisoformat(given) if DATE.fullmatch(given) else None
    except ValueError:
        found = None
    if found is None or found < EARLIEST:
        raise InvalidError(**{name: N_("This is not valid.")})
    return found


def _step() -> Step:
    given = request.args.get("by", "day")
    if given == "week":
        return "week"
    if given != "day":
        raise InvalidError(by=N_("This is not valid."))
    return "day"
