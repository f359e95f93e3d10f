"""Presence: who is here, over all of a person's sockets."""

import pytest

from chat.sockets.presence import present_people, tell_changes
from tests.hearing import packets


def here(app):
    return present_people(app.extensions["connections"])


def test_a_person_is_active_while_any_of_their_sockets_is(app, bob, connect):
    first, second = connect(bob), connect(bob)
    first.emit("presence", {"state": "away"}, callback=True)
    one_away = here(app)
    second.emit("presence", {"state": "away"}, callback=True)
    both_away = here(app)
    first.emit("presence", {"state": "active"}, callback=True)

    assert (one_away, both_away, here(app)) == ({bob.user_id: "active"}, {bob.user_id: "away"}, {bob.user_id: "active"})


def test_everybody_is_told_what_changed_and_nothing_else(app, alice, bob, connect):
    alices = connect(alice)
    told = tell_changes(app, {})
    connect(bob).emit("presence", {"state": "away"}, callback=True)
    alices.get_received()

    told = tell_changes(app, told)
    again = tell_changes(app, told)

    assert again == told == {alice.user_id: "active", bob.user_id: "away"}
    assert packets(alices, "presence") == [{"users": {str(bob.user_id): "away"}}]


def test_who_goes_is_offline(app, alice, bob, connect):
    alices, bobs = connect(alice), connect(bob)
    told = tell_changes(app, {})
    bobs.disconnect()
    alices.get_received()

    tell_changes(app, told)

    assert packets(alices, "presence") == [{"users": {str(bob.user_id): "offline"}}]


def test_the_whole_picture_follows_every_hello(alice, bob, connect):
    connect(alice)
    bobs = connect(bob)

    received = bobs.get_received()

    assert [packet["name"] for packet in received] == ["hello", "presence"]
    assert received[1]["args"][0] == {"users": {str(alice.user_id): "active", str(bob.user_id): "active"}}


@pytest.mark.parametrize("state", [None, 1, [], {}, "asleep", True])
def test_a_state_that_is_none_is_active(app, bob, connect, state):
    connect(bob).emit("presence", {"state": state}, callback=True)

    assert here(app) == {bob.user_id: "active"}
