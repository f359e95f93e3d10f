"""What a person may do is looked at when the turn to write is theirs, not when they asked for it."""

import threading

import sqlalchemy as sa

from chat.extensions import db
from chat.models import ApiToken, User
from chat.unit_of_work import unit_of_work
from tests.conftest import post


def while_waiting(app, request, change):
    """Send the request while somebody else has the turn, who changes something; return the answer."""
    answers = []
    has_asked = threading.Event()

    def ask():
        has_asked.set()
        answers.append(request())

    asking = threading.Thread(target=ask)
    with app.app_context(), unit_of_work() as unit:
        asking.start()
        has_asked.wait()
        while not unit.writer._turn.is_wanted:
            threading.Event().wait(0.01)
        change()
    asking.join()
    return answers[0]


def test_a_token_that_ended_meanwhile_posts_nothing(app, alice, bob, room):
    def end_token():
        db.session.execute(sa.delete(ApiToken).where(ApiToken.user_id == bob.user_id))

    answer = while_waiting(
        app, lambda: bob.post(f"/api/rooms/{room['id']}/messages", json={"text": "too late"}), end_token
    )

    assert answer.status_code == 401
    assert alice.get(f"/api/rooms/{room['id']}/messages").get_json()["messages"] == []


def test_a_person_who_was_deactivated_meanwhile_edits_nothing(app, alice, bob, room):
    message = post(bob, room, "as it was")["message"]

    def deactivate():
        db.session.get_one(User, bob.user_id).deactivated_at = "2026-01-01T00:00:00.000Z"

    body = {"text": "too late", "base_version": 1}
    answer = while_waiting(app, lambda: bob.patch(f"/api/messages/{message['id']}", json=body), deactivate)

    assert answer.status_code == 401
    assert alice.get(f"/api/messages/{message['id']}").get_json()["message"]["text"] == "as it was"


def test_an_owner_who_is_a_member_by_now_manages_no_rooms(app, alice, room):
    def demote():
        db.session.get_one(User, alice.user_id).role = "member"
        db.session.execute(sa.text("UPDATE membership SET role = 'member'"))

    answer = while_waiting(app, lambda: alice.patch(f"/api/rooms/{room['id']}", json={"archived": True}), demote)

    assert answer.status_code == 403


def test_nothing_is_refused_when_nothing_changed_meanwhile(app, bob, room):
    answer = while_waiting(
        app, lambda: bob.post(f"/api/rooms/{room['id']}/messages", json={"text": "in time"}), lambda: None
    )

    assert answer.status_code == 201
