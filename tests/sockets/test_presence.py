"""Presence: who is here, over all of a person's sockets."""

import pytest

from chat.sockets.presence import GONE_SECONDS, Told, present_people, tell_changes
from tests.conftest import created, sign_up
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
    told = tell_changes(app, Told())
    connect(bob).emit("presence", {"state": "away"}, callback=True)
    alices.get_received()

    told = tell_changes(app, told)
    again = tell_changes(app, told)

    assert again.everybody == told.everybody == {alice.user_id: "active", bob.user_id: "away"}
    assert packets(alices, "presence") == [{"users": {str(bob.user_id): "away"}}]


def test_who_goes_is_offline(app, alice, bob, connect):
    alices, bobs = connect(alice), connect(bob)
    told = tell_changes(app, Told(), at=0)
    bobs.disconnect()
    alices.get_received()

    told = tell_changes(app, told, at=1)
    at_once = packets(alices, "presence")
    told = tell_changes(app, told, at=1 + GONE_SECONDS)
    tell_changes(app, told, at=2 + GONE_SECONDS)

    assert at_once == []
    assert packets(alices, "presence") == [{"users": {str(bob.user_id): "offline"}}]


def test_who_comes_back_within_five_seconds_was_never_gone(app, alice, bob, connect):
    alices, bobs = connect(alice), connect(bob)
    told = tell_changes(app, Told(), at=0)
    bobs.disconnect()
    told = tell_changes(app, told, at=1)
    connect(bob)
    told = tell_changes(app, told, at=2)
    alices.get_received()

    tell_changes(app, told, at=2 + GONE_SECONDS)

    assert packets(alices, "presence") == []


def test_who_says_so_is_away_on_every_device(app, alice, bob, connect):
    alices = connect(alice)
    first, _second = connect(bob), connect(bob)
    first.emit("presence", {"state": "active"}, callback=True)
    told = tell_changes(app, Told())
    alices.get_received()

    created(bob.put("/api/me/presence", json={"away": True}))
    told = tell_changes(app, told)
    created(bob.put("/api/me/presence", json={"away": False}))
    tell_changes(app, told)

    states = [packet["users"] for packet in packets(alices, "presence")]
    assert states == [{str(bob.user_id): "away"}, {str(bob.user_id): "active"}]


def test_a_guest_is_told_only_of_people_in_their_rooms(app, alice, bob, carol, connect):
    guest = sign_up(app, "Gina Guest", role="guest")
    body = {"kind": "closed", "name": "with a guest", "member_ids": [bob.user_id, guest.user_id]}
    created(alice.post("/api/rooms", json=body))
    bobs, carols = connect(bob), connect(carol)
    hers = connect(guest)
    first = packets(hers, "presence")

    told = tell_changes(app, Told())
    hers.get_received()
    for socket in (bobs, carols):
        socket.emit("presence", {"state": "away"}, callback=True)
    tell_changes(app, told)

    assert first == [{"users": {str(bob.user_id): "active", str(guest.user_id): "active"}}]
    assert packets(hers, "presence") == [{"users": {str(bob.user_id): "away"}}]


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


def test_who_does_not_want_to_be_disturbed_is_told_apart(app, alice, bob, connect):
    alices = connect(alice)
    connect(bob)
    told = tell_changes(app, Told())
    alices.get_received()

    created(bob.patch("/api/me/preferences", json={"dnd_until": "2099-01-01T00:00:00.000Z"}))
    told = tell_changes(app, told)
    created(bob.patch("/api/me/preferences", json={"dnd_until": None}))
    tell_changes(app, told)

    assert packets(alices, "presence") == [
        {"users": {str(bob.user_id): "dnd"}},
        {"users": {str(bob.user_id): "active"}},
    ]


def test_quiet_hours_are_told_too(app, alice, bob, connect):
    hours = {"is_on": True, "days": [], "starts": "00:00", "ends": "12:00", "all_day": list(range(7))}
    created(bob.patch("/api/me/preferences", json={"dnd_schedule": hours | {"time_zone": "UTC"}}))
    connect(bob)

    assert tell_changes(app, Told()).everybody == {bob.user_id: "dnd"}


def test_somebody_who_rests_elsewhere_is_not_here(app, alice, bob, connect):
    created(bob.patch("/api/me/preferences", json={"dnd_until": "2099-01-01T00:00:00.000Z"}))
    connect(alice)

    assert tell_changes(app, Told()).everybody == {alice.user_id: "active"}
