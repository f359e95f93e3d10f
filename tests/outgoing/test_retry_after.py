"""What an end asks for in `Retry-After`: both forms, never for longer than an hour, and nothing else."""

import datetime as dt

import pytest

from chat.clock import clock_at
from chat.outgoing.retry_after import retry_after_seconds

NOON = dt.datetime(2026, 12, 1, 12, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("86400", 3600),
        ("999999999999", 3600),
        ("Tue, 01 Dec 2026 12:02:00 GMT", 120),
        ("Tuesday, 01-Dec-26 12:02:00 GMT", 120),
        ("Tue, 01 Dec 2026 13:02:00 +0100", 120),
        ("Tue, 01 Dec 2026 12:02:00", 120),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 3600),
    ],
)
def test_seconds_and_dates_are_kept_up_to_an_hour(text, seconds):
    with clock_at(NOON):
        assert retry_after_seconds({"retry-after": text}) == seconds


@pytest.mark.parametrize(
    "text",
    ["", "soon", "-5", "1.5", "1e3", "inf", "٣", "1" * 400, "Tue, 01 Dec 2026 11:59:00 GMT", "Tue, 99 Dec 2026", "[]"],
)
def test_what_makes_no_sense_or_is_past_is_ignored(text):
    with clock_at(NOON):
        assert retry_after_seconds({"retry-after": text}) is None
        assert retry_after_seconds({}) is None
