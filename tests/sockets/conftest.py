"""Fixtures for sockets."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask_socketio import SocketIOTestClient

from chat.extensions import socketio
from tests.conftest import Api
from tests.hearing import until


@pytest.fixture
def connect(app: Flask) -> Iterator[Callable[[Api], SocketIOTestClient]]:
    """Return a function that connects a person's socket; every socket is closed at the end."""
    opened = []

    def opening(person: Api) -> SocketIOTestClient:
        client = socketio.test_client(app, auth={"v": 1, "device": "d", "token": person.token})
        opened.append(client)
        until(lambda: not client.is_connected() or any(packet["name"] == "presence" for packet in client.queue))
        return client

    yield opening
    for client in opened:
        if client.is_connected():
            client.disconnect()
