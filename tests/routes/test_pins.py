"""Pins of a room."""

import pytest

from chat.actions import pin_message
from tests.conftest import created, post
from tests.values import HUGE_IDS, at_once, statuses


@pytest.fixture
def message(alice, room):
    """Return a message of Alice's."""
    return post(alice, room, "the agenda")["message"]


def path(message):
    return f"/api/messages/{message['id']}/pin"


def pins(client, room):
    return created(client.get(f"/api/rooms/{room['id']}/pins"))["pins"]


def head(client, room):
    return created(client.get(f"/api/streams/{room['stream']}/snapshot"))["stream_seq"]


def test_anybody_in_the_room_pins_and_everybody_there_sees_it(alice, bob, room, message):
    answer = created(bob.put(path(message)))

    assert answer["pin"]["user_id"] == bob.user_id
    assert pins(alice, room) == [{**answer["pin"], "message": message}]
    assert created(alice.get(f"/api/streams/{room['stream']}/snapshot"))["pins"] == [answer["pin"]]


def test_an_outsider_sees_no_pins_and_pins_nothing(carol, bob, room, message):
    created(bob.put(path(message)))
    nothing = carol.get("/api/rooms/9999/pins").get_json()

    assert carol.get(f"/api/rooms/{room['id']}/pins").get_json() == nothing
    assert statuses([message, {"id": 9999}], lambda one: carol.put(path(one))) == {404}
    assert statuses([message, {"id": 9999}], lambda one: carol.delete(path(one))) == {404}


def test_the_latest_pin_stands_first(alice, bob, room, message):
    second = post(bob, room, "the minutes")["message"]
    created(alice.put(path(second)))
    created(alice.put(path(message)))

    assert [pin["message"]["text"] for pin in pins(bob, room)] == ["the agenda", "the minutes"]


def test_pinning_twice_is_pinning_once_and_stays_the_first_persons(alice, bob, room, message):
    first = created(bob.put(path(message)))
    before = head(bob, room)

    assert created(alice.put(path(message))) == first
    assert head(bob, room) == before


def test_pinning_at_once_is_pinning_once(bob, room, message):
    before = head(bob, room)

    assert {answer.status_code for answer in at_once(10, lambda _: bob.put(path(message)))} == {200}
    assert head(bob, room) == before + 1


def test_anybody_takes_a_pin_away_and_one_that_is_not_there_stays_away(alice, bob, room, message):
    created(bob.put(path(message)))
    created(alice.delete(path(message)))
    before = head(bob, room)
    created(bob.delete(path(message)))

    assert pins(bob, room) == []
    assert head(bob, room) == before


def test_what_is_deleted_is_not_pinned_any_more(alice, bob, room, message):
    created(bob.put(path(message)))
    created(alice.delete(f"/api/messages/{message['id']}"))
    refused = bob.put(path(message))

    assert pins(bob, room) == []
    assert (refused.status_code, refused.get_json()["code"]) == (409, "message_deleted")


def test_a_pin_shows_the_message_as_it_is_now(alice, bob, room, message):
    created(bob.put(path(message)))
    created(alice.patch(f"/api/messages/{message['id']}", json={"text": "the new agenda", "base_version": 1}))

    assert [pin["message"]["text"] for pin in pins(bob, room)] == ["the new agenda"]


def test_in_the_archive_pins_stay_as_they_are(alice, bob, room, message):
    created(bob.put(path(message)))
    other = post(alice, room, "another")["message"]
    created(alice.patch(f"/api/rooms/{room['id']}", json={"archived": True}))

    assert bob.put(path(other)).get_json()["code"] == "room_archived"
    assert bob.delete(path(message)).get_json()["code"] == "room_archived"
    assert len(pins(bob, room)) == 1


def test_a_room_has_so_many_pins_and_no_more(bob, room, message, monkeypatch):
    monkeypatch.setattr(pin_message, "MOST_PINS", 1)
    created(bob.put(path(message)))
    refused = bob.put(path(post(bob, room, "one too many")["message"]))

    assert (refused.status_code, refused.get_json()["code"]) == (409, "pins_full")


def test_an_id_that_nothing_has_is_not_found(alice):
    assert statuses(HUGE_IDS, lambda none: alice.put(path({"id": none}))) == {404}
    assert statuses(HUGE_IDS, lambda none: alice.get(f"/api/rooms/{none}/pins")) == {404}
