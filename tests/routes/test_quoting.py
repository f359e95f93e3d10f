"""Quotes and forwarded messages, and messages looked up by their ids: each person gets what they may see."""

import pytest

from tests.conftest import created, post
from tests.values import HUGE_IDS, NOT_AN_ID, keyed, statuses


@pytest.fixture
def message(alice, room):
    """Return a message in the closed room of Alice and Bob."""
    return post(alice, room, "a secret")["message"]


@pytest.fixture
def hall(alice, carol):
    """Return an open room with Alice and Carol in it."""
    body = {"kind": "open", "name": "hall", "member_ids": [carol.user_id]}
    return created(alice.post("/api/rooms", json=body))["room"]


def quote(client, room, message, **body):
    return client.post(f"/api/rooms/{room['id']}/messages", json={"quoted_id": message["id"], **body})


def look_up(client, *ids):
    return client.get("/api/messages", query_string={"ids": ",".join(map(str, ids))})


def looked_up(client, *ids):
    return [message["text"] for message in created(look_up(client, *ids))["messages"]]


def test_a_quote_is_a_reference(bob, room, message):
    answer = created(quote(bob, room, message, text="indeed"))["message"]

    assert (answer["quoted_id"], answer["text"]) == (message["id"], "indeed")
    assert created(bob.get(f"/api/messages/{answer['id']}"))["message"] == answer


def test_forwarding_needs_no_words(alice, hall, message):
    answer = created(quote(alice, hall, message))["message"]

    assert (answer["quoted_id"], answer["text"], answer["html"]) == (message["id"], "", "")


def test_who_is_not_in_the_first_room_gets_nothing_of_what_is_forwarded(alice, carol, hall, message):
    created(quote(alice, hall, message, text="look"))
    events = carol.post("/api/sync", json={"positions": {hall["stream"]: 2}})

    for answer in (carol.get(f"/api/rooms/{hall['id']}/messages"), events, look_up(carol, message["id"])):
        assert "a secret" not in answer.get_data(as_text=True)
    assert looked_up(carol, message["id"]) == []
    assert looked_up(alice, message["id"]) == ["a secret"]


def test_what_i_may_not_see_cannot_be_quoted_and_looks_like_nothing(alice, carol, hall, message):
    hidden = quote(carol, hall, message, text="x")
    absent = quote(carol, hall, {"id": 4_242}, text="x")

    assert (hidden.status_code, hidden.get_json()["code"]) == (409, "quote_gone")
    assert hidden.get_json() == absent.get_json()


def test_what_is_deleted_cannot_be_quoted(alice, bob, room, message):
    created(alice.delete(f"/api/messages/{message['id']}"))

    assert quote(bob, room, message, text="x").get_json()["code"] == "quote_gone"


def test_deleting_the_original_leaves_nothing_of_it_with_the_quote(alice, bob, room, message):
    created(quote(bob, room, message, text="indeed"))
    created(alice.delete(f"/api/messages/{message['id']}"))

    assert looked_up(bob, message["id"]) == [""]
    assert "a secret" not in bob.get(f"/api/rooms/{room['id']}/messages").get_data(as_text=True)


def test_a_deleted_quote_does_not_tell_what_it_quoted(bob, room, message):
    answer = created(quote(bob, room, message, text="indeed"))["message"]
    tombstone = created(bob.delete(f"/api/messages/{answer['id']}"))["message"]

    assert tombstone["quoted_id"] is None


def test_an_edit_keeps_the_quote(bob, room, message):
    answer = created(quote(bob, room, message, text="indeed"))["message"]
    edited = created(bob.patch(f"/api/messages/{answer['id']}", json={"text": "yes", "base_version": 1}))["message"]

    assert edited["quoted_id"] == message["id"]


def test_a_message_without_words_and_without_a_quote_is_refused(alice, room):
    assert alice.post(f"/api/rooms/{room['id']}/messages", json={}).get_json()["errors"].keys() == {"text"}
    assert alice.post(f"/api/rooms/{room['id']}/messages", json={"quoted_id": None}).status_code == 422


def test_a_wrong_reference_is_refused(alice, room):
    assert statuses(
        [one for one in NOT_AN_ID if one is not None], lambda wrong: quote(alice, room, {"id": wrong}, text="x")
    ) == {422}


def test_a_repeat_quotes_once_and_another_quote_under_its_key_is_refused(alice, bob, room, message):
    key = keyed()
    other = post(alice, room, "another")["message"]
    path = f"/api/rooms/{room['id']}/messages"
    first = bob.post(path, json={"quoted_id": message["id"]}, headers=key)
    created(alice.delete(f"/api/messages/{message['id']}"))
    again = bob.post(path, json={"quoted_id": message["id"]}, headers=key)

    assert (first.status_code, again.status_code) == (201, 200)
    assert bob.post(path, json={"quoted_id": other["id"]}, headers=key).get_json()["code"] == "idempotency_key_reused"


def test_looking_up_brings_what_i_may_see_at_this_moment(alice, bob, carol, room, hall, message):
    open_one = post(carol, hall, "for all")["message"]

    assert looked_up(alice, open_one["id"], message["id"], 9_999) == ["a secret", "for all"]
    assert looked_up(carol, open_one["id"], message["id"], 9_999) == ["for all"]
    created(bob.delete(f"/api/rooms/{room['id']}/members/{bob.user_id}"))
    assert looked_up(bob, open_one["id"], message["id"]) == []


@pytest.mark.parametrize("ids", ["", "x", "1,", "-1", "1 2", "1,2.5", ",".join(["1"] * 101), "9" * 16])
def test_ids_are_numbers_with_commas_between_them(alice, ids):
    answer = alice.get("/api/messages", query_string={"ids": ids})

    assert (answer.status_code, answer.get_json()["code"]) == (422, "invalid")


def test_ids_that_nothing_has_find_nothing(alice):
    assert statuses([i for i in HUGE_IDS if len(str(i)) < 16], lambda none: look_up(alice, none)) == {200}
