"""Work that comes up every so often: what is over is ended, what is old is removed."""

from flask import Flask

from chat.backups.service import back_up_if_due
from chat.housekeeping.answers import forget_old_answers
from chat.housekeeping.deliveries import forget_old_deliveries
from chat.housekeeping.housekeeper import Housekeeper
from chat.housekeeping.job import Job
from chat.housekeeping.planning import close_ended_polls, send_due_messages, tell_of_due_reminders
from chat.housekeeping.retention import trim_old_events
from chat.housekeeping.sessions import end_expired_sessions
from chat.housekeeping.statuses import end_expired_statuses
from chat.housekeeping.uploads import give_up_uploads, remove_discarded_files

JOBS = [
    Job("scheduled_messages", every_seconds=1, run=send_due_messages),
    Job("polls", every_seconds=5, run=close_ended_polls),
    Job("reminders", every_seconds=1, run=tell_of_due_reminders),
    Job("expired_sessions", every_seconds=10, run=end_expired_sessions),
    Job("expired_statuses", every_seconds=10, run=end_expired_statuses),
    Job("discarded_files", every_seconds=5, run=remove_discarded_files),
    Job("forgotten_uploads", every_seconds=3600, run=give_up_uploads),
    Job("log_retention", every_seconds=3600, run=trim_old_events),
    Job("backups", every_seconds=60, run=back_up_if_due),
    Job("old_deliveries", every_seconds=3600, run=forget_old_deliveries),
    Job("old_answers", every_seconds=24 * 3600, run=forget_old_answers),
]
"""Every job; one that fails is logged, and keeps nothing from the others."""


def register(app: Flask) -> None:
    """Make the housekeeper of the app; `start` sets it going."""
    app.extensions["housekeeping"] = Housekeeper(app, JOBS)


def start(app: Flask) -> None:
    """Do the jobs in the background."""
    app.extensions["housekeeping"].start()


def stop(app: Flask) -> None:
    """Begin no job any more."""
    app.extensions["housekeeping"].stop()
