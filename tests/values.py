"""Values that no field may choke on, and ways to ask with them, shared by the tests of the routes."""

import threading
import uuid
from collections.abc import Callable, Iterable
from typing import Any

NOT_TEXT = [{}, [], ["x"], {"x": "y"}, 1, -1, 1.5, True, False, None]
NOT_A_NUMBER = [{}, [], "1", "x", 1.5, True, False]
NOT_AN_ID = [*NOT_A_NUMBER, None, 0, -1, 2**53, 2**63, 2**64, -(2**63), 10**400]
HUGE_IDS = [0, 2**31, 2**53, 2**63 - 1, 2**63, 2**64, 10**30]
"""Ids for a path: none of them exists."""
NOT_AN_OBJECT = [b"", b"[]", b'"x"', b"1", b"null", b"true", b"{", b"\xff\xfe{}", b"[" * 100_000, b'{"text": "\xff"}']
"""Request bodies that are not a JSON object."""
UNSTORABLE_TEXTS = ["nul \x00 inside", "\ud800", "\udfff tail"]
INVISIBLE_TEXTS = [
    "",
    " ",
    "\n\t \r\n",
    "\u200b",
    "\u200d\ufe0f",
    "\u00a0\u3000",
    "\u3164",
    "\u2800",
    "\u2060\ufeff",
    "\u115f",
]
"""Nothing that a reader would see."""


def statuses(values: Iterable[Any], ask: Callable[[Any], Any]) -> set[Any]:
    """Return the statuses of the answers to all values; more than one status comes with the values that got it."""
    by_status: dict[int, list[str]] = {}
    for value in values:
        by_status.setdefault(ask(value).status_code, []).append(repr(value)[:60])
    return set(by_status) if len(by_status) == 1 else {(status, *given) for status, given in by_status.items()}


def keyed() -> dict[str, str]:
    """Return the headers of a write with a new idempotency key."""
    return {"Idempotency-Key": str(uuid.uuid4())}


def at_once(count: int, work: Callable[[int], Any]) -> list[Any]:
    """Run `work(index)` in `count` threads that start together, and return what each returned."""
    results: list[Any] = [None] * count
    together = threading.Barrier(count)

    def run(index: int) -> None:
        together.wait()
        results[index] = work(index)

    threads = [threading.Thread(target=run, args=(index,)) for index in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
