"""Against a real server over a real WebSocket: hello, sync, events, the gate, the farewell."""

import http.client
import os
import signal
import socket
import sqlite3
import threading
import uuid
from contextlib import ExitStack

import pytest
import websocket

from tests.wire import Wire

ALICE, BOB, CAROL = 0, 1, 2


def heads(answer):
    return {fresh["stream"]: fresh["head"] for fresh in answer["fresh"]}


def own_room(live_server, *people):
    """Make a closed room of Alice's with more people in it, and return it."""
    users = live_server.call(ALICE, "GET", "/api/users").body["users"]
    body = {"kind": "closed", "name": str(uuid.uuid4()), "member_ids": [users[person]["id"] for person in people]}
    return live_server.call(ALICE, "POST", "/api/rooms", body).body["room"]


def say(live_server, person, room, text):
    answer = live_server.call(person, "POST", f"/api/rooms/{room['id']}/messages", {"text": text})
    assert answer.status == 201
    return answer.body


def handshake(port, path="/socket.io/?EIO=4&transport=polling", **headers):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=15)
    connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response.status, body


def test_hello_follows_the_joining_so_that_nothing_falls_between(live_server, wire):
    room = own_room(live_server, BOB)
    bobs = wire()

    accepted = bobs.sign_in(live_server.tokens[BOB])
    first, second = bobs.heard(), bobs.heard()
    posted = say(live_server, ALICE, room, "after hello")
    (event,) = bobs.heard_of("events")["events"]

    assert accepted.startswith("40")
    assert first[0] == "hello"
    assert set(first[1]) == {"epoch", "user_id", "session_id"}
    assert second[0] == "presence"
    assert event["data"]["message"] == posted["message"]
    assert event["stream_seq"] == posted["stream_seq"]


def test_a_client_that_was_away_catches_up_and_goes_on_live(live_server, wire):
    room = own_room(live_server, BOB)
    bobs = wire()
    bobs.sign_in(live_server.tokens[BOB])
    epoch = bobs.heard_of("hello")["epoch"]
    positions = heads(bobs.ask("sync", {"epoch": None, "positions": {}}))
    bobs.close()
    missed = [say(live_server, ALICE, room, f"missed {number}")["stream_seq"] for number in range(3)]

    again = wire()
    again.sign_in(live_server.tokens[BOB])
    again.heard_of("hello")
    answer = again.ask("sync", {"epoch": epoch, "positions": positions})
    live = say(live_server, ALICE, room, "live")
    packet = again.heard_of("events")

    assert [event["stream_seq"] for event in answer["events"][room["stream"]]] == missed
    assert (packet["stream"], packet["epoch"]) == (room["stream"], epoch)
    assert [event["stream_seq"] for event in packet["events"]] == [live["stream_seq"]]


def test_everybody_hears_one_order(live_server, wire):
    room = own_room(live_server, BOB)
    bobs, alices = wire(), wire()
    bobs.sign_in(live_server.tokens[BOB])
    alices.sign_in(live_server.tokens[ALICE])
    bobs.heard_of("hello"), alices.heard_of("hello")
    senders = [threading.Thread(target=say, args=(live_server, n % 2, room, str(n))) for n in range(20)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()

    heard = [in_order(each, room["stream"], 20) for each in (bobs, alices)]

    assert heard[0] == heard[1]
    assert [seq for seq, _ in heard[0]] == list(range(heard[0][0][0], heard[0][0][0] + 20))
    assert [message_id for _, message_id in heard[0]] == sorted(message_id for _, message_id in heard[0])


def in_order(each, stream, count):
    """Return position and message of the next `count` messages of the stream."""
    found = []
    while len(found) < count:
        packet = each.heard_of("events")
        found += [(e["stream_seq"], e["message_id"]) for e in packet["events"] if e["type"] == "message_posted"]
        assert packet["stream"] == stream
    return found


def test_an_outsider_hears_and_gets_nothing(live_server, wire):
    room = own_room(live_server, BOB)
    carols = wire()
    carols.sign_in(live_server.tokens[CAROL])
    carols.heard_of("hello")

    say(live_server, ALICE, room, "a secret")
    answer = carols.ask("sync", {"epoch": None, "positions": {room["stream"]: 1}})
    refused = carols.ask("typing", {"room_id": room["id"]})

    assert answer["gone"] == [room["stream"]]
    assert "a secret" not in str(answer)
    assert refused["error"]["code"] == "not_found"


@pytest.mark.parametrize("token", [None, "", "not a token", "x" * 10_000])
def test_nobody_gets_in_without_a_token(wire, token):
    stranger = wire()

    assert stranger.sign_in(token).startswith("44")


def test_a_token_that_is_withdrawn_ends_the_socket(live_server, wire):
    made = live_server.call(BOB, "POST", "/api/tokens", {"name": "short-lived"}).body
    bobs = wire()
    bobs.sign_in(made["token"])
    bobs.heard_of("hello")

    live_server.call(BOB, "DELETE", f"/api/tokens/{made['id']}")

    assert bobs.heard_of("bye") == {"reason": "signed_out", "retry_ms": None}
    assert bobs.is_closed_by_the_server()


def test_an_event_called_disconnect_closes_the_connection(live_server, wire):
    bobs = wire()
    bobs.sign_in(live_server.tokens[BOB])
    bobs.heard_of("hello")

    bobs.send("disconnect", "client disconnect")

    assert bobs.is_closed_by_the_server()


def test_who_pours_junk_is_cut_and_starves_nobody(live_server, wire):
    bobs, alices = wire(), wire()
    bobs.sign_in(live_server.tokens[BOB])
    alices.sign_in(live_server.tokens[ALICE])
    alices.heard_of("hello")

    for number in range(600):
        bobs.send("junk", number)
    answer = alices.ask("sync", {"epoch": None, "positions": {}})

    assert answer["more"] is False
    assert bobs.is_closed_by_the_server()


@pytest.mark.parametrize(
    "packet", ["42[]", "42[{}]", "42[[]]", "42", "42{", "4", "99", "44{}", "451-[{}]", "42[1]", "420[null]"]
)
def test_packets_that_are_none_harm_nobody(live_server, wire, packet):
    odd, alices = wire(), wire()
    odd.sign_in(live_server.tokens[BOB])
    alices.sign_in(live_server.tokens[ALICE])

    odd._socket.send(packet)

    assert "epoch" in alices.ask("sync", {"epoch": None, "positions": {}})


def test_a_packet_over_the_limit_closes_only_its_own_connection(live_server, wire):
    big, alices = wire(), wire()
    big.sign_in(live_server.tokens[BOB])
    alices.sign_in(live_server.tokens[ALICE])

    big.send("sync", "x" * 200_000)

    assert big.is_closed_by_the_server()
    assert "epoch" in alices.ask("sync", {"epoch": None, "positions": {}})


# The gate


def test_another_site_reaches_neither_transport(live_server, wire):
    with pytest.raises(websocket.WebSocketBadStatusException) as refused:
        wire(origin="http://evil.example")

    assert refused.value.status_code == 403
    assert handshake(live_server.port, Origin="http://evil.example")[0] == 403
    assert handshake(live_server.port, Sec_Fetch_Site="cross-site")[0] == 403


def test_an_origin_that_is_no_address_is_refused(live_server):
    assert {handshake(live_server.port, Origin=origin)[0] for origin in ("http://[", "null", "", "x")} == {403}


def test_another_host_name_reaches_neither_transport(live_server, wire):
    with pytest.raises(websocket.WebSocketBadStatusException) as refused:
        wire(host="evil.example")

    assert refused.value.status_code == 400
    assert handshake(live_server.port, Host="evil.example")[0] == 400
    assert handshake(live_server.port, "/api/health", Host="evil.example")[0] == 400


def test_our_own_page_reaches_both_transports(live_server, wire):
    origin = f"http://127.0.0.1:{live_server.port}"

    assert wire(origin=origin).sign_in(live_server.tokens[BOB]).startswith("40")
    assert handshake(live_server.port, Origin=origin)[0] == 200


def test_a_cookie_that_is_no_session_reaches_neither_transport(live_server, wire):
    with pytest.raises(websocket.WebSocketBadStatusException) as refused:
        wire(cookie="stet_session=none")

    assert refused.value.status_code == 401
    assert handshake(live_server.port, Cookie="stet_session=none")[0] == 401


def test_no_answer_tells_what_another_site_may_read(live_server):
    connection = http.client.HTTPConnection("127.0.0.1", live_server.port, timeout=15)
    connection.request("GET", "/socket.io/?EIO=4&transport=polling", headers={})
    response = connection.getresponse()
    response.read()
    connection.close()

    assert response.getheader("Access-Control-Allow-Origin") is None


# The end


def test_at_sigterm_everybody_is_told_and_everything_is_on_disk(own_server):
    bobs = Wire(own_server.port)
    bobs.sign_in(own_server.tokens[BOB])
    bobs.heard_of("hello")
    room = own_room(own_server, BOB)
    posted = say(own_server, ALICE, room, "the last word")

    os.kill(own_server.server.pid, signal.SIGTERM)
    farewell = bobs.heard_of("bye")
    status = own_server.server._process.wait(15)
    bobs.close()

    assert farewell == {"reason": "stopping", "retry_ms": 1000}
    assert status == 0
    with sqlite3.connect(own_server.server.database_file) as sqlite:
        stored = sqlite.execute("SELECT text FROM message WHERE id = ?", (posted["message"]["id"],)).fetchall()
    sqlite.close()
    assert stored == [("the last word",)]
    assert not own_server.server.database_file.with_name("stet.sqlite3-wal").exists()


def test_after_kill_9_a_new_process_has_all_that_was_acknowledged_and_the_same_epoch(own_server):
    room = own_room(own_server, BOB)
    posted = say(own_server, ALICE, room, "acknowledged")

    own_server.server.kill()
    own_server.server.start()

    found = own_server.call(BOB, "GET", f"/api/messages/{posted['message']['id']}").body
    assert found == {"message": posted["message"]}
    assert own_server.call(BOB, "GET", "/api/me").body["epoch"] == posted["epoch"]


def test_a_post_that_is_repeated_after_kill_9_is_stored_once(own_server):
    room = own_room(own_server, BOB)
    key = str(uuid.uuid4())
    where = f"/api/rooms/{room['id']}/messages"
    first = own_server.call(ALICE, "POST", where, {"text": "once"}, key=key)

    own_server.server.kill()
    own_server.server.start()
    second = own_server.call(ALICE, "POST", where, {"text": "once"}, key=key)

    assert (first.status, second.status) == (201, 200)
    assert first.body == second.body


def test_a_body_that_is_slow_to_arrive_keeps_nobody_else_from_writing_or_reading(live_server):
    room = own_room(live_server)
    head = (
        f"PATCH /api/me HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {live_server.tokens[BOB]}\r\n"
        "Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"
    )
    with ExitStack() as slow:
        # More than there are connections to the database.
        for _ in range(40):
            stalled = slow.enter_context(socket.create_connection(("127.0.0.1", live_server.port)))
            stalled.sendall(head.encode())

        say(live_server, ALICE, room, "not in their hands")
        answer = live_server.call(ALICE, "GET", "/api/me")

    assert answer.status == 200


@pytest.mark.parametrize("packet", ["42[]", "42[[]]", "42{}", "49", "4x", "450-[]"])
def test_a_packet_that_is_none_ends_the_connection(live_server, wire, packet):
    bobs = wire()
    bobs.sign_in(live_server.tokens[BOB])

    bobs.send_raw(packet)

    assert bobs.is_closed_by_the_server()
