"""`sync`: everything after the client's positions."""

from typing import Any

from flask_socketio import SocketIO

from chat.connections import Connection
from chat.queries.sync import ResetAnswer, SyncAnswer, SyncRequest, sync
from chat.sockets.handling import handles


def register(sockets: SocketIO) -> None:
    """Add the handler."""
    sockets.on_event("sync", catch_up)


@handles
def catch_up(connection: Connection, data: dict[str, Any]) -> SyncAnswer | ResetAnswer:
    """Answer with what happened since."""
    return sync(connection.caller, SyncRequest.model_validate(data))
