"""Clients that do not keep up, and connections that never sign in."""

import queue

import pytest

from chat.extensions import socketio
from chat.sockets import upkeep
from tests.conftest import post
from tests.hearing import drained, types


class Transport:
    """A network connection whose client reads nothing."""

    def __init__(self, waiting):
        self.queue = queue.Queue()
        self.closed_with = None
        for number in range(waiting):
            self.queue.put(number)

    def close(self, *, wait, abort):
        self.closed_with = {"wait": wait, "abort": abort}


@pytest.fixture
def stuck(app, bob, connect):
    """Return a function that opens a socket of Bob's over a transport with packets waiting."""

    def opening(waiting):
        client = connect(bob)
        transport = Transport(waiting)
        socketio.server.eio.sockets[client.eio_sid] = transport
        return client, transport

    return opening


def sweep(app):
    with app.app_context():
        upkeep.cut_slow(app.extensions["connections"])


def test_a_client_that_keeps_up_stays(app, alice, bob, room, stuck):
    client, transport = stuck(0)

    sweep(app)
    post(alice, room, "hello")

    assert transport.closed_with is None
    assert types(drained(app, client), room["stream"])[-1] == "message_posted"


def test_256_waiting_packets_are_allowed_and_one_more_is_cut_without_waiting(app, stuck):
    _, patient = stuck(256)
    _, slow = stuck(257)

    sweep(app)

    assert patient.closed_with is None
    assert slow.closed_with == {"wait": False, "abort": True}


def test_a_slow_client_hears_nothing_more_while_the_others_do(app, alice, bob, room, stuck, connect):
    client, _ = stuck(257)
    alices = connect(alice)
    sweep(app)

    post(alice, room, "hello")

    assert types(drained(app, alices), room["stream"])[-1] == "message_posted"
    assert types(drained(app, client), room["stream"]) == []


def test_a_client_that_is_behind_for_ten_seconds_is_cut(app, stuck):
    _, transport = stuck(1)

    for _ in range(upkeep.MOST_BUSY_SWEEPS):
        sweep(app)
    before = transport.closed_with
    sweep(app)

    assert before is None
    assert transport.closed_with == {"wait": False, "abort": True}


def test_a_client_that_takes_packets_stays_although_others_always_wait(app, stuck):
    _, transport = stuck(1)

    for number in range(upkeep.MOST_BUSY_SWEEPS * 2):
        transport.queue.put(f"packet {number}")
        transport.queue.get()
        sweep(app)

    assert transport.closed_with is None


def test_a_client_that_catches_up_starts_from_zero(app, stuck):
    _, transport = stuck(1)
    for _ in range(upkeep.MOST_BUSY_SWEEPS):
        sweep(app)
    transport.queue.get()
    sweep(app)
    transport.queue.put("new")
    sweep(app)

    assert transport.closed_with is None


def test_a_connection_that_never_signs_in_is_cut_after_a_while(app, stuck):
    _, known = stuck(0)
    stranger = Transport(0)
    socketio.server.eio.sockets["stranger"] = stranger

    seen = {}
    for _ in range(upkeep.MOST_STRANGE_SWEEPS):
        seen = upkeep._cut_strangers(seen)
    before = stranger.closed_with
    upkeep._cut_strangers(seen)

    assert before is None
    assert stranger.closed_with == {"wait": False, "abort": True}
    assert known.closed_with is None


def test_a_stranger_that_has_gone_is_forgotten(app):
    socketio.server.eio.sockets["stranger"] = Transport(0)
    seen = upkeep._cut_strangers({})
    del socketio.server.eio.sockets["stranger"]

    assert list(seen) == ["stranger"]
    assert upkeep._cut_strangers(seen) == {}
