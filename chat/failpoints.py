"""Places at which a test may end or hold up the process; they do nothing unless STET_FAILPOINTS names them.

`STET_FAILPOINTS="before_commit=kill@3,between_emits=pause:0.5+kill@20"` kills the process when it comes to
`before_commit` for the third time, and pauses half a second before killing it at the twentieth `between_emits`.
`raise` raises `FailpointError` each time from the given one on; without `@N` the first time counts.
"""

import os
import signal
import threading
import time
from dataclasses import dataclass

FAILPOINTS = (
    "between_post_and_mark",
    "before_commit",
    "after_commit",
    "between_emits",
    "inside_sync",
    "before_cursor",
    "before_mark",
    "mail_handed_over",
    "during_migration",
    "during_backup",
    "during_restore",
    "during_retention",
    "upload_on_disk",
    "file_removed",
)
"""Every place: those that a message passes in their order, then those of other work."""


class FailpointError(Exception):
    """What a failpoint raises when it is told to raise."""


@dataclass
class _Plan:
    action: str
    pause_seconds: float
    at_count: int
    seen: int = 0


_plans: dict[str, _Plan] = {}
_guard = threading.Lock()


def arm(text: str) -> None:
    """Set the failpoints from text such as `after_commit=kill@7`; empty text disarms all.

    Raises:
        ValueError: a place or an action does not exist.
    """
    _plans.clear()
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        name, _, rest = part.partition("=")
        action, _, count = rest.partition("@")
        if name not in FAILPOINTS:
            msg = f"there is no failpoint {name}"
            raise ValueError(msg)
        _plans[name] = _plan(action, int(count or 1))


def reach(name: str) -> None:
    """Come to a failpoint; almost always nothing happens."""
    if not _plans:
        return
    plan = _plans.get(name)
    if plan is None:
        return
    with _guard:
        plan.seen += 1
        is_due = plan.seen >= plan.at_count if plan.action == "raise" else plan.seen == plan.at_count
    if is_due:
        _act(name, plan)


def _plan(action: str, at_count: int) -> _Plan:
    pause, _, then = action.rpartition("+")
    if then.startswith("pause:") and not pause:
        pause, then = then, ""
    if then not in {"kill", "raise", ""} or (pause and not pause.startswith("pause:")):
        msg = f"a failpoint cannot {action}"
        raise ValueError(msg)
    return _Plan(then, float(pause.removeprefix("pause:") or 0), at_count)


def _act(name: str, plan: _Plan) -> None:
    if plan.pause_seconds:
        time.sleep(plan.pause_seconds)
    if plan.action == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if plan.action == "raise":
        msg = f"the failpoint {name} raises"
        raise FailpointError(msg)
