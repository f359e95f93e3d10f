"""Following threads: who does, what they have not read, on all of their devices."""

import pytest

from chat.log import user_stream
from tests.conftest import created
from tests.routes.test_threads import message, reply, say


@pytest.fixture
def room(alice, bob):
    """Return a closed room of Alice and Bob."""
    body = {"kind": "closed", "name": "launch", "member_ids": [bob.user_id]}
    return created(alice.post("/api/rooms", json=body))["room"]


@pytest.fixture
def parent(alice, room):
    """Return what Alice asks in the room."""
    return say(alice, room, "When do we launch?")


def follow_of(person, parent):
    return created(person.get(f"/api/messages/{parent['id']}/replies"))["follow"]


def standing(person, parent):
    found = follow_of(person, parent)
    return found["is_following"], found["unread_count"], found["mention_count"]


def unread(person):
    """Return what a reload shows of unread threads."""
    stream = user_stream(person.user_id)
    threads = created(person.get(f"/api/streams/{stream}/snapshot"))["threads"]
    return {one["message_id"]: (one["unread_count"], one["mention_count"]) for one in threads}


def mark(person, parent, name, message_id):
    return created(person.put(f"/api/messages/{parent['id']}/thread/{name}", json={"message_id": message_id}))["follow"]


def test_who_began_a_thread_and_who_replies_follow_it(alice, bob, parent):
    assert standing(alice, parent) == (False, 0, 0)

    reply(bob, parent)

    assert standing(alice, parent) == (True, 1, 0)
    assert standing(bob, parent) == (True, 0, 0)
    assert unread(alice) == {parent["id"]: (1, 0)}
    assert unread(bob) == {}


def test_who_is_named_in_a_thread_follows_it_from_there_on(alice, bob, parent):
    reply(alice, parent, "first")
    reply(alice, parent, "what do you say, @Bob Lee?")
    reply(alice, parent, "no hurry")

    assert standing(bob, parent) == (True, 2, 1)


def test_who_is_named_in_what_began_a_thread_follows_it_with_the_first_reply(alice, bob, room):
    parent = say(alice, room, "@Bob Lee when do we launch?")
    reply(alice, parent)

    assert standing(bob, parent) == (True, 1, 0)


def test_calling_everybody_makes_nobody_follow(alice, bob, room, app):
    parent = say(alice, room, "When do we launch?")
    reply(alice, parent, "@room listen")

    assert follow_of(bob, parent)["is_following"] is False


def test_an_edit_that_names_somebody_makes_them_follow(alice, bob, parent):
    made = reply(alice, parent, "first")
    body = {"text": "first, @Bob Lee", "base_version": 1}
    created(alice.patch(f"/api/messages/{made['id']}", json=body))

    assert standing(bob, parent) == (True, 1, 1)


def test_people_follow_and_stop_by_choice(alice, bob, parent):
    path = f"/api/messages/{parent['id']}/follow"
    reply(alice, parent, "before")

    assert created(bob.put(path))["follow"]["is_following"] is True
    reply(alice, parent, "one")
    assert unread(bob) == {parent["id"]: (1, 0)}
    assert created(bob.delete(path))["follow"]["is_following"] is False
    assert unread(bob) == {}
    reply(alice, parent, "two")
    assert unread(bob) == {}


def test_who_stopped_following_stays_away_until_they_are_named(alice, bob, parent):
    created(alice.delete(f"/api/messages/{parent['id']}/follow"))
    reply(bob, parent)
    assert standing(alice, parent) == (False, 0, 0)

    reply(bob, parent, "@Alice Kim please")
    assert standing(alice, parent) == (True, 1, 1)


def test_reading_a_thread_moves_its_mark_forward_only(alice, bob, parent):
    made = [reply(bob, parent)["id"] for _ in range(3)]

    assert mark(alice, parent, "read", made[1])["unread_count"] == 1
    assert mark(alice, parent, "read", made[0])["unread_count"] == 1
    assert mark(alice, parent, "read", made[2])["unread_count"] == 0


def test_a_thread_is_marked_unread_from_a_reply_on(alice, bob, parent):
    made = [reply(bob, parent)["id"] for _ in range(3)]
    mark(alice, parent, "read", made[2])

    assert mark(alice, parent, "unread", made[1])["unread_count"] == 2
    assert unread(alice) == {parent["id"]: (2, 0)}


def test_nothing_is_kept_of_who_does_not_follow(alice, bob, parent):
    made = reply(alice, parent)

    assert mark(bob, parent, "read", made["id"])["is_following"] is False


def test_only_a_reply_of_the_thread_can_be_its_mark(alice, bob, room, parent):
    reply(bob, parent)
    elsewhere = say(bob, room, "something else")

    for name in ("read", "unread"):
        path = f"/api/messages/{parent['id']}/thread/{name}"
        assert alice.put(path, json={"message_id": elsewhere["id"]}).status_code == 404
        assert alice.put(path, json={"message_id": "1"}).status_code == 422
        assert alice.put(path, json=[]).status_code == 400


def test_a_reply_has_no_thread_to_follow(alice, bob, parent):
    made = reply(bob, parent)

    assert alice.put(f"/api/messages/{made['id']}/follow").status_code == 422


def test_a_deleted_reply_is_not_unread(alice, bob, parent):
    made = reply(bob, parent, "@Alice Kim look")
    created(bob.delete(f"/api/messages/{made['id']}"))

    assert unread(alice) == {}


def test_my_threads_come_with_what_they_reply_to_the_latest_first(alice, bob, room):
    parents = [say(alice, room, f"question {number}") for number in range(3)]
    for parent in (parents[0], parents[2], parents[1]):
        reply(bob, parent)
    mark(alice, parents[2], "read", message(alice, parents[2])["thread"]["last_reply_id"])

    everything = created(alice.get("/api/threads"))
    first = created(alice.get("/api/threads?limit=1"))
    second = created(alice.get(f"/api/threads?limit=1&before={first['next']}"))
    not_read = created(alice.get("/api/threads?filter=unread"))

    assert [one["message"]["id"] for one in everything["threads"]] == [parents[n]["id"] for n in (1, 2, 0)]
    assert everything["next"] is None
    assert second["threads"] == everything["threads"][1:2]
    assert [one["message"]["id"] for one in not_read["threads"]] == [parents[n]["id"] for n in (1, 0)]
    newest = everything["threads"][0]
    assert (newest["room"]["name"], newest["follow"]["unread_count"], len(newest["replies"])) == ("launch", 1, 1)
    assert alice.get("/api/threads?filter=else").status_code == 422


def test_leaving_a_room_takes_its_threads_along(alice, bob, room, parent):
    reply(bob, parent)
    reply(alice, parent, "@Bob Lee thanks")
    created(bob.delete(f"/api/rooms/{room['id']}/members/{bob.user_id}"))

    assert created(bob.get("/api/threads"))["threads"] == []
    assert unread(bob) == {}

    created(alice.post(f"/api/rooms/{room['id']}/members", json={"user_id": bob.user_id}))
    assert created(bob.get("/api/threads"))["threads"] == []


def test_an_outsider_follows_nothing(alice, bob, carol, parent):
    made = reply(bob, parent)
    paths = [("put", "follow", {}), ("delete", "follow", {})]
    paths += [("put", f"thread/{name}", {"message_id": made["id"]}) for name in ("read", "unread")]

    for method, tail, body in paths:
        hidden = getattr(carol, method)(f"/api/messages/{parent['id']}/{tail}", json=body)
        missing = getattr(carol, method)(f"/api/messages/4242/{tail}", json=body)
        assert (hidden.status_code, hidden.get_json()) == (404, missing.get_json())
    assert created(carol.get("/api/threads"))["threads"] == []


def test_a_reply_counts_as_read_when_its_thread_was_read(alice, bob, room, parent):
    made = reply(bob, parent)
    put_read = {"message_id": made["id"]}
    created(alice.put(f"/api/rooms/{room['id']}/read", json=put_read))
    path = f"/api/messages/{made['id']}/delivery"
    assert created(bob.get(path))["read"] == 0

    mark(alice, parent, "read", made["id"])

    assert created(bob.get(path))["read"] == 1
