"""Replies: in their thread, and in the room when they were sent there too."""

import pytest

from tests.conftest import created


@pytest.fixture
def room(alice, bob):
    """Return a closed room of Alice and Bob."""
    body = {"kind": "closed", "name": "launch", "member_ids": [bob.user_id]}
    return created(alice.post("/api/rooms", json=body))["room"]


@pytest.fixture
def parent(alice, room):
    """Return what Alice asks in the room."""
    return say(alice, room, "When do we launch?")


def say(person, room, text, **more):
    return created(person.post(f"/api/rooms/{room['id']}/messages", json={"text": text, **more}))["message"]


def reply(person, parent, text="On Friday.", **more):
    return say(person, {"id": parent["room_id"]}, text, parent_id=parent["id"], **more)


def message(person, of):
    return created(person.get(f"/api/messages/{of['id']}"))["message"]


def replies(person, parent, **query):
    return created(person.get(f"/api/messages/{parent['id']}/replies", query_string=query))


def ids(page):
    return [one["id"] for one in page["messages"]]


def room_of(person, room):
    return created(person.get(f"/api/rooms/{room['id']}"))["room"]


def test_a_message_tells_how_many_replied_who_and_when(alice, bob, parent):
    reply(bob, parent)
    reply(alice, parent)
    last = reply(bob, parent)

    assert message(alice, parent)["thread"] == {
        "reply_count": 3,
        "last_reply_id": last["id"],
        "last_reply_at": last["created_at"],
        "user_ids": [bob.user_id, alice.user_id],
    }
    assert last["thread"] is None


def test_deleted_replies_do_not_count(alice, bob, parent):
    first, second = reply(bob, parent), reply(alice, parent)

    created(alice.delete(f"/api/messages/{second['id']}"))
    assert message(alice, parent)["thread"]["last_reply_id"] == first["id"]
    created(bob.delete(f"/api/messages/{first['id']}"))

    assert message(alice, parent)["thread"] is None


def test_replies_come_in_pages_with_what_they_reply_to(alice, bob, parent):
    made = [reply(bob, parent)["id"] for _ in range(5)]

    page = replies(alice, parent, limit=2)
    assert page["message"]["id"] == parent["id"]
    assert (ids(page), page["has_before"], page["has_after"]) == (made[3:], True, False)
    assert ids(replies(alice, parent, before=made[3], limit=2)) == made[1:3]
    assert ids(replies(alice, parent, after=made[1], limit=2)) == made[2:4]
    assert ids(replies(alice, parent, around=made[2], limit=3)) == made[1:4]


def test_an_outsider_cannot_tell_that_there_is_a_thread(bob, carol, parent):
    reply(bob, parent)

    hidden = carol.get(f"/api/messages/{parent['id']}/replies")
    missing = carol.get("/api/messages/4242/replies")

    assert (hidden.status_code, missing.status_code) == (404, 404)
    assert hidden.get_json() == missing.get_json()


def test_the_timeline_leaves_out_what_is_in_a_thread_alone(alice, bob, room, parent):
    hidden = reply(bob, parent)
    shown = reply(bob, parent, also_in_room=True)

    everything = created(alice.get(f"/api/rooms/{room['id']}/messages"))
    timeline = created(alice.get(f"/api/rooms/{room['id']}/messages?view=timeline"))
    assert ids(everything) == [parent["id"], hidden["id"], shown["id"]]
    assert ids(timeline) == [parent["id"], shown["id"]]
    assert [shown["also_in_room"], hidden["also_in_room"]] == [True, False]
    assert alice.get(f"/api/rooms/{room['id']}/messages?view=else").status_code == 422


def test_the_counts_of_a_room_leave_out_what_is_in_a_thread_alone(alice, bob, room, parent):
    reply(bob, parent, "hello @Alice Kim")
    assert (room_of(alice, room)["unread_count"], room_of(alice, room)["mention_count"]) == (0, 0)

    reply(bob, parent, "hello @Alice Kim", also_in_room=True)
    assert (room_of(alice, room)["unread_count"], room_of(alice, room)["mention_count"]) == (1, 1)


def test_only_a_reply_can_be_sent_to_the_room_too(alice, room):
    assert say(alice, room, "hello", also_in_room=True)["also_in_room"] is False


def test_a_deleted_message_keeps_its_thread(alice, bob, parent):
    first = reply(bob, parent)
    created(alice.delete(f"/api/messages/{parent['id']}"))

    second = reply(bob, parent)

    page = replies(bob, parent)
    assert ids(page) == [first["id"], second["id"]]
    assert page["message"]["deleted_at"]
    assert (page["message"]["text"], page["message"]["thread"]["reply_count"]) == ("", 2)


def test_a_repeated_reply_counts_once(alice, bob, room, parent):
    body = {"text": "On Friday.", "parent_id": parent["id"], "also_in_room": True}
    path, key = f"/api/rooms/{room['id']}/messages", {"Idempotency-Key": "0b9bdb4e-5e28-4bd7-8e36-4f0f0a4b8f6e"}

    first = bob.post(path, json=body, headers=key)
    again = bob.post(path, json=body, headers=key)
    other = bob.post(path, json={**body, "also_in_room": False}, headers=key)

    assert (first.status_code, again.status_code, other.status_code) == (201, 200, 422)
    assert message(alice, parent)["thread"]["reply_count"] == 1
