"""A status whose time is over is taken away, and everybody hears of it."""

from flask import Flask

from chat.actions.set_status import end_status
from chat.queries.people import people_with_expired_status
from chat.unit_of_work import unit_of_work

CHUNK = 50


def end_expired_statuses(app: Flask) -> None:
    """Take away what is over, a chunk per unit of work."""
    while not app.extensions["housekeeping"].is_stopped and people_with_expired_status(limit=CHUNK):
        with unit_of_work():
            for user in people_with_expired_status(limit=CHUNK):
                end_status(user)
