"""Sockets that go while they are being let in, or while something is done for them."""

from flask import request

from chat.connections import Connections
from chat.extensions import db, socketio
from chat.permissions import Caller
from chat.sockets import handling, upkeep
from tests.conftest import created, post
from tests.hearing import drained, types


def caller(person):
    return Caller(person.user_id, "Bob Lee", "member", "en")


def test_a_socket_that_goes_while_it_is_let_in_is_not_kept(app, bob):
    connections = app.extensions["connections"]

    connections.add("gone", caller(bob), lambda: ["room-1"])

    assert not connections.is_known("gone")
    assert not connections.is_heard("room-1")


class Watched(Connections):
    """Notes whether whoever adds a socket has a database connection before the lock is taken."""

    has_database = None

    def add(self, sid, caller, read_streams):
        self.has_database = db.session().in_transaction()
        super().add(sid, caller, read_streams)


def test_who_lets_a_socket_in_never_waits_for_a_database_connection_with_the_lock_in_hand(app, bob, connect):
    # In a storm of reconnections all of them are held by handlers that wait for this lock.
    watched = app.extensions["connections"] = Watched()

    connect(bob)

    assert watched.has_database


def test_a_socket_that_is_gone_when_its_person_joins_a_room_keeps_nothing_from_the_others(
    app, alice, bob, carol, room, connect
):
    gone, bobs = connect(carol), connect(bob)
    drained(app, bobs)
    forget_transport(gone)

    created(alice.post(f"/api/rooms/{room['id']}/members", json={"user_id": carol.user_id}))
    post(alice, room, "and on it goes")

    assert types(drained(app, bobs), room["stream"]) == ["member_added", "message_posted"]


def test_a_socket_whose_end_was_missed_is_forgotten_by_the_sweep(app, bob, connect):
    connections = app.extensions["connections"]
    here = connect(bob)
    gone = connect(bob)
    forget_transport(gone)

    upkeep.forget_gone(connections)

    assert len(connections.everyone()) == 1
    assert here.is_connected()


def test_a_socket_that_is_being_let_in_is_not_forgotten_by_the_sweep(app, bob):
    connections = app.extensions["connections"]
    sid = socketio.server.manager.pre_connect("somebody", "/")
    connections.add(sid, caller(bob), lambda: ["room-1"])

    upkeep.forget_gone(connections)

    assert connections.is_known(sid)
    assert connections.is_heard("room-1")
    connections.remove(sid)
    socketio.server.manager.disconnect(sid, "/", ignore_queue=True)


def test_an_event_that_is_handled_after_its_socket_has_gone_is_not_counted_for_ever(app):
    with app.test_request_context():
        request.sid = "gone"

        assert not handling.pour()

    assert "gone" not in app.extensions.get("socket_buckets", {})


def forget_transport(client):
    """Let Socket.IO forget a socket without a word to the app, as when both happen at once."""
    sid = socketio.server.manager.sid_from_eio_sid(client.eio_sid, "/")
    socketio.server.manager.disconnect(sid, "/", ignore_queue=True)
