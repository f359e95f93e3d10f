"""Who is told of a message: the decision for one person as a table, and the people as they are at that moment."""

import datetime as dt
import json
from pathlib import Path

import pytest

from chat.clock import moment_of, now
from chat.queries.attention import Listening, Said, Told, people_to_tell, reason_to_tell
from tests.conftest import created, post

FIXTURES = json.loads((Path(__file__).parents[1] / "fixtures" / "attention.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", FIXTURES["cases"], ids=lambda case: case["name"])
def test_one_person_is_told_as_the_shared_fixtures_say(case):
    person = Listening(**case["person"], preferences=FIXTURES["preferences"] | case["preferences"])

    assert reason_to_tell(Said(**case["said"]), person, moment_of(case["now"])) == case["reason"]


def told(app, answer, at=None):
    with app.app_context():
        return people_to_tell(answer["message"]["id"], at or now())


def test_who_is_named_is_told(app, alice, bob, room):
    assert told(app, post(alice, room, "@Bob Lee hello")) == [Told(bob.user_id, "mention")]
    assert told(app, post(alice, room, "@room hello")) == [Told(bob.user_id, "room")]
    assert told(app, post(alice, room, "hello")) == []


def test_nobody_is_told_who_cannot_see_it(app, alice, bob, carol, room):
    answer = post(alice, room, "@Bob Lee @Carol Park")

    created(alice.delete(f"/api/rooms/{room['id']}/members/{bob.user_id}"))

    assert told(app, answer) == []


def test_nobody_is_told_of_what_was_said_before_they_came_back(app, alice, bob, room):
    answer = post(alice, room, "@Bob Lee")
    created(alice.delete(f"/api/rooms/{room['id']}/members/{bob.user_id}"))
    created(alice.post(f"/api/rooms/{room['id']}/members", json={"user_id": bob.user_id}))

    assert told(app, answer) == []


def test_nobody_is_told_of_what_they_have_read(app, alice, bob, room):
    answer = post(alice, room, "@Bob Lee")
    created(bob.put(f"/api/rooms/{room['id']}/read", json={"message_id": answer["message"]["id"]}))

    assert told(app, answer) == []


def test_nobody_is_told_of_what_was_deleted(app, alice, bob, room):
    answer = post(alice, room, "@Bob Lee")
    created(alice.delete(f"/api/messages/{answer['message']['id']}"))

    assert told(app, answer) == []


def test_nobody_is_told_whose_name_was_taken_out(app, alice, bob, room):
    answer = post(alice, room, "@Bob Lee")
    created(alice.patch(f"/api/messages/{answer['message']['id']}", json={"text": "nobody", "base_version": 1}))

    assert told(app, answer) == []


def test_somebody_deactivated_is_not_told(app, alice, bob, room):
    answer = post(alice, room, "@Bob Lee")
    created(alice.patch(f"/api/users/{bob.user_id}", json={"deactivated": True}))

    assert told(app, answer) == []


def test_wishes_count_as_they_are_at_that_moment(app, alice, bob, room):
    answer = post(alice, room, "an outage")
    assert told(app, answer) == []

    created(bob.patch("/api/me/preferences", json={"keywords": ["Outage"]}))
    assert told(app, answer) == [Told(bob.user_id, "keyword")]

    created(bob.patch("/api/me/preferences", json={"dnd_until": "2099-01-01T00:00:00.000Z"}))
    assert told(app, answer) == []
    assert told(app, answer, dt.datetime(2099, 1, 1, tzinfo=dt.UTC)) == [Told(bob.user_id, "keyword")]

    created(bob.patch(f"/api/rooms/{room['id']}/preferences", json={"is_muted": True}))
    assert told(app, answer, dt.datetime(2099, 1, 1, tzinfo=dt.UTC)) == []


def test_a_direct_message_needs_no_mention(app, alice, bob):
    pair = created(alice.post("/api/rooms", json={"kind": "direct", "member_ids": [bob.user_id]}))["room"]

    assert told(app, post(alice, pair, "hello")) == [Told(bob.user_id, "direct")]


def test_who_follows_a_thread_is_told_of_its_replies(app, alice, bob, room):
    parent = post(bob, room, "a question")["message"]
    body = {"text": "an answer", "parent_id": parent["id"]}
    reply = created(alice.post(f"/api/rooms/{room['id']}/messages", json=body))
    other = post(alice, room, "something else")

    assert told(app, reply) == [Told(bob.user_id, "thread")]
    assert told(app, other) == []
