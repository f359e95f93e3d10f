"""The one place that reads the wall clock, so that it can be set."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from zoneinfo import ZoneInfo

_set_to: ContextVar[dt.datetime | None] = ContextVar("set_to", default=None)


@contextmanager
def clock_at(moment: dt.datetime) -> Iterator[None]:
    """Let it be `moment`, in UTC, inside; for the demo workspace, whose conversations took place before."""
    token = _set_to.set(moment)
    try:
        yield
    finally:
        _set_to.reset(token)


def now() -> dt.datetime:
    """Return the time in UTC, cut to milliseconds."""
    moment = _set_to.get() or dt.datetime.now(dt.UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def wire_time(moment: dt.datetime) -> str:
    """Return ISO 8601 in UTC with milliseconds and a Z: 2026-10-14T09:40:12.123Z."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def wire_time_or_none(moment: dt.datetime | None) -> str | None:
    """Return `wire_time`, or None for a time that has not come."""
    return None if moment is None else wire_time(moment)


def moment_of(text: str) -> dt.datetime:
    """Return the moment that `wire_time` wrote."""
    return dt.datetime.fromisoformat(text)


def day_of(text: str, zone: str) -> str:
    """Return the calendar day in a time zone, such as 2026-11-24, of the moment that `wire_time` wrote."""
    return text[:10] if zone == "UTC" else moment_of(text).astimezone(ZoneInfo(zone)).date().isoformat()


def now_text() -> str:
    """Return the present moment as it is stored and sent."""
    return wire_time(now())


def in_hours(hours: float) -> str:
    """Return the moment `hours` from now as it is stored and sent."""
    return wire_time(now() + dt.timedelta(hours=hours))
