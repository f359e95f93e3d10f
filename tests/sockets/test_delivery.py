"""Live delivery: what is committed reaches the sockets of those who may see it, in order."""

import json

import pytest

from chat.extensions import socketio
from tests.conftest import created, post
from tests.hearing import drained, packets, types


def test_members_hear_a_message_and_an_outsider_does_not(app, alice, bob, carol, room, connect):
    bobs, carols = connect(bob), connect(carol)
    drained(app, bobs), drained(app, carols)

    answer = post(alice, room, "hello")

    heard = drained(app, bobs)
    assert [event["data"]["message"] for _, event in heard] == [answer["message"]]
    assert [event["stream_seq"] for _, event in heard] == [answer["stream_seq"]]
    assert drained(app, carols) == []


def test_who_has_heard_hello_hears_everything_after_it(app, alice, bob, room, connect):
    app.extensions["broadcaster"].drain()
    bobs = connect(bob)

    answer = post(alice, room, "hello")

    assert [event["data"]["message"] for _, event in drained(app, bobs)] == [answer["message"]]


def test_live_and_catch_up_are_the_same_bytes(app, alice, bob, room, connect):
    bobs = connect(bob)
    drained(app, bobs)
    position = created(bob.get(f"/api/streams/{room['stream']}/snapshot"))["stream_seq"]

    post(alice, room, "hello")

    live = [event for _, event in drained(app, bobs)]
    pulled = created(bob.post("/api/sync", json={"positions": {room["stream"]: position}}))["events"][room["stream"]]
    assert live == pulled


def test_a_removed_member_hears_nothing_from_the_commit_on(app, alice, bob, room, connect):
    bobs = connect(bob)
    drained(app, bobs)

    post(alice, room, "before, not broadcast yet")
    created(alice.delete(f"/api/rooms/{room['id']}/members/{bob.user_id}"))
    post(alice, room, "after")

    heard = drained(app, bobs)
    assert types(heard, room["stream"]) == []
    assert types(heard, f"user-{bob.user_id}") == ["room_left"]


def test_a_new_member_hears_from_the_addition_on(app, alice, carol, room, connect):
    carols = connect(carol)
    drained(app, carols)

    post(alice, room, "before")
    created(alice.post(f"/api/rooms/{room['id']}/members", json={"user_id": carol.user_id}))
    post(alice, room, "after")

    heard = drained(app, carols)
    assert types(heard, f"user-{carol.user_id}") == ["room_joined"]
    assert types(heard, room["stream"]) == ["member_added", "message_posted"]


def test_deleted_text_that_was_not_broadcast_yet_is_sent_to_nobody(app, alice, bob, room, connect):
    bobs = connect(bob)
    drained(app, bobs)

    secret = post(alice, room, "a secret")["message"]
    created(alice.delete(f"/api/messages/{secret['id']}"))

    heard = drained(app, bobs)
    assert types(heard, room["stream"]) == ["message_posted", "message_deleted"]
    assert "a secret" not in str(heard)


def test_many_long_messages_come_in_several_packets_and_in_their_order(app, alice, bob, room, connect):
    bobs = connect(bob)
    drained(app, bobs)
    for number in range(100):
        post(alice, room, f"{number} " + "<" * 3990)

    app.extensions["broadcaster"].drain()

    heard = packets(bobs, "events")
    texts = [event["data"]["message"]["text"] for packet in heard for event in packet["events"]]
    assert [int(text.split()[0]) for text in texts] == list(range(100))
    assert len(heard) > 1
    assert max(len(json.dumps(packet)) for packet in heard) < 300_000


def test_a_broadcast_that_raises_loses_nothing(app, alice, bob, room, connect, monkeypatch, caplog):
    bobs = connect(bob)
    drained(app, bobs)

    def broken(*_args, **_kwargs):
        message = "the network is gone"
        raise RuntimeError(message)

    with monkeypatch.context() as patch:
        patch.setattr(socketio, "emit", broken)
        stored = post(alice, room, "stored all the same")
        app.extensions["broadcaster"].drain()
    following = post(alice, room, "next")

    assert "are stored" in caplog.text
    assert str(stored["message"]["id"]) in caplog.text
    assert [event["message_id"] for _, event in drained(app, bobs)] == [following["message"]["id"]]
    assert created(bob.get(f"/api/messages/{stored['message']['id']}"))["message"]["text"] == "stored all the same"


def test_sync_answers_with_what_happened_since(app, alice, bob, room, connect):
    bobs = connect(bob)
    position = created(bob.get(f"/api/streams/{room['stream']}/snapshot"))["stream_seq"]
    post(alice, room, "hello")

    answer = bobs.emit("sync", {"epoch": None, "positions": {room["stream"]: position}}, callback=True)

    assert [event["data"]["message"]["text"] for event in answer["events"][room["stream"]]] == ["hello"]


@pytest.mark.parametrize("data", [None, "x", 1, [], {"positions": 1}, {"limit": 0}, {"limit": 501}, {"epoch": 7}])
def test_a_bad_sync_gets_an_answer(bob, connect, data):
    answer = connect(bob).emit("sync", data, callback=True)

    assert answer.get("ok") is False or answer["events"] == {}


def test_nobody_signed_in_is_refused(app):
    client = socketio.test_client(app, auth={"v": 1, "device": "d"})

    assert not client.is_connected()


def test_a_withdrawn_token_mutes_the_socket_and_says_goodbye(app, bob, connect):
    bobs = connect(bob)
    token_id = created(bob.get("/api/tokens"))["tokens"][0]["id"]

    created(bob.delete(f"/api/tokens/{token_id}"))
    app.extensions["broadcaster"].drain()
    socketio.sleep(0.05)

    assert [connection.streams for connection in app.extensions["connections"].everyone()] == [set()]
    assert "bye" in [packet["name"] for packet in bobs.get_received()]
    assert bobs.emit("sync", {}, callback=True)["error"]["code"] == "signed_out"


def test_typing_reaches_the_room_and_not_an_outsider(app, alice, bob, carol, room, connect):
    alices, bobs, carols = connect(alice), connect(bob), connect(carol)

    alices.emit("typing", {"room_id": room["id"]}, callback=True)
    refused = carols.emit("typing", {"room_id": room["id"]}, callback=True)

    assert {"room_id": room["id"], "user_id": alice.user_id} in [p["args"][0] for p in bobs.get_received()]
    assert refused["error"]["code"] == "not_found"
    assert "typing" not in [packet["name"] for packet in carols.get_received()]


def test_a_client_that_pours_junk_is_answered_less_and_less(bob, connect):
    bobs = connect(bob)

    answers = [bobs.emit("typing", {"room_id": "x"}, callback=True) for _ in range(100)]

    assert answers[-1]["error"]["code"] == "too_many_requests"
