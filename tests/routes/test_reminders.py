"""Reminders: told once at their time, kept until they are done."""

import datetime as dt

import pytest
import sqlalchemy as sa

from chat.actions import remind as action
from chat.clock import clock_at, in_hours, now
from chat.extensions import db
from chat.models import LoggedEvent
from tests.conftest import created, post
from tests.people import event_types
from tests.values import NOT_AN_ID, NOT_AN_OBJECT, NOT_TEXT, statuses


def remind(client, **body):
    return client.post("/api/reminders", json={"due_at": in_hours(1), **body})


def reminders(client):
    return created(client.get("/api/reminders"))["reminders"]


def run_at(app, **ahead):
    with clock_at(now() + dt.timedelta(**ahead)):
        app.extensions["housekeeping"].run("reminders")


def told(app, client):
    return event_types(app, f"user-{client.user_id}").count("reminder_due")


def test_it_falls_due_at_its_time_and_stays_until_it_is_done(app, bob):
    made = created(remind(bob, text="tea"))["reminder"]

    run_at(app, minutes=59)
    before = reminders(bob)
    run_at(app, minutes=61)

    assert before == [made]
    assert reminders(bob) == [{**made, "is_due": True}]
    assert created(bob.get(f"/api/streams/user-{bob.user_id}/snapshot"))["reminders"] == reminders(bob)
    created(bob.delete(f"/api/reminders/{made['id']}"))
    assert reminders(bob) == []


def test_the_person_is_told_once(app, bob):
    created(remind(bob, text="tea"))

    for minutes in (61, 59, 62):
        run_at(app, minutes=minutes)

    assert told(app, bob) == 1


def test_snoozed_it_falls_due_again(app, bob):
    made = created(remind(bob, text="tea"))["reminder"]
    run_at(app, minutes=61)

    snoozed = created(bob.patch(f"/api/reminders/{made['id']}", json={"due_at": in_hours(3)}))["reminder"]
    run_at(app, hours=3, minutes=1)

    assert snoozed["is_due"] is False
    assert told(app, bob) == 2


def test_a_reminder_of_a_message_names_it_and_does_not_repeat_it(app, alice, bob, room):
    message = post(alice, room, "a secret plan")["message"]

    made = created(remind(bob, message_id=message["id"]))["reminder"]
    run_at(app, minutes=61)

    assert (made["message_id"], made["room_id"]) == (message["id"], room["id"])
    with app.app_context():
        query = sa.select(LoggedEvent.payload).where(LoggedEvent.type.startswith("reminder"))
        assert not any("secret" in payload for payload in db.session.scalars(query) if payload)


def test_who_cannot_see_the_message_any_more_is_reminded_without_it(app, alice, bob, room):
    message = post(alice, room, "a secret plan")["message"]
    created(remind(bob, message_id=message["id"]))
    created(alice.delete(f"/api/rooms/{room['id']}/members/{bob.user_id}"))

    run_at(app, minutes=61)

    (due,) = reminders(bob)
    assert due["is_due"]
    assert bob.get(f"/api/messages/{due['message_id']}").status_code == 404


def test_the_log_keeps_no_note_that_was_changed_or_done(app, bob):
    made = created(remind(bob, text="buy a ring"))["reminder"]
    created(bob.patch(f"/api/reminders/{made['id']}", json={"text": "buy nothing"}))
    created(bob.delete(f"/api/reminders/{made['id']}"))

    with app.app_context():
        query = sa.select(LoggedEvent.payload).where(LoggedEvent.type.startswith("reminder"))
        assert not any("buy" in payload for payload in db.session.scalars(query) if payload)


def test_an_outsider_can_do_nothing_and_learns_nothing(alice, bob, carol, room):
    message = post(alice, room, "hello")["message"]
    made = created(remind(bob, text="tea"))["reminder"]
    path = f"/api/reminders/{made['id']}"

    assert remind(carol, message_id=message["id"]).get_json() == remind(carol, message_id=999).get_json()
    assert (carol.patch(path, json={"text": "x"}).status_code, carol.delete(path).status_code) == (404, 404)
    assert reminders(carol) == []
    assert reminders(alice) == []


def test_there_is_an_end_to_how_many(bob, monkeypatch):
    monkeypatch.setattr(action, "MOST_REMINDERS", 1)
    created(remind(bob, text="tea"))

    assert remind(bob, text="more tea").get_json()["code"] == "too_many"


def test_it_is_about_something(bob):
    assert remind(bob).status_code == 422
    assert remind(bob, text="  ").status_code == 422


def test_fields_hold_what_they_must(bob):
    assert statuses([*NOT_TEXT, "x" * 251, "a\nb"], lambda value: remind(bob, text=value)) == {422}
    assert statuses([value for value in NOT_AN_ID if value is not None], lambda v: remind(bob, message_id=v)) == {422}
    assert statuses(["", "soon", "2020-01-01T00:00:00Z", 1, None], lambda v: remind(bob, text="x", due_at=v)) == {422}


@pytest.mark.parametrize("body", NOT_AN_OBJECT)
def test_the_body_is_an_object(bob, body):
    assert 400 <= bob.post("/api/reminders", data=body, content_type="application/json").status_code < 500
