"""What a person saves for later."""

import pytest

from chat.actions import save_message
from tests.conftest import created, post
from tests.values import HUGE_IDS, at_once, statuses


@pytest.fixture
def message(alice, room):
    """Return a message of Alice's."""
    return post(alice, room, "read this")["message"]


def path(message):
    return f"/api/messages/{message['id']}/saved"


def saved(client, **query):
    return created(client.get("/api/saved", query_string=query))


def texts(client, **query):
    return [one["message"]["text"] for one in saved(client, **query)["saved"]]


def own(client):
    return created(client.get(f"/api/streams/user-{client.user_id}/snapshot"))


def test_what_i_save_is_mine_alone(alice, bob, room, message):
    answer = created(bob.put(path(message)))

    assert answer["saved"]["done_at"] is None
    assert saved(bob) == {"saved": [{**answer["saved"], "message": message}], "next": None}
    assert own(bob)["saved"] == [answer["saved"]]
    assert (texts(alice), own(alice)["saved"]) == ([], [])


def test_an_outsider_saves_nothing(carol, message):
    assert statuses([message, {"id": 9999}], lambda one: carol.put(path(one))) == {404}
    assert statuses([message, {"id": 9999}], lambda one: carol.delete(path(one))) == {404}
    assert texts(carol) == []


def test_what_is_done_stands_elsewhere_and_can_be_opened_again(bob, message):
    created(bob.put(path(message)))
    created(bob.put(path(message), json={"is_done": True}))
    assert (texts(bob), texts(bob, state="done"), own(bob)["saved"]) == ([], ["read this"], [])

    created(bob.put(path(message), json={"is_done": False}))
    assert (texts(bob), texts(bob, state="done")) == (["read this"], [])


def test_saving_twice_is_saving_once(bob, message):
    first = created(bob.put(path(message)))
    before = own(bob)["stream_seq"]

    assert {answer.get_json() == first for answer in at_once(10, lambda _: bob.put(path(message)))} == {True}
    assert own(bob)["stream_seq"] == before


def test_what_i_do_not_keep_is_gone_and_taking_it_away_again_says_nothing(bob, message):
    created(bob.put(path(message)))
    created(bob.delete(path(message)))
    before = own(bob)["stream_seq"]
    created(bob.delete(path(message)))

    assert texts(bob) == texts(bob, state="done") == []
    assert own(bob)["stream_seq"] == before


def test_a_message_of_a_room_that_i_left_is_not_shown_and_comes_back_with_it(alice, bob, room, message):
    created(bob.put(path(message)))
    created(bob.delete(f"/api/rooms/{room['id']}/members/{bob.user_id}"))
    assert texts(bob) == []
    assert bob.put(path(message)).status_code == 404

    created(alice.post(f"/api/rooms/{room['id']}/members", json={"user_id": bob.user_id}))
    assert texts(bob) == ["read this"]


def test_a_deleted_message_is_a_tombstone_that_can_be_done_but_not_saved(alice, bob, message):
    created(bob.put(path(message)))
    created(alice.delete(f"/api/messages/{message['id']}"))

    [found] = saved(bob)["saved"]
    assert (found["message"]["text"], found["message"]["deleted_at"] is None) == ("", False)
    assert alice.put(path(message)).get_json()["code"] == "message_deleted"
    created(bob.put(path(message), json={"is_done": True}))
    assert texts(bob) == []


def test_pages_go_back_from_the_latest(bob, room):
    for number in range(5):
        created(bob.put(path(post(bob, room, f"number {number}")["message"])))

    first = saved(bob, limit=3)
    second = saved(bob, limit=3, before=first["next"])
    found = [one["message"]["text"] for page in (first, second) for one in page["saved"]]

    assert found == [f"number {number}" for number in (4, 3, 2, 1, 0)]
    assert second["next"] is None


def test_a_person_saves_so_many_and_no_more(bob, room, message, monkeypatch):
    monkeypatch.setattr(save_message, "MOST_SAVED", 1)
    created(bob.put(path(message)))
    another = post(bob, room, "one too many")["message"]
    refused = bob.put(path(another))

    assert (refused.status_code, refused.get_json()["code"]) == (409, "saved_full")
    created(bob.put(path(message), json={"is_done": True}))
    created(bob.put(path(another)))


@pytest.mark.parametrize("value", ["yes", 1, None, [], {}])
def test_done_is_yes_or_no(bob, message, value):
    assert bob.put(path(message), json={"is_done": value}).status_code == 422


@pytest.mark.parametrize("query", [{"state": "x"}, {"before": "x"}, {"before": "-1"}, {"limit": 0}, {"limit": 101}])
def test_a_wrong_question_is_refused(bob, query):
    answer = bob.get("/api/saved", query_string=query)

    assert (answer.status_code, answer.get_json()["code"]) == (422, "invalid")


def test_an_id_that_nothing_has_is_not_found(alice):
    assert statuses(HUGE_IDS, lambda none: alice.put(path({"id": none}))) == {404}
    assert statuses(HUGE_IDS, lambda none: alice.delete(path({"id": none}))) == {404}
