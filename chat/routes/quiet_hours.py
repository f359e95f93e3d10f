"""The fields of preferences that say when and of what a person is told."""

import datetime as dt
import unicodedata
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from chat.clock import wire_time
from chat.routes.bodies import Body, Line
from chat.routes.person_fields import TimeZone

MOST_KEYWORDS = 50
LONGEST_KEYWORD = 60

Day = Annotated[int, Field(ge=0, le=6)]
"""0 is Monday."""
Days = Annotated[list[Day], Field(max_length=7), AfterValidator(lambda days: sorted(set(days)))]
ClockTime = Annotated[str, Field(pattern=r"^(?:[01][0-9]|2[0-3]):[0-5][0-9]$")]


def _moment(text: str) -> str:
    moment = dt.datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError
    try:
        return wire_time(moment.astimezone(dt.UTC))
    except OverflowError as error:
        raise ValueError from error


def _each_once(words: list[str]) -> list[str]:
    kept = {unicodedata.normalize("NFC", word).casefold(): word for word in reversed(words)}
    return list(reversed(kept.values()))


Moment = Annotated[str, Field(max_length=40), AfterValidator(_moment)]
"""A point in time with its offset, kept as the wire writes it."""

Keyword = Annotated[Line, Field(min_length=1, max_length=LONGEST_KEYWORD)]
Keywords = Annotated[list[Keyword], Field(max_length=MOST_KEYWORDS), AfterValidator(_each_once)]


class QuietHours(Body):
    """When a person is not to be disturbed, in a time zone."""

    is_on: bool
    days: Days
    """On which the hours begin."""
    starts: ClockTime
    ends: ClockTime
    """Before `starts`: on the next day."""
    all_day: Days
    time_zone: TimeZone

    @model_validator(mode="after")
    def _has_hours(self) -> "QuietHours":
        if self.starts == self.ends:
            raise ValueError
        return self
