"""Stored answers: kept for 30 days, then forgotten."""

import datetime as dt
import uuid

import sqlalchemy as sa

from chat.clock import clock_at, now
from chat.extensions import db
from chat.housekeeping import answers
from chat.models import StoredAnswer
from tests.conftest import created


def react(person, message, emoji):
    """React with a key of its own, so that the answer is kept."""
    path = f"/api/messages/{message['id']}/reactions/{emoji}"
    created(person.put(path, headers={"Idempotency-Key": str(uuid.uuid4())}))


def kept(app):
    with app.app_context():
        return [tuple(row) for row in db.session.execute(sa.select(StoredAnswer.user_id, StoredAnswer.status))]


def test_old_answers_of_everybody_go_and_younger_ones_stay(app, alice, bob, room, monkeypatch):
    # Pages smaller than what there is.
    monkeypatch.setattr(answers, "CHUNK", 2)
    message = created(alice.post(f"/api/rooms/{room['id']}/messages", json={"text": "hello"}))["message"]
    with clock_at(now() - dt.timedelta(days=30, hours=1)):
        for person in (alice, bob):
            for emoji in "👍🎉😀":
                react(person, message, emoji)
    with clock_at(now() - dt.timedelta(days=29)):
        react(bob, message, "👀")
    before = kept(app)

    app.extensions["housekeeping"].run("old_answers")

    assert len(before) == 7
    assert kept(app) == [(bob.user_id, 200)]
