"""What a carrier is: it sends what a listener planned, to many ends, each in a lane of its own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from chat.listeners.listener import LocalListener
from chat.log import Entry


class PermanentError(Exception):
    """It will never succeed: the delivery is given up on at once, and the lane goes on."""


class LaterError(Exception):
    """It may succeed later; the other end may have said when."""

    def __init__(self, message: str, *, retry_after_seconds: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


@dataclass(frozen=True, slots=True)
class Parcel:
    """A delivery, as its carrier gets it."""

    id: int
    lane: str
    seq: int | None
    key: str
    """The same at every try."""
    payload: dict[str, Any]
    attempt: int
    """1 at the first try."""
    due_at: str


Carry = Callable[[Parcel], str | None]
"""Sends one parcel, outside of any unit of work; returns a note of how it went.

It raises PermanentError to give up, anything else to be tried again: 1 s later, then 2, 4 … up to `longest_wait`, and
never before the end of what LaterError asks for.
"""


@dataclass(frozen=True, slots=True)
class Carrier:
    """A carrier and how patient it is."""

    name: str
    carry: Carry
    gives_up_hours: float | None
    """Since the delivery was due. A lane waits for its first parcel so long; then that one is given up on.

    None: the carrier says itself when it is enough.
    """
    longest_wait_seconds: float
    keeps_days: float
    """How long what was sent stays on record; 0: it is deleted at once. What was given up on stays at least a week."""


carriers: dict[str, Carrier] = {}
"""Every carrier that was declared, by name."""


def carrier(
    name: str, *, gives_up_hours: float | None = 72, longest_wait_seconds: float = 300, keeps_days: float = 0
) -> Callable[[Carry], Carry]:
    """Declare a carrier.

    Raises:
        ValueError: the name is taken.
    """

    def declare(carry: Carry) -> Carry:
        if name in carriers:
            msg = f"there are two carriers called {name}"
            raise ValueError(msg)
        carriers[name] = Carrier(name, carry, gives_up_hours, longest_wait_seconds, keeps_days)
        return carry

    return declare


class PlanningListener(LocalListener):
    """A listener that plans deliveries with its cursor, so that each is planned exactly once.

    It begins at the present: what was said before is not sent to anybody.
    """

    is_rebuilt = False

    def apply(self, entries: Sequence[Entry]) -> None:
        """Plan what the events ask for; inside a unit of work."""
        for entry in entries:
            self.plan(entry)

    def plan(self, entry: Entry) -> None:
        """Plan what one event asks for."""
        raise NotImplementedError

    def reset(self) -> None:
        """Keep what is planned."""

    def rebuild(self, after_id: int, until_id: int, limit: int) -> int | None:  # noqa: ARG002 - nothing is taken
        """Take nothing of what is stored already."""
        return None
