"""Pages, as a browser without scripts uses them: a form is got, filled in and sent back."""

import re
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import Api
from tests.people import Browser, invite_code, join

CSRF_FIELD = re.compile(r'name="csrf_token" value="([^"]+)"')


def submit(client: FlaskClient, page: str, *, to: str | None = None, **fields: Any) -> Any:
    """Open the page and send its form with these fields, as a browser does."""
    token = CSRF_FIELD.search(text_of(client.get(page)))
    assert token is not None, page
    return client.post(to or page, data={"csrf_token": token[1], **fields})


def text_of(response: Any) -> str:
    found: str = response.get_data(as_text=True)
    return found


def enter(app: Flask, alice: Api, name: str = "Dana") -> Browser:
    """Return the browser of a new person whose requests carry no CSRF header: forms bring their own."""
    made = join(app, invite_code(alice, max_uses=1), name)
    made.csrf_token = ""
    return made


def owner_browser(app: Flask, alice: Api) -> Browser:
    """Return the browser of Olga, who owns the workspace together with Alice."""
    made = enter(app, alice, "Olga")
    alice.patch(f"/api/users/{made.user_id}", json={"role": "owner"})
    return made


def cookie_of(client: FlaskClient) -> str | None:
    cookie = client.get_cookie("stet_session")
    return None if cookie is None else cookie.value
