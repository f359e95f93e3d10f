"""What sockets hear."""

import time
from collections.abc import Callable
from typing import Any

from flask import Flask
from flask_socketio import SocketIOTestClient

Heard = list[tuple[str, dict[str, Any]]]


def drained(app: Flask, client: SocketIOTestClient) -> Heard:
    """Broadcast what is committed, and return the events that the client got since its last look, by stream."""
    app.extensions["broadcaster"].drain()
    return [(packet["stream"], event) for packet in packets(client, "events") for event in packet["events"]]


def packets(client: SocketIOTestClient, name: str) -> list[dict[str, Any]]:
    """Return what the client got under a name since the last look at anything."""
    return [packet["args"][0] for packet in client.get_received() if packet["name"] == name]


def until(is_so: Callable[[], object], *, seconds: float = 10) -> None:
    """Wait until something is so; a test that waits in vain fails."""
    patience_ends = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < patience_ends, "waited in vain"
        time.sleep(0.005)


def types(events: Heard, stream: str) -> list[str]:
    """Return the types of the events of one stream."""
    return [event["type"] for of, event in events if of == stream]
