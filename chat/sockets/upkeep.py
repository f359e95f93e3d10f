"""A sweep twice a second: sockets that have gone, clients that are slow, connections that never sign in, presence."""

import logging
from typing import Any

from flask import Flask

from chat.connections import NAMESPACE, Connection, Connections, cut, is_here, transport
from chat.extensions import socketio
from chat.sockets.presence import Told, tell_changes

logger = logging.getLogger(__name__)

SWEEP_SECONDS = 0.5
MOST_WAITING_PACKETS = 256
MOST_BUSY_SWEEPS = 20
"""Ten seconds behind."""
MOST_STRANGE_SWEEPS = 20
"""Ten seconds to sign in, more when everybody comes at once: then the sweeps come late as well."""


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
    told = Told()
    strangers: dict[str, int] = {}
    while not app.extensions["broadcaster"].is_stopped:
        socketio.sleep(SWEEP_SECONDS)
        try:
            with app.app_context():
                forget_gone(app.extensions["connections"])
                cut_slow(app.extensions["connections"])
                strangers = _cut_strangers(strangers)
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


def _cut_strangers(seen: dict[str, int]) -> dict[str, int]:
    server = socketio.server
    # Who has said who they are and waits in line to be let in is none.
    strangers = {
        eio_sid: seen.get(eio_sid, 0) + 1
        for eio_sid in list(server.eio.sockets)
        if server.manager.sid_from_eio_sid(eio_sid, NAMESPACE) is None
    }
    for eio_sid, sweeps in strangers.items():
        socket = server.eio.sockets.get(eio_sid)
        if socket is not None and sweeps > MOST_STRANGE_SWEEPS:
            logger.info("stranger_cut: a connection did not sign in")
            socket.close(wait=False, abort=True)
    return strangers
