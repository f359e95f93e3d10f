"""The housekeeper: one loop in the server's background, and every job on its own."""

import logging
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from flask import Flask

from chat.clock import now_text
from chat.extensions import db, socketio
from chat.housekeeping.job import Job

logger = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
LONGEST_ERROR = 1_000


class UnknownJobError(Exception):
    """No job has this name."""


@dataclass(frozen=True, slots=True)
class JobStatus:
    """How one job goes."""

    name: str
    every_seconds: float
    is_running: bool
    last_started_at: str | None
    """None: not since the server started."""
    last_seconds: float | None
    """How long it took the last time it ended, well or not."""
    last_error: str | None
    """None: it went well the last time."""
    last_error_at: str | None


@dataclass
class _Round:
    """A job, and how it went the last time."""

    job: Job
    due: float
    """On the monotonic clock: a jump of the wall clock neither skips a round nor repeats it."""
    turn: threading.Lock = field(default_factory=threading.Lock)
    started_at: str | None = None
    seconds: float | None = None
    error: str | None = None
    error_at: str | None = None


class Housekeeper:
    """All jobs of one app; each round of a job in a task of its own, so that a long one delays no other."""

    def __init__(self, app: Flask, jobs: Iterable[Job]) -> None:
        self._app = app
        self._rounds = {job.name: _Round(job, 0.0) for job in jobs}
        self.is_stopped = False

    def start(self) -> None:
        """Do the jobs in the background, the first time soon after the start, and not in the middle of it."""
        first: float = self._app.config["SETTINGS"].housekeeping_delay_seconds
        for each in self._rounds.values():
            each.due = time.monotonic() + first
        socketio.start_background_task(self._keep)

    def stop(self) -> None:
        """Begin no job any more; one that is running sees `is_stopped` and ends between two of its steps."""
        self.is_stopped = True

    def run(self, name: str) -> None:
        """Do a job now and wait for its end, after the round that may be running.

        Raises:
            UnknownJobError: no job has this name.
            Exception: whatever the job raised; it is noted as in the background.
        """
        if name not in self._rounds:
            raise UnknownJobError(name)
        self._run(self._rounds[name])

    def status(self) -> list[JobStatus]:
        """Tell how every job goes."""
        return [
            JobStatus(
                name=each.job.name,
                every_seconds=each.job.every_seconds,
                is_running=each.turn.locked(),
                last_started_at=each.started_at,
                last_seconds=each.seconds,
                last_error=each.error,
                last_error_at=each.error_at,
            )
            for each in self._rounds.values()
        ]

    def _keep(self) -> None:
        while not self.is_stopped:
            for each in self._rounds.values():
                if time.monotonic() >= each.due and not each.turn.locked():
                    each.due = time.monotonic() + each.job.every_seconds
                    socketio.start_background_task(self._run_logged, each)
            socketio.sleep(LOOK_SECONDS)

    def _run_logged(self, each: _Round) -> None:
        try:
            self._run(each)
        except Exception:
            logger.exception("housekeeping_failed: %s; it is done again in %g s", each.job.name, each.job.every_seconds)

    def _run(self, each: _Round) -> None:
        with each.turn, self._app.app_context():
            began = time.monotonic()
            each.started_at = now_text()
            try:
                each.job.run(self._app)
            except Exception as error:
                each.error, each.error_at = f"{type(error).__name__}: {error}"[:LONGEST_ERROR], now_text()
                raise
            else:
                each.error = None
            finally:
                each.seconds = time.monotonic() - began
                db.session.remove()
