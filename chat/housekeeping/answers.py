"""The answers to writes are kept for 30 days, for who repeats one; then they are forgotten."""

from flask import Flask

from chat.actions.forget_answers import forget_answers
from chat.clock import in_hours
from chat.extensions import socketio
from chat.queries.stored_answers import answers_after
from chat.unit_of_work import unit_of_work

KEPT_HOURS = 30 * 24
CHUNK = 200
PAUSE_SECONDS = 0.02


def forget_old_answers(app: Flask) -> None:
    """Walk through all stored answers, a page at a time, and delete the old ones of each page."""
    before = in_hours(-KEPT_HOURS)
    page = answers_after((0, ""), limit=CHUNK)
    while page and not app.extensions["housekeeping"].is_stopped:
        old = [(answer.user_id, answer.key) for answer in page if answer.at < before]
        if old:
            with unit_of_work():
                forget_answers(old, before=before)
        socketio.sleep(PAUSE_SECONDS)
        last = page[-1]
        page = answers_after((last.user_id, last.key), limit=CHUNK)
