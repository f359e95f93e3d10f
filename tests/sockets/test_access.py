"""What an open socket may still see, when what its person may see changes."""

import threading

import pytest
import sqlalchemy as sa

from chat.extensions import db, socketio
from chat.models import Session
from chat.unit_of_work import unit_of_work
from tests.conftest import created, post
from tests.hearing import drained, packets, types, until
from tests.people import browser, invite_code, join
from tests.sockets.test_upkeep import Transport


def add(client, room, person):
    created(client.post(f"/api/rooms/{room['id']}/members", json={"user_id": person.user_id}))


def remove(client, room, person):
    created(client.delete(f"/api/rooms/{room['id']}/members/{person.user_id}"))


def test_a_removed_member_gets_nothing_by_sync(app, alice, bob, room, connect):
    bobs = connect(bob)
    position = created(bob.get(f"/api/streams/{room['stream']}/snapshot"))["stream_seq"]
    post(alice, room, "a secret")
    remove(alice, room, bob)

    answer = bobs.emit("sync", {"positions": {room["stream"]: position}}, callback=True)

    assert answer["gone"] == [room["stream"]]
    assert "a secret" not in str(answer)


def test_a_removed_member_cannot_type_before_the_broadcaster_has_looked(app, alice, bob, room, connect):
    alices, bobs = connect(alice), connect(bob)
    remove(alice, room, bob)

    refused = bobs.emit("typing", {"room_id": room["id"]}, callback=True)

    assert refused["error"]["code"] == "not_found"
    assert packets(alices, "typing") == []


def test_a_removed_member_does_not_hear_others_type(app, alice, bob, room, connect):
    alices, bobs = connect(alice), connect(bob)
    remove(alice, room, bob)
    app.extensions["broadcaster"].drain()

    alices.emit("typing", {"room_id": room["id"]}, callback=True)

    assert packets(bobs, "typing") == []


def test_somebody_added_and_removed_between_two_looks_hears_nothing_then_or_later(app, alice, carol, room, connect):
    carols = connect(carol)
    add(alice, room, carol)
    post(alice, room, "between")
    remove(alice, room, carol)
    at_once = drained(app, carols)

    post(alice, room, "later")

    assert types(at_once, room["stream"]) == []
    assert types(drained(app, carols), room["stream"]) == []


def test_somebody_removed_and_added_between_two_looks_hears_what_follows(app, alice, bob, room, connect):
    bobs = connect(bob)
    drained(app, bobs)
    remove(alice, room, bob)
    post(alice, room, "between")
    add(alice, room, bob)
    post(alice, room, "after")

    assert types(drained(app, bobs), room["stream"]) == ["member_added", "message_posted"]


def test_somebody_removed_while_their_socket_connects_hears_nothing(app, alice, bob, room, connect):
    lock = app.extensions["connections"].lock
    opened = []
    connecting = threading.Thread(target=lambda: opened.append(connect(bob)))
    with lock:
        connecting.start()
        socketio.sleep(0.05)
        remove(alice, room, bob)
        app.extensions["broadcaster"].drain()
    connecting.join()

    post(alice, room, "a secret")

    assert types(drained(app, opened[0]), room["stream"]) == []


def test_somebody_signed_out_while_their_socket_connects_is_refused(app, bob, connect):
    token_id = created(bob.get("/api/tokens"))["tokens"][0]["id"]
    opened = []
    connecting = threading.Thread(target=lambda: opened.append(connect(bob)))
    with app.extensions["connections"].lock:
        connecting.start()
        socketio.sleep(0.05)
        created(bob.delete(f"/api/tokens/{token_id}"))
        app.extensions["broadcaster"].drain()
    connecting.join()

    assert not opened[0].is_connected()
    assert app.extensions["connections"].everyone() == []


@pytest.fixture
def dana(app, alice):
    """Dana joined through an invite and is signed in with a cookie."""
    return join(app, invite_code(alice), "Dana")


def socket_of(app, person):
    return socketio.test_client(app, flask_test_client=person, auth={"v": 1, "device": "d"})


def test_a_cookie_lets_a_socket_in_and_hello_names_the_session(app, dana):
    socket = socket_of(app, dana)
    until(lambda: socket.queue)

    (hello,) = packets(socket, "hello")

    assert hello["user_id"] == dana.user_id
    assert hello["session_id"] == created(dana.get("/api/me"))["session_id"]


def test_a_session_that_ends_takes_its_open_socket_with_it(app, alice, dana):
    room = created(alice.post("/api/rooms", json={"kind": "closed", "name": "x", "member_ids": [dana.user_id]}))["room"]
    socket = socket_of(app, dana)

    created(dana.delete("/api/session"))
    app.extensions["broadcaster"].drain()
    post(alice, room, "after the end")
    app.extensions["broadcaster"].drain()
    until(lambda: any(packet["name"] == "bye" for packet in socket.queue))

    received = socket.get_received()
    assert [packet["args"][0]["reason"] for packet in received if packet["name"] == "bye"] == ["signed_out"]
    assert "after the end" not in str(received)
    assert socket.emit("sync", {}, callback=True)["error"]["code"] == "signed_out"
    assert socket.emit("typing", {"room_id": room["id"]}, callback=True)["error"]["code"] == "signed_out"


def test_an_ended_session_is_refused_before_the_broadcaster_has_looked(app, dana):
    socket = socket_of(app, dana)

    created(dana.delete("/api/session"))

    assert socket.emit("sync", {}, callback=True)["error"]["code"] == "signed_out"


def test_ending_one_session_leaves_the_others_open(app, alice, dana):
    first = socket_of(app, dana)
    other = browser(app)
    other.enter(other.post("/api/session", json={"email": "dana@example.com", "password": "a long enough sentence"}))
    second = socket_of(app, other)

    created(dana.delete("/api/session"))
    app.extensions["broadcaster"].drain()

    assert "events" in second.emit("sync", {}, callback=True)
    assert first.emit("sync", {}, callback=True)["error"]["code"] == "signed_out"


def test_an_expired_session_opens_no_socket_and_answers_nothing(app, dana):
    socket = socket_of(app, dana)
    with app.app_context(), unit_of_work():
        db.session.execute(sa.update(Session).values(expires_at="2000-01-01T00:00:00.000Z"))

    assert socket.emit("sync", {}, callback=True)["error"]["code"] == "signed_out"
    assert not socket_of(app, dana).is_connected()


def test_a_token_that_is_no_text_opens_no_socket(app):
    socket = socketio.test_client(app, auth={"v": 1, "device": "d", "token": "\ud800"})

    assert not socket.is_connected()


def test_a_session_that_expires_ends_the_socket_that_is_open(app, alice, dana):
    socket = socket_of(app, dana)
    with app.app_context(), unit_of_work():
        db.session.execute(sa.update(Session).values(expires_at="2000-01-01T00:00:00.000Z"))

    app.extensions["housekeeping"].run("expired_sessions")
    app.extensions["broadcaster"].drain()

    assert [connection.streams for connection in app.extensions["connections"].of_user(dana.user_id)] == [set()]
    until(lambda: {"reason": "signed_out", "retry_ms": None} in packets(socket, "bye"))
    with app.app_context():
        assert db.session.scalars(sa.select(Session)).all() == []


def test_a_deactivated_person_loses_every_open_socket(app, alice, dana):
    socket = socket_of(app, dana)

    created(alice.patch(f"/api/users/{dana.user_id}", json={"deactivated": True}))
    app.extensions["broadcaster"].drain()

    assert [connection.streams for connection in app.extensions["connections"].of_user(dana.user_id)] == [set()]
    assert socket.emit("sync", {}, callback=True)["error"]["code"] == "signed_out"


def test_an_event_called_disconnect_ends_the_socket_and_leaves_nothing_behind_that_hears(
    app, alice, bob, room, connect
):
    bobs, alices = connect(bob), connect(alice)
    pipe = Transport(0)
    socketio.server.eio.sockets[bobs.eio_sid] = pipe
    drained(app, bobs)

    bobs.emit("disconnect", "client disconnect")
    until(lambda: pipe.closed_with)
    remove(alice, room, bob)
    post(alice, room, "a secret")

    assert drained(app, bobs) == []
    assert types(drained(app, alices), room["stream"])[-1] == "message_posted"
    assert pipe.closed_with == {"wait": False, "abort": True}


def test_an_event_called_connect_changes_nothing_about_who_is_connected(app, alice, bob, room, connect):
    bobs = connect(bob)
    (before,) = app.extensions["connections"].everyone()

    bobs.emit("connect", {"token": alice.token}, callback=True)

    assert app.extensions["connections"].everyone() == [before]
    assert before.caller.id == bob.user_id


def test_an_event_called_connect_does_not_bring_an_ended_socket_back(app, alice, bob, room, connect):
    bobs = connect(bob)
    token_id = created(bob.get("/api/tokens"))["tokens"][0]["id"]
    created(bob.delete(f"/api/tokens/{token_id}"))
    drained(app, bobs)

    bobs.emit("connect", {"token": bob.token})
    post(alice, room, "a secret")

    assert types(drained(app, bobs), room["stream"]) == []
