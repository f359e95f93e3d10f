"""An archived room is read: nothing is added or changed in it; what one wrote or added oneself can still go."""

import pytest

from tests.conftest import created, post


@pytest.fixture
def said(alice, bob, room):
    message = post(bob, room, "before the archive")["message"]
    created(bob.put(f"/api/messages/{message['id']}/reactions/👍"))
    created(alice.patch(f"/api/rooms/{room['id']}", json={"archived": True}))
    return message


def test_nothing_is_posted_edited_or_added(bob, room, said):
    answers = [
        bob.post(f"/api/rooms/{room['id']}/messages", json={"text": "after"}),
        bob.patch(f"/api/messages/{said['id']}", json={"text": "changed", "base_version": 1}),
        bob.put(f"/api/messages/{said['id']}/reactions/🎉"),
    ]

    assert [answer.get_json()["code"] for answer in answers] == ["room_archived"] * 3
    left = bob.get(f"/api/messages/{said['id']}").get_json()["message"]
    assert (left["text"], left["version"], len(left["reactions"])) == ("before the archive", 1, 1)


def test_ones_own_reaction_and_message_can_still_be_taken_away(bob, said):
    unreacted = created(bob.delete(f"/api/messages/{said['id']}/reactions/👍"))
    deleted = created(bob.delete(f"/api/messages/{said['id']}"))

    assert unreacted["message"]["reactions"] == []
    assert deleted["message"]["deleted_at"] is not None


def test_everything_is_possible_again_when_the_room_is_brought_back(alice, bob, room, said):
    created(alice.patch(f"/api/rooms/{room['id']}", json={"archived": False}))

    created(bob.patch(f"/api/messages/{said['id']}", json={"text": "changed", "base_version": 1}))
    created(bob.put(f"/api/messages/{said['id']}/reactions/🎉"))


def test_an_outsider_learns_nothing_of_the_archive(carol, said):
    assert carol.patch(f"/api/messages/{said['id']}", json={"text": "x", "base_version": 1}).status_code == 404
    assert carol.put(f"/api/messages/{said['id']}/reactions/🎉").status_code == 404
