"""Sessions whose time is over are ended; the broadcaster closes their sockets like those of any other."""

from flask import Flask

from chat.actions.end_session import end_session
from chat.queries.access import expired_sessions
from chat.unit_of_work import unit_of_work

CHUNK = 50


def end_expired_sessions(app: Flask) -> None:
    """End what is over, a chunk per unit of work."""
    while not app.extensions["housekeeping"].is_stopped and expired_sessions(limit=CHUNK):
        with unit_of_work():
            for session in expired_sessions(limit=CHUNK):
                end_session(session, actor_id=None)
