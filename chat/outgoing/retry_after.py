"""How long the other end asks to be left alone."""

import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

from chat.clock import now

LONGEST_SECONDS = 3_600.0
"""Whoever asks for more is asked again after an hour."""
DIGITS = re.compile(r"[0-9]{1,12}")


def retry_after_seconds(headers: Mapping[str, str]) -> float | None:
    """Return what `retry-after` says, seconds or an HTTP date, at most an hour; None without it or without sense."""
    text = headers.get("retry-after", "").strip()
    seconds = float(text) if DIGITS.fullmatch(text) else _until(text)
    return None if seconds is None or seconds < 0 else min(seconds, LONGEST_SECONDS)


def _until(text: str) -> float | None:
    try:
        # A date without a zone is in UTC, as every HTTP date is.
        moment = parsedate_to_datetime(text)
        return (moment.replace(tzinfo=moment.tzinfo or now().tzinfo) - now()).total_seconds()
    except (ValueError, OverflowError, TypeError):
        return None
