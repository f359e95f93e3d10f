"""How long people wait for an answer: the rule, and the steps in which it is kept.

A turn is what one person writes in a row in one place: in a room's timeline, or in a thread, which begins with the
message that it hangs on. Whoever writes there next, and is somebody else, answers it; the time counts from its first
message.
"""

import datetime as dt
from collections.abc import Iterable

from chat.clock import moment_of

LONGEST = dt.timedelta(hours=24)
"""What comes later begins something new, and older messages of a turn do not count."""
STEPS = ((60, 1), (600, 10), (3600, 60), (86_400, 600))
"""Up to how many seconds a time is kept in steps of how many, so that a day has at most some 300 different ones."""


def response_seconds(author_id: int, at: str, earlier: Iterable[tuple[int, str]]) -> int | None:
    """Return after how long a message answers the turn before it, None when it answers none.

    Args:
        author_id: who wrote the message.
        at: when.
        earlier: author and moment of what stands before it in its place, the newest first; read no further than needed.
    """
    moment, asked_by, seconds = moment_of(at), None, None
    for writer_id, written_at in earlier:
        waited = moment - moment_of(written_at)
        if writer_id == author_id or writer_id != (asked_by or writer_id):
            break
        if not dt.timedelta() <= waited <= LONGEST:
            # Too long ago; or later, by a clock that was set back or in a history that was brought in.
            break
        asked_by, seconds = writer_id, int(waited.total_seconds())
    return seconds


def step_of(seconds: int) -> int:
    """Return the seconds as they are kept: the beginning of their step."""
    size = next((size for most, size in STEPS if seconds < most), STEPS[-1][1])
    return seconds // size * size
