"""A sweep twice a second: sockets that have gone, clients that are slow, connections that never sign in, presence."""

import logging
import time
from typing import Any

from flask import Flask

from chat.connections import Connection, Connections, cut, is_here, transport
from chat.extensions import socketio
from chat.sockets.presence import tell_changes

logger = logging.getLogger(__name__)

SWEEP_SECONDS = 0.5
MOST_WAITING_PACKETS = 256
MOST_BUSY_SWEEPS = 20
"""Ten seconds behind."""
SIGN_IN_SECONDS = 10


def start(app: Flask) -> None:
    """Sweep in the background until the app is closed."""
    socketio.start_background_task(_sweep_for_ever, app)


def forget_gone(connections: Connections) -> None:
    """Forget the sockets that went while they were being let in, before there was anything to remove."""
    for connection in connections.everyone():
        if not is_here(connection.sid):
            connections.remove(connection.sid)


def cut_slow(connections: Connections) -> None:
    """End every socket whose client is over 256 packets or ten seconds behind; it comes back and pulls."""
    for connection in connections.everyone():
        if not connection.is_ending and _is_slow(connection):
            logger.info("slow_client_cut: user %d", connection.caller.id)
            connections.mute(connection)
            cut(connection.sid)


def _sweep_for_ever(app: Flask) -> None:
    told: dict[int, str] = {}
    first_seen: dict[str, float] = {}
    while not app.extensions["broadcaster"].is_stopped:
        socketio.sleep(SWEEP_SECONDS)
        try:
            with app.app_context():
                forget_gone(app.extensions["connections"])
                cut_slow(app.extensions["connections"])
                first_seen = _cut_strangers(app.extensions["connections"], first_seen)
                told = tell_changes(app, told)
        except Exception:
            logger.exception("sweep_failed")


def _is_slow(connection: Connection) -> bool:
    socket = transport(connection.sid)
    waiting = 0 if socket is None else socket.queue.qsize()
    first = _first_packet(socket) if waiting else None
    # By the packet and not by the number: whoever takes packets keeps up, however many come after them.
    connection.busy_sweeps = connection.busy_sweeps + 1 if first is not None and first is connection.first_packet else 0
    connection.first_packet = first
    return waiting > MOST_WAITING_PACKETS or connection.busy_sweeps >= MOST_BUSY_SWEEPS


def _first_packet(socket: Any) -> object | None:
    try:
        packet: object = socket.queue.queue[0]
    except IndexError:
        # It was taken meanwhile.
        return None
    return packet


def _cut_strangers(connections: Connections, first_seen: dict[str, float]) -> dict[str, float]:
    server = socketio.server
    known = {server.manager.eio_sid_from_sid(c.sid, "/") for c in connections.everyone()}
    present = time.monotonic()
    strangers = {
        eio_sid: first_seen.get(eio_sid, present) for eio_sid in list(server.eio.sockets) if eio_sid not in known
    }
    for eio_sid, since in strangers.items():
        socket = server.eio.sockets.get(eio_sid)
        if socket is not None and present - since > SIGN_IN_SECONDS:
            socket.close(wait=False, abort=True)
    return strangers
