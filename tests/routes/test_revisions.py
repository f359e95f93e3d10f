"""How a message came to say what it says."""

import pytest

from tests.conftest import created, post
from tests.values import HUGE_IDS, statuses


@pytest.fixture
def message(alice, room):
    """Return a message that Alice has edited twice."""
    first = post(alice, room, "one")["message"]
    for version, text in enumerate(["two", "three"], start=1):
        created(alice.patch(f"/api/messages/{first['id']}", json={"text": text, "base_version": version}))
    return created(alice.get(f"/api/messages/{first['id']}"))["message"]


def versions(client, message):
    return created(client.get(f"/api/messages/{message['id']}/revisions"))["revisions"]


def test_whoever_sees_the_message_sees_its_versions_in_order(bob, message):
    found = versions(bob, message)

    assert [(one["version"], one["text"]) for one in found] == [(1, "one"), (2, "two"), (3, "three")]
    assert [found[0]["at"], found[-1]["at"]] == [message["created_at"], message["edited_at"]]


def test_a_message_that_was_not_edited_has_one_version(alice, room):
    said = post(alice, room, "said once")["message"]

    assert versions(alice, said) == [{"version": 1, "text": "said once", "at": said["created_at"]}]


def test_an_outsider_cannot_tell_that_there_are_any(carol, message):
    hidden = carol.get(f"/api/messages/{message['id']}/revisions")

    assert hidden.status_code == 404
    assert hidden.get_json() == carol.get("/api/messages/9999/revisions").get_json()


def test_a_deleted_message_has_none(alice, bob, message):
    created(alice.delete(f"/api/messages/{message['id']}"))

    assert versions(bob, message) == []


def test_an_id_that_nothing_has_is_not_found(alice):
    assert statuses(HUGE_IDS, lambda none: alice.get(f"/api/messages/{none}/revisions")) == {404}
