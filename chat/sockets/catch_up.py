"""`sync`: everything after the client's positions."""

from typing import Any

from flask_socketio import SocketIO

from chat.connections import Connection
from chat.queries.sync import ResetAnswer, SyncAnswer, SyncRequest, sync
from chat.sockets.handling import handles
from chat.sockets.positions import note_positions


def register(sockets: SocketIO) -> None:
    """Add the handler."""
    sockets.on_event("sync", catch_up)


@handles
def catch_up(connection: Connection, data: dict[str, Any]) -> SyncAnswer | ResetAnswer:
    """Answer with what happened since."""
    question = SyncRequest.model_validate(data)
    # What the client says it has. What the answer brings it has only when it says so the next time.
    note_positions(connection, question.epoch, question.positions)
    return sync(connection.caller, question)
