"""Presence: active, away or offline per person over all of their sockets; never stored."""

from typing import Any

from flask import Flask
from flask_socketio import SocketIO

from chat.connections import Connection, Connections
from chat.extensions import socketio
from chat.sockets.handling import handles


def register(sockets: SocketIO) -> None:
    """Add the handler."""
    sockets.on_event("presence", set_presence)


@handles
def set_presence(connection: Connection, data: dict[str, Any]) -> dict[str, bool]:
    """Note whether somebody looks at this device; the next sweep tells the others."""
    connection.is_away = data.get("state") == "away"
    return {"ok": True}


def say_presence(connections: Connections, sid: str) -> None:
    """Send one socket the whole picture."""
    socketio.emit("presence", {"users": _wire(present_people(connections))}, to=sid)


def tell_changes(app: Flask, told: dict[int, str]) -> dict[int, str]:
    """Tell everybody what changed since `told`, and return how it is now."""
    present = present_people(app.extensions["connections"])
    changed = {user_id: state for user_id, state in present.items() if told.get(user_id) != state}
    changed |= dict.fromkeys(told.keys() - present.keys(), "offline")
    if changed:
        socketio.emit("presence", {"users": _wire(changed)})
    return present


def present_people(connections: Connections) -> dict[int, str]:
    """Return who is here: active if any of their sockets is."""
    people: dict[int, str] = {}
    for connection in connections.everyone():
        if not connection.is_ending:
            state = "away" if connection.is_away else "active"
            people[connection.caller.id] = "active" if "active" in {state, people.get(connection.caller.id)} else state
    return people


def _wire(people: dict[int, str]) -> dict[str, str]:
    return {str(user_id): state for user_id, state in people.items()}
