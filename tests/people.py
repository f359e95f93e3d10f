"""Browsers, as people use them: a cookie, a CSRF token, a password."""

from collections.abc import Callable
from threading import Thread
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from chat.extensions import db
from chat.models import LoggedEvent
from tests.conftest import created

PASSWORD = "a long enough sentence"
JUNK: list[Any] = [{}, [], ["x"], 1, 1.5, True, None]
"""What a JSON field for a string must not be."""


class Browser(FlaskClient):
    """A client with cookies that sends its CSRF token with every request."""

    csrf_token = ""
    user_id = 0

    def open(self, *args: Any, **kwargs: Any) -> Any:
        headers = dict(kwargs.pop("headers", None) or {})
        headers.setdefault("X-CSRF-Token", self.csrf_token)
        return super().open(*args, headers=headers, **kwargs)

    def enter(self, response: Any) -> dict[str, Any]:
        """Keep what a sign-in answered."""
        body = created(response)
        self.csrf_token = body["csrf_token"]
        self.user_id = body["user"]["id"]
        return body


def browser(app: Flask) -> Browser:
    """Return a browser that nobody has signed in with yet."""
    app.test_client_class = Browser
    made = app.test_client()
    app.test_client_class = None
    assert isinstance(made, Browser)
    return made


def invite_code(owner: FlaskClient, **body: Any) -> str:
    return str(created(owner.post("/api/invites", json=body))["code"])


def join(app: Flask, code: str, name: str) -> Browser:
    """Return the browser of a new person, signed in; the email is name@example.com."""
    made = browser(app)
    made.enter(made.post(f"/api/join/{code}", json=new_person(name)))
    return made


def sign_in(app: Flask, name: str, **body: Any) -> Browser:
    """Return one more browser of a person who joined."""
    made = browser(app)
    made.enter(made.post("/api/session", json=credentials(name) | body))
    return made


def new_person(name: str, **fields: Any) -> dict[str, Any]:
    return {"name": name, **credentials(name), **fields}


def credentials(name: str) -> dict[str, Any]:
    return {"email": f"{name.lower()}@example.com", "password": PASSWORD}


def in_parallel(count: int, call: Callable[[int], Any]) -> list[Any]:
    """Return what the calls returned, all started at the same time."""
    answers: list[Any] = [None] * count

    def run(number: int) -> None:
        answers[number] = call(number)

    threads = [Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def event_types(app: Flask, stream: str) -> list[str]:
    """Return what has happened in a stream, oldest first."""
    with app.app_context():
        query = sa.select(LoggedEvent.type).where(LoggedEvent.stream_id == stream).order_by(LoggedEvent.stream_seq)
        return list(db.session.scalars(query))
