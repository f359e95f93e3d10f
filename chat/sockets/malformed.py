"""Packets that are no Socket.IO packets: the connection that sends one is closed.

python-socketio raises on them before any handler of ours is asked, so that they would cost a trace in the log each and
be counted nowhere.
"""

import logging

from flask import Flask

from chat.extensions import socketio

logger = logging.getLogger(__name__)


def register(_app: Flask) -> None:
    """Stand before python-socketio's own handler of Engine.IO messages."""
    server = socketio.server
    if server is not None:
        server.eio.on("message", take_packet)


def take_packet(eio_sid: str, data: object) -> None:
    """Pass a packet on; one that cannot be read ends the connection, with one line in the log."""
    server = socketio.server
    try:
        server._handle_eio_message(eio_sid, data)  # noqa: SLF001 - held still by tests/contract/test_engineio.py
    except Exception as error:  # noqa: BLE001 - whatever the library raises on a packet that is none
        logger.warning("malformed_packet_cut: %s", type(error).__name__)
        socket = server.eio.sockets.get(eio_sid)
        if socket is not None:
            socket.close(wait=False, abort=True)
