"""The internals of python-engineio and python-socketio that Stet touches: an upgrade that moves one fails here.

`chat/connections.py` and `chat/sockets/upkeep.py` say why each is needed.
"""

import inspect
from importlib.metadata import version

import engineio
import pytest
import socketio as library
from engineio import packet
from engineio.socket import Socket

from chat.connections import NAMESPACE, cut, transport
from chat.extensions import socketio


@pytest.fixture
def server(app):
    """Return the Socket.IO server of the app."""
    return socketio.server


@pytest.fixture
def opened(server):
    """Return a real Engine.IO socket, as a handshake makes it, and the id of the Socket.IO client over it."""
    socket = Socket(server.eio, "eio-1")
    server.eio.sockets["eio-1"] = socket
    return socket, server.manager.connect("eio-1", NAMESPACE)


def test_the_versions_are_those_that_were_measured():
    assert version("python-engineio").startswith("4.")
    assert version("python-socketio").startswith("5.")


def test_the_server_keeps_its_transports_by_id(server):
    assert isinstance(server, library.Server)
    assert isinstance(server.eio, engineio.Server)
    assert isinstance(server.eio.sockets, dict)


def test_the_manager_knows_the_transport_of_a_client(server, opened):
    socket, sid = opened

    assert server.manager.eio_sid_from_sid(sid, NAMESPACE) == "eio-1"
    assert transport(sid) is socket


def test_the_manager_knows_which_transport_has_no_client_yet(server, opened):
    _, sid = opened

    assert server.manager.sid_from_eio_sid("eio-1", NAMESPACE) == sid
    assert server.manager.sid_from_eio_sid("eio-2", NAMESPACE) is None


def test_the_manager_knows_no_transport_of_a_client_that_has_gone(server, opened):
    _, sid = opened
    server.manager.disconnect(sid, NAMESPACE)

    assert server.manager.eio_sid_from_sid(sid, NAMESPACE) is None
    assert transport(sid) is None


def test_a_transport_shows_what_waits_first_for_its_client(opened):
    socket, _ = opened
    first, second = packet.Packet(packet.NOOP), packet.Packet(packet.NOOP)

    socket.queue.put(first)
    socket.queue.put(second)

    assert socket.queue.queue[0] is first


def test_a_transport_counts_what_waits_for_its_client(opened):
    socket, _ = opened
    before = socket.queue.qsize()

    for _ in range(3):
        socket.send(packet.Packet(packet.MESSAGE, data="x"))

    assert (before, socket.queue.qsize()) == (0, 3)


def test_sending_only_enqueues_without_a_bound(opened):
    socket, _ = opened

    for number in range(5_000):
        socket.send(packet.Packet(packet.MESSAGE, data=str(number)))

    assert socket.queue.qsize() == 5_000


def test_a_transport_closes_without_waiting_and_without_a_packet(opened):
    socket, sid = opened
    socket.send(packet.Packet(packet.MESSAGE, data="never read"))

    cut(sid)

    assert socket.closed
    assert [socket.queue.get(), socket.queue.get()][1] is None


def test_close_takes_what_we_pass():
    assert {"wait", "abort"} <= set(inspect.signature(Socket.close).parameters)


def test_cutting_tells_the_server_that_the_client_has_gone(server, opened):
    _, sid = opened

    cut(sid)

    assert not server.manager.is_connected(sid, NAMESPACE)


def test_rooms_are_entered_and_left_by_id(server, opened):
    _, sid = opened

    server.enter_room(sid, "room-1", namespace=NAMESPACE)
    inside = server.rooms(sid, namespace=NAMESPACE)
    server.leave_room(sid, "room-1", namespace=NAMESPACE)

    assert "room-1" in inside
    assert "room-1" not in server.rooms(sid, namespace=NAMESPACE)


def test_pings_and_limits_are_those_that_we_set(server):
    assert (server.eio.ping_interval, server.eio.ping_timeout) == (10, 5)
    assert server.eio.max_http_buffer_size == 64 * 1024


def test_engineio_does_not_check_origins_itself_because_the_gate_does(server):
    assert server.eio.cors_allowed_origins == []


def test_the_mode_is_the_one_that_was_asked_for(app, server):
    assert server.eio.async_mode == app.config["SETTINGS"].async_mode


def test_aiohttp_is_not_installed_because_engineio_would_import_it():
    with pytest.raises(ImportError):
        __import__("aiohttp")


def test_packets_pass_through_our_handler_to_the_one_of_the_library(server):
    assert server.eio.handlers["message"].__module__ == "chat.sockets.malformed"
    assert callable(server._handle_eio_message)
