"""Sockets deliver; writes go by HTTP."""

from flask import Flask

from chat.connections import Connections
from chat.extensions import socketio
from chat.sockets import catch_up, connection, gate, junk, malformed, positions, presence, typing, upkeep


def register(app: Flask) -> None:
    """Put the gate before Engine.IO and the handlers behind it."""
    app.extensions.setdefault("connections", Connections())
    for part in (connection, catch_up, positions, typing, presence, junk):
        part.register(socketio)
    malformed.register(app)
    gate.register(app)


def start(app: Flask) -> None:
    """Set the upkeep going: slow clients, half-open connections, presence."""
    upkeep.start(app)
