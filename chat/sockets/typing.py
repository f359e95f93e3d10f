"""Typing: told to the room at once, never stored."""

import time
from typing import Any

from flask import current_app
from flask_socketio import SocketIO

from chat.connections import Connection
from chat.extensions import socketio
from chat.log import room_stream
from chat.queries.rooms import room_for
from chat.sockets.handling import handles

LEAST_SECONDS_BETWEEN = 1.0
REMEMBERED = 10_000


def register(sockets: SocketIO) -> None:
    """Add the handler."""
    sockets.on_event("typing", tell_typing)


@handles
def tell_typing(connection: Connection, data: dict[str, Any]) -> dict[str, bool]:
    """Tell the others in the room that the person is typing; more than once a second is once."""
    room_id = data.get("room_id")
    if not isinstance(room_id, int) or isinstance(room_id, bool) or not 0 < room_id < 2**53:
        return {"ok": False}
    room_for(connection.caller, room_id)
    if _is_due(connection.caller.id, room_id):
        packet = {"room_id": room_id, "user_id": connection.caller.id}
        socketio.emit("typing", packet, to=room_stream(room_id), skip_sid=connection.sid)
    return {"ok": True}


def _is_due(user_id: int, room_id: int) -> bool:
    told: dict[tuple[int, int], float] = current_app.extensions.setdefault("typing_told", {})
    present = time.monotonic()
    if present - told.get((user_id, room_id), -LEAST_SECONDS_BETWEEN) < LEAST_SECONDS_BETWEEN:
        return False
    if len(told) >= REMEMBERED:
        told.clear()
    told[user_id, room_id] = present
    return True
