"""Moments in request bodies: ISO 8601 with an offset, in the coming year."""

import datetime as dt
from typing import Annotated

from pydantic import AfterValidator, Field

from chat.clock import now, wire_time

LONGEST_AHEAD = dt.timedelta(days=366)
MOST_BEHIND = dt.timedelta(minutes=1)
"""A request may have been on its way for a while; the clocks of two machines differ."""


def _coming(value: str) -> str:
    try:
        moment = dt.datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError
        moment = moment.astimezone(dt.UTC)
    except OverflowError as error:
        raise ValueError from error
    if not now() - MOST_BEHIND <= moment <= now() + LONGEST_AHEAD:
        raise ValueError
    return wire_time(moment)


ComingMoment = Annotated[str, Field(max_length=40), AfterValidator(_coming)]
"""2026-12-01T09:00:00+09:00 becomes 2026-12-01T00:00:00.000Z."""
