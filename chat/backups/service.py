"""Backups made by the server in its background: by the schedule, or because an owner wants one."""

import datetime as dt
import logging
import threading
import time

import sqlalchemy as sa
from flask import Flask, current_app

from chat.backups.create import Made, back_up
from chat.backups.errors import BackupError
from chat.backups.keeping import Result, kept_backups, last_result, note_result, remove_superfluous
from chat.clock import moment_of, now, now_text
from chat.config import Settings
from chat.extensions import db, socketio
from chat.models import Workspace

logger = logging.getLogger(__name__)

SETTLING_SECONDS = 300
"""How long after the start the schedule begins: everybody comes back first."""
RETRY_HOURS = 1


class Backups:
    """The backups of one app: at most one is made at a time."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._started = time.monotonic()
        self._guard = threading.Lock()
        self._last = last_result(settings)
        self.stage: str | None = None
        """What the backup that is being made is at: waiting, copying, packing or checking; None when there is none."""

    @property
    def last(self) -> Result | None:
        """How the last try went, by the server or beside it; None when there was none."""
        on_disk = last_result(self._settings)
        newest = [result for result in (self._last, on_disk) if result is not None]
        return max(newest, key=lambda result: result.at, default=None)

    @property
    def is_settled(self) -> bool:
        """Tell whether the server has run for long enough to be given this work too."""
        return time.monotonic() - self._started >= SETTLING_SECONDS

    def start(self) -> bool:
        """Make a backup in the background; return whether one has begun, False when one is being made already."""
        if not self._begin():
            return False
        socketio.start_background_task(self._run, is_daily=False)
        return True

    def make(self, *, is_daily: bool) -> None:
        """Make a backup now and return when it is done or has failed, which is noted and logged."""
        if self._begin():
            self._run(is_daily=is_daily)

    def _begin(self) -> bool:
        with self._guard:
            if self.stage is not None:
                return False
            self.stage = "waiting"
            return True

    def _run(self, *, is_daily: bool) -> None:
        began = time.monotonic()
        try:
            made = back_up(self._settings, is_daily=is_daily, tell=self._tell)
        except BackupError as error:
            logger.error("backup_failed: %s", error)  # noqa: TRY400 - the sentence says it all
            self._note(Result(at=now_text(), error=str(error)))
        except Exception:
            logger.exception("backup_failed")
            self._note(Result(at=now_text(), error="something unexpected; the server's log has the story"))
        else:
            seconds = time.monotonic() - began
            logger.info("backup_made: %s, %d bytes in %.1f s", made.file, made.size_bytes, seconds)
            self._note(_result(made, seconds))
            if is_daily:
                self._remove_superfluous()
        finally:
            self.stage = None

    def _tell(self, stage: str) -> None:
        self.stage = stage

    def _note(self, result: Result) -> None:
        self._last = result
        try:
            note_result(self._settings, result)
        except OSError:
            # The disk is full, as the result says; it is in memory.
            logger.warning("backup_result_not_kept")

    def _remove_superfluous(self) -> None:
        try:
            removed = remove_superfluous(self._settings)
        except OSError:
            logger.exception("old_backups_not_removed")
        else:
            if removed:
                logger.info("old_backups_removed: %s", ", ".join(removed))


def the_backups() -> Backups:
    """Return those of the present app."""
    backups: Backups = current_app.extensions["backups"]
    return backups


def register(app: Flask) -> None:
    """Let the app make backups."""
    app.extensions["backups"] = Backups(app.config["SETTINGS"])


def back_up_if_due(app: Flask) -> None:
    """Make the daily backup if its hour has passed without one; a job of the house."""
    backups: Backups = app.extensions["backups"]
    if backups.is_settled and _is_due(app.config["SETTINGS"], backups.last):
        backups.make(is_daily=True)


def _is_due(settings: Settings, last: Result | None) -> bool:
    if settings.backup_hour == "off" or db.session.scalars(sa.select(Workspace.id)).first() is None:
        return False
    since = _last_time(settings.backup_hour)
    if any(moment_of(backup.at) >= since for backup in kept_backups(settings) if backup.is_daily):
        return False
    if last is None or last.error is None:
        return True
    return now() - moment_of(last.at) >= dt.timedelta(hours=RETRY_HOURS)


def _last_time(hour: int) -> dt.datetime:
    """Return when the hour was last, in the server's own time zone."""
    here = now().astimezone()
    today = here.replace(hour=hour, minute=0, second=0, microsecond=0)
    return today if today <= here else today - dt.timedelta(days=1)


def _result(made: Made, seconds: float) -> Result:
    name = made.file.name
    return Result(at=now_text(), name=name, seconds=round(seconds, 1), missing=len(made.manifest.missing))
