"""A client that stops reading, against a real server: it costs little, delays nobody, and misses nothing."""

import threading
import time
from contextlib import closing
from pathlib import Path

import pytest
import websocket

from tests.crash.api import Api
from tests.flows.test_live import ALICE, BOB, CAROL, heads, own_room
from tests.wire import Wire

LONG = "<" * 3_900
"""20 kB as an event, with its HTML: what the kernel takes for a client that does not read is soon full."""
MESSAGES = 550


def memory_mb(pid):
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) // 1024


def signed_in(server, person):
    wire = Wire(server.port)
    wire.sign_in(server.tokens[person])
    wire.heard_of("hello")
    return wire


def say_many(server, room):
    """Post as Alice, and return the positions."""
    with closing(Api(server.port, server.tokens[ALICE])) as api:
        path = f"/api/rooms/{room['id']}/messages"
        answers = [api.call("POST", path, {"text": f"{number} {LONG}"}) for number in range(MESSAGES)]
    assert {answer.status for answer in answers} == {201}
    return [answer.body["stream_seq"] for answer in answers]


def wait_until_one_is_left(server):
    """Wait for one of two connections to be cut off, which nobody reads meanwhile: reading would let it catch up."""
    deadline = time.monotonic() + 40
    while len(server.call(ALICE, "GET", "/api/delivery").body["clients"]) > 1:
        assert time.monotonic() < deadline, "both are still connected"
        time.sleep(0.5)


def hear(wire, stream, last):
    """Return the positions that a client hears in the stream, up to the last one."""
    heard = []
    while not heard or heard[-1] < last:
        packet = wire.heard_of("events")
        if packet["stream"] == stream:
            heard += [event["stream_seq"] for event in packet["events"]]
    return heard


def catch_up(wire, positions, stream):
    """Return the positions of the stream's events, page by page, and how large the largest page was."""
    caught_up, sizes, more = [], [], True
    while more:
        answer = wire.ask("sync", {"epoch": None, "positions": positions})
        assert answer["stale"] == []
        page = answer["events"][stream]
        caught_up += [event["stream_seq"] for event in page]
        sizes.append(sum(len(event["data"]["message"]["html"]) for event in page))
        positions = positions | {stream: caught_up[-1]}
        more = answer["more"]
    return caught_up, max(sizes)


@pytest.fixture
def pulse():
    """Return a function that keeps a client's pongs coming although it reads nothing, so that no ping misses it."""
    is_over = threading.Event()
    threads = []

    def beginning(wire):
        def beat():
            try:
                while not is_over.wait(1):
                    wire.send_raw("3")
            except (OSError, websocket.WebSocketException):
                # It was cut off.
                pass

        threads.append(threading.Thread(target=beat))
        threads[-1].start()

    yield beginning
    is_over.set()
    for thread in threads:
        thread.join()


def test_who_stops_reading_is_cut_off_while_the_others_hear_everything_and_catches_up_later(own_server, pulse):
    room = own_room(own_server, BOB, CAROL)
    with closing(signed_in(own_server, BOB)) as bobs, closing(signed_in(own_server, CAROL)) as carols:
        positions = heads(bobs.ask("sync", {"epoch": None, "positions": {}}))
        before = memory_mb(own_server.server.pid)
        pulse(bobs)
        heard = []
        listening = threading.Thread(
            target=lambda: heard.extend(hear(carols, room["stream"], positions[room["stream"]] + MESSAGES))
        )
        listening.start()

        posted = say_many(own_server, room)
        listening.join(30)

        assert heard == posted
        assert memory_mb(own_server.server.pid) - before < 60
        wait_until_one_is_left(own_server)
        assert bobs.is_closed_by_the_server()
    with closing(signed_in(own_server, BOB)) as again:
        caught_up, largest = catch_up(again, positions, room["stream"])

    assert caught_up == posted
    assert largest < 1_000_000
