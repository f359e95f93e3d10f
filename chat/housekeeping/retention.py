"""Events older than `STET_LOG_DAYS` leave the log. Who has been away for longer starts again from snapshots."""

import logging
import time

from flask import Flask

from chat import failpoints
from chat.actions.trim_log import trim_log
from chat.clock import in_hours
from chat.config import Settings
from chat.extensions import socketio
from chat.unit_of_work import unit_of_work

logger = logging.getLogger(__name__)

CHUNK = 500
PAUSE_SECONDS = 0.02
YOUNGEST_HOURS = 10 / 3600
"""What is younger than ten seconds stays even if an operator keeps nothing: a server's broadcaster may be at it."""


def trim_old_events(app: Flask) -> None:
    """Remove what the settings do not keep."""
    settings: Settings = app.config["SETTINGS"]
    keep_days(app, settings.log_days)


def keep_days(app: Flask, days: int) -> int:
    """Remove events older than `days`, a chunk per unit of work; return how many.

    Whatever ends the process in between, the log is dense: events and floors change together.
    """
    before = in_hours(-max(days * 24, YOUNGEST_HOURS))
    removed = 0
    while not app.extensions["housekeeping"].is_stopped:
        began = time.monotonic()
        with unit_of_work():
            place = app.extensions["broadcaster"].place
            count = trim_log(before=before, place=place, limit=CHUNK)
        removed += count
        if count < CHUNK:
            break
        failpoints.reach("during_retention")
        # Others have the turn for as long as this chunk took, at least.
        socketio.sleep(max(PAUSE_SECONDS, time.monotonic() - began))
    if removed:
        logger.info("log_trimmed: %d events from before %s", removed, before)
    return removed
