"""Messages that go out later: planned, changed, called off, sent now."""

import datetime as dt

import pytest
import sqlalchemy as sa

from chat.actions import schedule_message as action
from chat.clock import clock_at, in_hours, now
from chat.extensions import db
from chat.models import LoggedEvent
from tests.conftest import created, post
from tests.values import NOT_AN_ID, NOT_AN_OBJECT, NOT_TEXT, keyed, statuses


def plan(client, room, text="later", **body):
    return client.post("/api/scheduled", json={"room_id": room["id"], "text": text, "send_at": in_hours(1), **body})


def planned(client):
    return created(client.get("/api/scheduled"))["scheduled"]


def said(client, room):
    return [each["text"] for each in created(client.get(f"/api/rooms/{room['id']}/messages"))["messages"]]


def run_at(app, moment):
    with clock_at(moment):
        app.extensions["housekeeping"].run("scheduled_messages")


def later(**ahead):
    return now() + dt.timedelta(**ahead)


def nine_in_seoul():
    """Return nine in the morning there, in three days."""
    return f"{later(days=3):%Y-%m-%d}T09:00:00+09:00"


def logged(app, client):
    query = sa.select(LoggedEvent.payload).where(
        LoggedEvent.stream_id == f"user-{client.user_id}", LoggedEvent.type.startswith("scheduled")
    )
    with app.app_context():
        return [payload for payload in db.session.scalars(query) if payload]


def test_it_waits_and_is_posted_at_its_time(app, bob, room):
    created(plan(bob, room, "good morning @Alice Kim"))

    run_at(app, later(minutes=59))
    before = said(bob, room)
    run_at(app, later(minutes=61))

    assert before == []
    assert said(bob, room) == ["good morning @Alice Kim"]
    assert planned(bob) == []


def test_it_is_posted_once_however_often_the_clock_comes_by(app, bob, room):
    created(plan(bob, room))

    for minutes in (61, 59, 62, 61):
        run_at(app, later(minutes=minutes))

    assert said(bob, room) == ["later"]


def test_what_fell_due_while_the_server_was_down_is_posted_with_a_note(app, bob, room):
    created(plan(bob, room, "good morning"))

    run_at(app, later(hours=4))

    (note,) = planned(bob)
    assert said(bob, room) == ["good morning"]
    assert (note["state"], note["text"]) == ("sent", "")
    assert created(bob.get(f"/api/messages/{note['posted_id']}"))["message"]["text"] == "good morning"
    created(bob.delete(f"/api/scheduled/{note['id']}"))
    assert planned(bob) == []


def test_the_longest_due_is_posted_first(app, bob, room):
    created(plan(bob, room, "second", send_at=in_hours(2)))
    created(plan(bob, room, "first", send_at=in_hours(1)))

    run_at(app, later(hours=3))

    assert said(bob, room) == ["first", "second"]


def test_a_reply_is_posted_in_its_thread(app, alice, bob, room):
    parent = post(alice, room, "what do you think?")["message"]
    created(plan(bob, room, "I slept on it", parent_id=parent["id"]))

    run_at(app, later(minutes=61))

    newest = created(bob.get(f"/api/rooms/{room['id']}/messages"))["messages"][-1]
    assert (newest["text"], newest["parent_id"]) == ("I slept on it", parent["id"])


def test_who_was_taken_out_of_the_room_posts_nothing_there_and_is_told_why(app, alice, bob, room):
    created(plan(bob, room, "too late"))
    created(alice.delete(f"/api/rooms/{room['id']}/members/{bob.user_id}"))

    run_at(app, later(minutes=61))
    run_at(app, later(minutes=62))

    (failed,) = planned(bob)
    assert (failed["state"], failed["failure"], failed["text"]) == ("failed", "not_found", "too late")
    assert said(alice, room) == []


def test_nothing_is_posted_in_the_archive(app, alice, bob, room):
    created(plan(bob, room))
    created(alice.patch(f"/api/rooms/{room['id']}", json={"archived": True}))

    run_at(app, later(minutes=61))

    assert planned(bob)[0]["failure"] == "room_archived"
    assert said(bob, room) == []


def test_nobody_posts_after_being_deactivated(app, alice, bob, room):
    created(plan(bob, room))
    created(alice.patch(f"/api/users/{bob.user_id}", json={"deactivated": True}))

    run_at(app, later(minutes=61))
    created(alice.patch(f"/api/users/{bob.user_id}", json={"deactivated": False}))

    assert said(alice, room) == []


def test_what_cannot_be_posted_holds_up_nothing_else(app, alice, bob, room):
    archived = created(alice.post("/api/rooms", json={"kind": "closed", "name": "old"}))["room"]
    created(plan(alice, archived, "never"))
    created(plan(alice, room, "on time"))
    created(alice.patch(f"/api/rooms/{archived['id']}", json={"archived": True}))

    run_at(app, later(minutes=61))

    assert said(bob, room) == ["on time"]


def test_what_failed_waits_again_with_another_time(app, alice, bob, room):
    made = created(plan(bob, room))["scheduled"]
    created(alice.patch(f"/api/rooms/{room['id']}", json={"archived": True}))
    run_at(app, later(minutes=61))
    created(alice.patch(f"/api/rooms/{room['id']}", json={"archived": False}))

    answer = created(bob.patch(f"/api/scheduled/{made['id']}", json={"send_at": in_hours(3)}))["scheduled"]
    run_at(app, later(hours=3, minutes=1))

    assert (answer["state"], answer["failure"]) == ("waiting", None)
    assert said(bob, room) == ["later"]


def test_text_and_time_change_apart(bob, room):
    made = created(plan(bob, room))["scheduled"]

    text = created(bob.patch(f"/api/scheduled/{made['id']}", json={"text": "other"}))["scheduled"]
    time = created(bob.patch(f"/api/scheduled/{made['id']}", json={"send_at": nine_in_seoul()}))

    assert text == {**made, "text": "other"}
    assert time["scheduled"]["send_at"].endswith("T00:00:00.000Z")


def test_sent_now_is_sent_once(app, bob, room):
    made = created(plan(bob, room, "now then"))["scheduled"]

    answer = created(bob.post(f"/api/scheduled/{made['id']}/send"))
    again = bob.post(f"/api/scheduled/{made['id']}/send")
    run_at(app, later(hours=2))

    assert answer["message"]["text"] == "now then"
    assert answer["stream"] == room["stream"]
    assert again.status_code == 404
    assert said(bob, room) == ["now then"]


def test_what_was_called_off_is_not_posted_and_leaves_nothing(app, bob, room):
    made = created(plan(bob, room, "a hasty word"))["scheduled"]
    created(bob.patch(f"/api/scheduled/{made['id']}", json={"text": "another hasty word"}))
    created(bob.delete(f"/api/scheduled/{made['id']}"))

    run_at(app, later(hours=2))

    assert said(bob, room) == []
    assert not any("hasty" in payload for payload in logged(app, bob))


def test_a_repeat_plans_once_and_keeps_no_text(app, bob, room):
    headers = keyed()
    body = {"room_id": room["id"], "text": "once", "send_at": in_hours(1)}

    first = created(bob.post("/api/scheduled", json=body, headers=headers))
    again = created(bob.post("/api/scheduled", json=body, headers=headers))

    assert first == again
    assert len(planned(bob)) == 1
    with app.app_context():
        assert not any("once" in stored for stored in db.session.scalars(sa.text("SELECT body FROM stored_answer")))


def test_an_outsider_can_do_nothing_and_learns_nothing(carol, bob, room):
    made = created(plan(bob, room))["scheduled"]
    path = f"/api/scheduled/{made['id']}"

    assert planned(carol) == []
    assert plan(carol, room).get_json() == plan(carol, {"id": 999}).get_json()
    asked = [carol.patch(path, json={"text": "x"}), carol.delete(path), carol.post(f"{path}/send")]
    assert [answer.status_code for answer in asked] == [404, 404, 404]


def test_somebody_else_in_the_room_can_do_nothing_either(alice, bob, room):
    made = created(plan(bob, room))["scheduled"]

    assert alice.delete(f"/api/scheduled/{made['id']}").status_code == 404
    assert planned(alice) == []


def test_there_is_an_end_to_how_many(bob, room, monkeypatch):
    monkeypatch.setattr(action, "MOST_SCHEDULED", 1)
    created(plan(bob, room))

    assert plan(bob, room).get_json()["code"] == "too_many"


def test_the_place_is_one_that_takes_messages(alice, bob, room):
    created(alice.patch(f"/api/rooms/{room['id']}", json={"archived": True}))
    assert plan(bob, room).status_code == 409
    created(alice.patch(f"/api/rooms/{room['id']}", json={"archived": False}))
    assert plan(bob, room, parent_id=999).status_code == 422


@pytest.mark.parametrize(
    "moment",
    [
        *("", "tomorrow", "2020-01-01T09:00:00Z", "2090-01-01T09:00:00Z", "2026-12-01T09:00:00"),
        *("0001-01-01T00:00:00+23:00", "9999-12-31T23:59:59-23:00", 5, None, True, [], {}),
    ],
)
def test_the_time_is_a_coming_one(bob, room, moment):
    assert plan(bob, room, send_at=moment).status_code == 422


def test_fields_hold_what_they_must(bob, room):
    assert statuses([*NOT_TEXT, "", "x" * 4001], lambda value: plan(bob, room, value)) == {422}
    assert statuses(NOT_AN_ID, lambda value: plan(bob, {"id": value})) == {422}
    made = created(plan(bob, room))["scheduled"]
    path = f"/api/scheduled/{made['id']}"
    assert statuses([*NOT_TEXT, ""], lambda value: bob.patch(path, json={"text": value})) == {422}
    for body in NOT_AN_OBJECT:
        assert 400 <= bob.post("/api/scheduled", data=body, content_type="application/json").status_code < 500
