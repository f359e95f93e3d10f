"""Every event of a socket gets an answer, however odd it is, and nobody may pour."""

import pytest

from chat.connections import transport
from chat.extensions import socketio
from chat.sockets import handling
from tests.hearing import packets
from tests.sockets.test_upkeep import Transport

ODD = [None, "x", 1, [], [[]], {}, True, {"room_id": None}, "x" * 10_000]
NOT_A_ROOM = [None, "1", 1.5, [], {}, True, 0, -1, 2**53, 2**63, -(2**63), -(2**70), 10**30, 4_242]


@pytest.mark.parametrize("event", ["sync", "typing", "presence", "received", "message", "json", "no such event", ""])
def test_odd_data_gets_an_answer(bob, connect, event):
    bobs = connect(bob)

    answers = [bobs.emit(event, data, callback=True) for data in ODD]

    assert {type(answer) for answer in answers} == {dict}
    assert "unexpected" not in str(answers)


def test_typing_in_what_is_no_room_is_not_an_error_of_ours(bob, connect):
    bobs = connect(bob)

    answers = [bobs.emit("typing", {"room_id": room_id}, callback=True) for room_id in NOT_A_ROOM]

    assert {answer["ok"] for answer in answers} == {False}
    assert "unexpected" not in str(answers)


def test_typing_twice_at_once_is_told_once(alice, bob, room, connect):
    alices, bobs = connect(alice), connect(bob)

    for _ in range(5):
        alices.emit("typing", {"room_id": room["id"]}, callback=True)

    assert packets(bobs, "typing") == [{"room_id": room["id"], "user_id": alice.user_id}]


def test_who_types_is_not_told_of_it(alice, room, connect):
    alices = connect(alice)

    alices.emit("typing", {"room_id": room["id"]}, callback=True)

    assert packets(alices, "typing") == []


def test_events_that_nobody_knows_are_counted_too(bob, connect):
    bobs = connect(bob)

    for _ in range(handling.BURST + 40):
        bobs.emit("no such event", callback=True)

    assert bobs.emit("typing", {"room_id": 1}, callback=True)["error"]["code"] == "too_many_requests"


def test_who_goes_on_pouring_is_cut(app, bob, connect):
    bobs = connect(bob)
    pipe = Transport(0)
    socketio.server.eio.sockets[bobs.eio_sid] = pipe

    for _ in range(handling.BURST + handling.MOST_REFUSALS + 200):
        bobs.emit("junk", callback=True)

    assert pipe.closed_with == {"wait": False, "abort": True}


def test_one_clients_pouring_takes_nothing_from_another(alice, bob, connect):
    alices, bobs = connect(alice), connect(bob)

    for _ in range(200):
        bobs.emit("junk", callback=True)

    assert "events" in alices.emit("sync", {}, callback=True)


def test_a_socket_that_has_gone_has_no_transport(app, bob, connect):
    bobs = connect(bob)
    bobs.emit("typing", {}, callback=True)
    (connection,) = app.extensions["connections"].everyone()
    bobs.disconnect()

    assert transport(connection.sid) is None
    assert app.extensions["connections"].everyone() == []
    assert app.extensions["socket_buckets"] == {}


def test_a_fault_in_a_handler_is_answered_with_an_id(app, bob, connect, caplog):
    bobs = connect(bob)
    app.extensions["writer"].sqlite.execute("ALTER TABLE stream RENAME TO lost")

    answer = bobs.emit("sync", {}, callback=True)

    assert (answer["ok"], answer["error"]["code"]) == (False, "unexpected")
    assert answer["error"]["id"] in caplog.text
    assert "lost" not in str(answer)
    assert "stream" not in str(answer)
