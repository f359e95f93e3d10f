"""Fixtures: an app on a real SQLite file per test, and the people of every story.

Alice owns the workspace, Bob is a member, Carol is an outsider: signed in, but in none of the rooms of the others.
"""

import app as entry  # noqa: F401 - patches the standard library first, as in the real server

import gc
import secrets
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_socket
from flask import Flask
from flask.testing import FlaskClient
from flask_socketio import SocketIOTestClient
from werkzeug.routing import Rule

from chat import database
from chat.clock import now_text
from chat.config import Settings
from chat.events import UserJoined
from chat.extensions import db
from chat.factory import close_app, create_app
from chat.models import ApiToken, User, Workspace
from chat.payloads import user_payload
from chat.queries.caller import hash_token
from chat.queries.sight import streams_about
from chat.unit_of_work import publish, unit_of_work

NO_PASSWORD = "!"

# pytest-socket remembers what it restricts from before the patching, and would put the unpatched sockets back.
pytest_socket._true_socket = socket.socket
pytest_socket._true_connect = socket.socket.connect

_compile_builder = Rule._compile_builder
_builders: dict[Any, Any] = {}


def _builder_once(rule: Rule, append_unknown: bool = True) -> Any:  # noqa: FBT001, FBT002 - as the library calls it
    """Compile what builds the addresses of a rule once: it took more than half of the time of making an app."""
    defaults = frozenset((rule.defaults or {}).items())
    key = (tuple(rule._trace), defaults, tuple(sorted(rule.arguments)), append_unknown)
    if key not in _builders:
        _builders[key] = _compile_builder(rule, append_unknown)
    return _builders[key]


# What is compiled takes the rule itself as an argument, converters and all.
Rule._compile_builder = _builder_once


def pytest_collection_finish() -> None:
    """Look for garbage less often, and not among what was imported: it took a third of the time of the tests."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


class Api(FlaskClient):
    """A client that signs in with a bearer token."""

    user_id: int
    token: str

    def open(self, *args: Any, **kwargs: Any) -> Any:
        """Send the token with every request."""
        headers = dict(kwargs.pop("headers", None) or {})
        headers.setdefault("Authorization", f"Bearer {self.token}")
        return super().open(*args, headers=headers, **kwargs)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Return settings on a data folder of the test's own."""
    return Settings(data=tmp_path / "data", rate_limits=False, writer_busy_timeout_seconds=0.3)


@pytest.fixture(scope="session")
def migrated_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an empty database with all tables, made once: migrating takes half of the time of making an app."""
    made = Settings(data=tmp_path_factory.mktemp("migrated"))
    database.prepare(made)
    return made.database_file


@pytest.fixture
def app(settings: Settings, migrated_database: Path) -> Iterator[Flask]:
    """Return the app; its background loops are not running, so that a test decides when the broadcaster looks."""
    settings.data.mkdir(exist_ok=True)
    shutil.copyfile(migrated_database, settings.database_file)
    made = create_app(settings)
    made.config["TESTING"] = False
    with made.app_context(), unit_of_work():
        db.session.add(Workspace(id=1, name="Saebom Studio", created_at=now_text()))
    yield made
    close_app(made)
    # The library remembers each client of a test, and with it the app.
    SocketIOTestClient.clients.clear()


@pytest.fixture
def alice(app: Flask) -> Api:
    """Alice owns the workspace."""
    return sign_up(app, "Alice Kim", role="owner")


@pytest.fixture
def bob(app: Flask, alice: Api) -> Api:
    """Bob is a member."""
    return sign_up(app, "Bob Lee")


@pytest.fixture
def carol(app: Flask, bob: Api) -> Api:
    """Carol is in the workspace and in nobody's room."""
    return sign_up(app, "Carol Park")


@pytest.fixture
def anonymous(app: Flask) -> FlaskClient:
    """Somebody who is not signed in."""
    return app.test_client()


def sign_up(app: Flask, name: str, *, role: str = "member") -> Api:
    """Make a person with a bearer token, and return their client."""
    token = secrets.token_urlsafe(32)
    with app.app_context(), unit_of_work():
        user = User(
            email=f"{name.split(maxsplit=1)[0].lower()}@example.com",
            name=name,
            password_hash=NO_PASSWORD,
            role=role,
            created_at=now_text(),
        )
        db.session.add(user)
        db.session.flush()
        db.session.add(ApiToken(user_id=user.id, name="test", token_hash=hash_token(token), created_at=now_text()))
        publish(UserJoined(actor_id=user.id, user=user_payload(user)), *streams_about(user.id))
        user_id = user.id
    app.test_client_class = Api
    client = app.test_client()
    app.test_client_class = None
    assert isinstance(client, Api)
    client.user_id = user_id
    client.token = token
    return client


@pytest.fixture
def room(alice: Api, bob: Api) -> dict[str, Any]:
    """Return a closed room with Alice and Bob in it, as Alice sees it."""
    body = {"kind": "closed", "name": "launch", "member_ids": [bob.user_id]}
    return created(alice.post("/api/rooms", json=body))["room"]


def created(response: Any) -> dict[str, Any]:
    """Return the JSON of an answer that must be a success."""
    assert response.status_code in {200, 201}, response.get_data(as_text=True)
    found: dict[str, Any] = response.get_json()
    return found


def post(client: FlaskClient, room: dict[str, Any], text: str, **headers: str) -> dict[str, Any]:
    """Post a message and return the whole answer."""
    return created(client.post(f"/api/rooms/{room['id']}/messages", json={"text": text}, headers=headers))
