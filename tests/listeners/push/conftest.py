"""Dana, in a room of Alice's, and a phone that is told of it."""

import pytest

from chat.config import Settings
from chat.extensions import socketio
from tests.conftest import created
from tests.consumers import consumer
from tests.people import invite_code, join
from tests.push_phones import Phone, subscribe


@pytest.fixture
def settings(tmp_path):
    hosts = "127.0.0.1, 10.0.0.1, 169.254.169.254, web.push.apple.com"
    return Settings(data=tmp_path / "data", rate_limits=False, allowed_networks="127.0.0.0/8", push_services=hosts)


@pytest.fixture
def service():
    with consumer() as made:
        yield made


@pytest.fixture
def phone(service):
    return Phone(service)


@pytest.fixture
def dana(app, alice):
    """Return the browser of Dana, who is signed in with a cookie, as subscribing needs."""
    return join(app, invite_code(alice), "Dana")


@pytest.fixture
def hall(app, alice, dana):
    app.extensions["listeners"].drain("push")
    body = {"kind": "closed", "name": "launch", "member_ids": [dana.user_id]}
    return created(alice.post("/api/rooms", json=body))["room"]


@pytest.fixture
def dana_connects(app, dana):
    """Return a function that opens a socket of Dana's; it is closed at the end."""
    opened = []

    def connect():
        opened.append(socketio.test_client(app, flask_test_client=dana, auth={"csrf_token": dana.csrf_token}))
        assert opened[-1].is_connected()
        return opened[-1]

    yield connect
    for socket in opened:
        socket.disconnect()


@pytest.fixture
def subscription(dana, hall, phone):
    return subscribe(dana, phone)
