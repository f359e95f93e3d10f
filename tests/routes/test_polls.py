"""Polls: asked, voted in, closed, and whose votes are whose business."""

import datetime as dt
import json

import pytest
import sqlalchemy as sa

from chat.clock import clock_at, in_hours, now
from chat.extensions import db
from chat.models import LoggedEvent, Poll, PollOption, PollVote
from tests.conftest import created, post
from tests.values import NOT_AN_OBJECT, NOT_TEXT, keyed, statuses

LUNCH = {"question": "Lunch?", "options": ["noodles", "rice", "bread"]}


def ask(client, room, **more):
    return client.post(f"/api/rooms/{room['id']}/polls", json={**LUNCH, **more})


def asked(client, room, **more):
    return created(ask(client, room, **more))["message"]


def choose(client, message, *numbers):
    return client.put(f"/api/messages/{message['id']}/poll/votes", json={"options": list(numbers)})


def close(client, message):
    return client.post(f"/api/messages/{message['id']}/poll/close")


def poll(client, message):
    return created(client.get(f"/api/messages/{message['id']}"))["message"]["poll"]


def counts(client, message):
    return [option["count"] for option in poll(client, message)["options"]]


def mine(client, message):
    return created(client.get(f"/api/messages/{message['id']}/poll/votes"))["options"]


def own_votes(client):
    return created(client.get(f"/api/streams/user-{client.user_id}/snapshot"))["poll_votes"]


def test_a_poll_is_a_message_that_everybody_can_read(alice, bob, room):
    message = asked(alice, room)

    assert message["text"] == "Lunch?\n\n- noodles\n- rice\n- bread"
    assert poll(bob, message) == {
        "question": "Lunch?",
        "options": [
            {"number": number, "text": text, "count": 0, "user_ids": []}
            for number, text in enumerate(LUNCH["options"], start=1)
        ],
        "is_multiple": False,
        "is_anonymous": False,
        "ends_at": None,
        "closed_at": None,
        "voter_count": 0,
    }
    snapshot = created(bob.get(f"/api/streams/{room['stream']}/snapshot"))
    assert snapshot["messages"][-1]["poll"] == poll(bob, message)


def test_a_message_that_asks_nothing_has_no_poll(alice, room):
    message = post(alice, room, "hello")["message"]

    assert message["poll"] is None
    assert choose(alice, message, 1).status_code == 404
    assert close(alice, message).status_code == 404


def test_votes_are_counted_with_names_in_the_order_of_voting(alice, bob, room):
    message = asked(alice, room)

    created(choose(bob, message, 2))
    answer = created(choose(alice, message, 2))

    assert answer["message"]["poll"] == poll(alice, message)
    assert poll(alice, message)["options"][1]["user_ids"] == [bob.user_id, alice.user_id]
    assert (counts(bob, message), poll(bob, message)["voter_count"]) == ([0, 2, 0], 2)


def test_another_choice_replaces_the_first_and_none_takes_it_back(alice, bob, room):
    message = asked(alice, room)

    created(choose(bob, message, 1))
    created(choose(bob, message, 3))
    changed = counts(bob, message)
    created(choose(bob, message))

    assert changed == [0, 0, 1]
    assert (counts(bob, message), mine(bob, message)) == ([0, 0, 0], [])


def test_several_can_be_chosen_only_where_the_poll_says_so(alice, bob, room):
    single, multiple = asked(alice, room), asked(alice, room, is_multiple=True)

    assert choose(bob, single, 1, 2).status_code == 422
    created(choose(bob, multiple, 3, 1, 3))
    assert (mine(bob, multiple), poll(bob, multiple)["voter_count"]) == ([1, 3], 1)


def test_the_same_vote_again_tells_nobody_anything(app, alice, bob, room):
    message = asked(alice, room)
    created(choose(bob, message, 1))
    before = app.extensions["writer"].heads.seq

    created(choose(bob, message, 1))

    assert app.extensions["writer"].heads.seq == before


def test_of_an_anonymous_poll_nobody_is_told_who_voted(app, alice, bob, room):
    message = asked(alice, room, is_anonymous=True)
    created(choose(bob, message, 2))

    seen = poll(alice, message)
    assert [option["user_ids"] for option in seen["options"]] == [None, None, None]
    assert (counts(alice, message), seen["voter_count"]) == ([0, 1, 0], 1)
    with app.app_context():
        voted = db.session.scalars(sa.select(LoggedEvent).where(LoggedEvent.type == "poll_voted")).one()
        assert voted.actor_id is None
        assert str(bob.user_id) not in json.dumps([o["user_ids"] for o in json.loads(voted.payload)["poll"]["options"]])


def test_my_own_anonymous_vote_is_known_to_my_devices_alone(alice, bob, room):
    message = asked(alice, room, is_anonymous=True)
    created(choose(bob, message, 2))

    assert own_votes(bob) == [{"message_id": message["id"], "options": [2]}]
    assert own_votes(alice) == []
    assert (mine(bob, message), mine(alice, message)) == ([2], [])


def test_a_vote_with_a_name_is_in_the_room_and_not_told_twice(alice, bob, room):
    created(choose(bob, asked(alice, room), 2))

    assert own_votes(bob) == []


def test_a_closed_poll_takes_no_votes_and_stays_closed(alice, bob, room):
    message = asked(alice, room)
    created(choose(bob, message, 1))

    first = created(close(alice, message))["message"]["poll"]["closed_at"]
    again = created(close(alice, message))["message"]["poll"]["closed_at"]

    answer = choose(bob, message, 2)
    assert first == again
    assert (answer.status_code, answer.get_json()["code"]) == (409, "poll_closed")
    assert counts(bob, message) == [1, 0, 0]


def test_only_who_asked_closes(alice, bob, room):
    assert close(bob, asked(alice, room)).status_code == 403


def test_a_poll_ends_at_its_time_and_is_closed_a_moment_later(app, alice, bob, room):
    message = asked(alice, room, ends_at=in_hours(1))
    created(choose(bob, message, 1))

    with clock_at(now() + dt.timedelta(hours=1, seconds=1)):
        too_late = choose(bob, message, 2)
        before = poll(bob, message)["closed_at"]
        app.extensions["housekeeping"].run("polls")

    assert (too_late.status_code, before) == (409, None)
    assert poll(bob, message)["closed_at"] is not None
    assert counts(bob, message) == [1, 0, 0]


def test_a_poll_is_not_edited(alice, room):
    message = asked(alice, room)

    answer = alice.patch(f"/api/messages/{message['id']}", json={"text": "Dinner?", "base_version": 1})

    assert (answer.status_code, answer.get_json()["code"]) == (409, "poll_fixed")


@pytest.mark.parametrize("is_anonymous", [True, False])
def test_a_deleted_poll_leaves_nothing(app, alice, bob, room, is_anonymous):
    message = asked(alice, room, is_anonymous=is_anonymous)
    created(choose(bob, message, 1))

    created(alice.delete(f"/api/messages/{message['id']}"))

    assert poll(bob, message) is None
    assert own_votes(bob) == []
    assert choose(bob, message, 1).status_code == 404
    with app.app_context():
        for table in (Poll, PollOption, PollVote):
            assert db.session.scalars(sa.select(sa.func.count()).select_from(table)).one() == 0
        payloads = db.session.scalars(sa.select(LoggedEvent.payload).where(LoggedEvent.payload.is_not(None)))
        assert not any("noodles" in payload for payload in payloads)


def test_an_outsider_can_do_nothing_and_learns_nothing(alice, bob, carol, room):
    message = asked(alice, room)
    nothing = {"id": 999}

    assert ask(carol, room).get_json() == ask(carol, nothing).get_json()
    assert choose(carol, message, 1).get_json() == choose(carol, nothing, 1).get_json()
    assert close(carol, message).get_json() == close(carol, nothing).get_json()
    assert carol.get(f"/api/messages/{message['id']}/poll/votes").status_code == 404


def test_who_has_left_votes_no_more_and_the_vote_stays(alice, bob, room):
    message = asked(alice, room)
    created(choose(bob, message, 1))
    created(bob.delete(f"/api/rooms/{room['id']}/members/{bob.user_id}"))

    assert choose(bob, message, 2).status_code == 404
    assert counts(alice, message) == [1, 0, 0]


def test_nobody_votes_in_the_archive(alice, bob, room):
    message = asked(alice, room)
    created(alice.patch(f"/api/rooms/{room['id']}", json={"archived": True}))

    assert choose(bob, message, 1).get_json()["code"] == "room_archived"


def test_a_repeat_asks_once(alice, room):
    headers = keyed()
    path = f"/api/rooms/{room['id']}/polls"

    first = alice.post(path, json=LUNCH, headers=headers)
    again = alice.post(path, json=LUNCH, headers=headers)
    other = alice.post(path, json={**LUNCH, "question": "Dinner?"}, headers=headers)

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.get_json() == again.get_json()
    assert other.get_json()["code"] == "idempotency_key_reused"


def test_a_question_names_people_as_any_message_does(alice, bob, room):
    assert asked(alice, room, question="@Bob Lee, lunch?")["mentions"] == [bob.user_id]


def test_a_poll_can_be_a_reply(alice, bob, room):
    parent = post(alice, room, "food")["message"]

    assert asked(bob, room, parent_id=parent["id"])["parent_id"] == parent["id"]
    assert ask(bob, room, parent_id=999).status_code == 422


def test_fields_hold_what_they_must(alice, bob, room):
    assert statuses([*NOT_TEXT, "", "  ", "x" * 251, "a\nb"], lambda value: ask(alice, room, question=value)) == {422}
    lists = [[], ["one"], ["same", "SAME"], ["x"] * 11, ["a", ""], ["a", 1], ["a", "x" * 101], "ab", None, {}]
    assert statuses(lists, lambda value: ask(alice, room, options=value)) == {422}
    assert statuses(["yes", 1, None], lambda value: ask(alice, room, is_multiple=value)) == {422}
    assert statuses(["soon", "2020-01-01T00:00:00Z", 1], lambda value: ask(alice, room, ends_at=value)) == {422}
    message = asked(alice, room)
    assert statuses([0, 4, 11, "1", True, None, 1.5, {}], lambda value: choose(bob, message, value)) == {422}
    for body in NOT_AN_OBJECT:
        path = f"/api/messages/{message['id']}/poll/votes"
        assert 400 <= bob.put(path, data=body, content_type="application/json").status_code < 500
