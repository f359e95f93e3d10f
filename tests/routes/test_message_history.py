"""Paging through a room's history."""

import pytest

from tests.conftest import created, post
from tests.values import HUGE_IDS, statuses


@pytest.fixture
def ids(alice, room):
    """Return the ids of ten messages, oldest first."""
    return [post(alice, room, f"message {number}")["message"]["id"] for number in range(10)]


def asked(client, room, query=""):
    return client.get(f"/api/rooms/{room['id']}/messages{query}")


def page(client, room, query=""):
    """Return the ids on the page, and what lies before and after it."""
    found = created(asked(client, room, query))
    return [message["id"] for message in found["messages"]], found["has_before"], found["has_after"]


def test_the_newest_messages_come_oldest_first(bob, room, ids):
    assert page(bob, room, "?limit=3") == (ids[7:], True, False)


def test_an_outsider_reads_nothing(carol, room, ids):
    assert asked(carol, room).status_code == 404
    assert asked(carol, room).get_json() == carol.get("/api/rooms/9999/messages").get_json()


def test_an_open_room_is_read_only_by_who_has_joined(alice, carol):
    hall = created(alice.post("/api/rooms", json={"kind": "open", "name": "hall"}))["room"]
    post(alice, hall, "hello")

    before = asked(carol, hall).status_code
    created(carol.post(f"/api/rooms/{hall['id']}/join"))

    assert before == 404
    assert len(page(carol, hall)[0]) == 1


def test_a_whole_history_has_nothing_before_or_after(alice, room, ids):
    assert page(alice, room) == (ids, False, False)


def test_an_empty_room_has_an_empty_page(alice, room):
    assert page(alice, room) == ([], False, False)


def test_pages_hold_50_unless_told(alice, room):
    for number in range(51):
        post(alice, room, str(number))

    found, has_before, _ = page(alice, room)

    assert (len(found), has_before) == (50, True)


def test_before_a_message(alice, room, ids):
    assert page(alice, room, f"?before={ids[5]}&limit=3") == (ids[2:5], True, True)
    assert page(alice, room, f"?before={ids[3]}&limit=3") == (ids[:3], False, True)
    assert page(alice, room, f"?before={ids[0]}&limit=3") == ([], False, True)
    assert page(alice, room, f"?before={ids[9] + 1}&limit=3") == (ids[7:], True, False)


def test_after_a_message(alice, room, ids):
    assert page(alice, room, f"?after={ids[5]}&limit=3") == (ids[6:9], True, True)
    assert page(alice, room, f"?after={ids[6]}&limit=3") == (ids[7:], True, False)
    assert page(alice, room, f"?after={ids[9]}&limit=3") == ([], True, False)
    assert page(alice, room, "?after=0&limit=3") == (ids[:3], False, True)


def test_around_a_message(alice, room, ids):
    assert page(alice, room, f"?around={ids[5]}&limit=4") == (ids[3:7], True, True)
    assert page(alice, room, f"?around={ids[5]}&limit=5") == (ids[3:8], True, True)
    assert page(alice, room, f"?around={ids[5]}&limit=1") == ([ids[5]], True, True)
    assert page(alice, room, f"?around={ids[0]}&limit=4") == (ids[:2], False, True)
    assert page(alice, room, f"?around={ids[9]}&limit=4") == (ids[7:], True, False)
    assert page(alice, room, f"?around={ids[5]}&limit=100") == (ids, False, False)


def test_walking_back_meets_every_message_once(alice, room, ids):
    met, has_before, _ = page(alice, room, "?limit=4")
    second, has_before, _ = page(alice, room, f"?limit=4&before={met[0]}")
    third, has_before, _ = page(alice, room, f"?limit=4&before={second[0]}")

    assert third + second + met == ids
    assert not has_before


def test_pages_hold_only_messages_of_their_room(alice, room, ids):
    other = created(alice.post("/api/rooms", json={"kind": "closed", "name": "other"}))["room"]
    elsewhere = post(alice, other, "elsewhere")["message"]["id"]
    last = post(alice, room, "last")["message"]["id"]

    assert page(alice, room, f"?around={elsewhere}&limit=4") == ([*ids[8:], last], True, False)


def test_a_tombstone_keeps_its_place(alice, room, ids):
    created(alice.delete(f"/api/messages/{ids[4]}"))

    messages = created(asked(alice, room))["messages"]

    assert [message["id"] for message in messages] == ids
    assert (messages[4]["text"], messages[4]["deleted_at"] is None) == ("", False)


def test_pages_carry_reactions_and_mentions(alice, bob, room):
    message = post(alice, room, "hello @Bob Lee")["message"]
    created(bob.put(f"/api/messages/{message['id']}/reactions/🎉"))

    (found,) = created(asked(alice, room))["messages"]

    assert found["mentions"] == [bob.user_id]
    assert found["reactions"] == [{"emoji": "🎉", "user_ids": [bob.user_id]}]


def test_two_anchors_are_refused(alice, room):
    answer = asked(alice, room, "?before=5&after=1")

    assert answer.status_code == 422
    assert set(answer.get_json()["errors"]) == {"before", "after"}


def test_a_limit_out_of_range_is_refused(alice, room):
    assert statuses([0, -1, 101, 2**64, "x", "", "1.5", "٣", "1e1"], lambda n: asked(alice, room, f"?limit={n}")) == {
        422
    }
    assert statuses([1, 100], lambda n: asked(alice, room, f"?limit={n}")) == {200}


@pytest.mark.parametrize("anchor", ["before", "after", "around"])
def test_an_anchor_that_is_no_id_is_refused(alice, room, anchor):
    assert statuses([-1, 2**63, 2**64, "x", "", "null", "1.5"], lambda n: asked(alice, room, f"?{anchor}={n}")) == {422}


def test_a_room_that_nothing_is_has_no_history(alice):
    assert statuses(HUGE_IDS, lambda none: alice.get(f"/api/rooms/{none}/messages")) == {404}
