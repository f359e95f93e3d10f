"""Events that nobody knows: counted, so that a client that pours them is cut off."""

from typing import Any

from flask_socketio import SocketIO

from chat.sockets.handling import pour


def register(sockets: SocketIO) -> None:
    """Add the handler of everything else."""
    sockets.on_event("*", refuse_unknown)


def refuse_unknown(_event: str, *_: object) -> dict[str, Any]:
    """Answer that there is no such event."""
    pour()
    return {"ok": False, "error": {"code": "unknown_event", "detail": ""}}
