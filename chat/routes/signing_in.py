"""Opening and closing a browser's session: the row, the cookie and the CSRF token."""

import json
from collections.abc import Mapping
from typing import Any

from flask import Response, current_app, g, request, session
from flask_wtf.csrf import generate_csrf

from chat.actions.end_session import end_session
from chat.actions.start_session import REMEMBERED_HOURS, start_session
from chat.errors import NotJsonError, OtherSiteError
from chat.extensions import db
from chat.hosts import SESSION_COOKIE
from chat.models import Session, User

OWN_SITES = {"same-origin", "none"}


def require_own_json() -> None:
    """Refuse what another site's page could have sent: these requests carry no CSRF token.

    A form cannot send JSON's content type, and a script of another site cannot without asking first.

    Raises:
        NotJsonError: the body says that it is something else.
        OtherSiteError: the browser says that another site's page sent it.
    """
    if request.mimetype != "application/json":
        raise NotJsonError
    if request.headers.get("Sec-Fetch-Site", "none") not in OWN_SITES:
        raise OtherSiteError


def open_session(user: User, *, is_remembered: bool) -> str:
    """Sign the person in, in place of whoever was signed in with this browser; return the cookie value.

    Belongs into a unit of work.
    """
    caller = g.caller
    if caller is not None and caller.session_id is not None:
        earlier = db.session.get(Session, caller.session_id)
        if earlier is not None:
            end_session(earlier, actor_id=caller.id)
    started = start_session(
        user.id,
        user_agent=request.user_agent.string,
        address=request.remote_addr or "",
        is_remembered=is_remembered,
    )
    return started.token


def signed_in(members: Mapping[str, Any], cookie: str, *, is_remembered: bool, status: int = 201) -> Response:
    """Return the answer that carries the cookie, with a new CSRF token beside `members`."""
    # A token from before could have been planted together with its cookie.
    session.clear()
    g.pop("csrf_token", None)
    body = {**members, "csrf_token": generate_csrf()}
    response = Response(json.dumps(body, ensure_ascii=False), status, content_type="application/json")
    response.set_cookie(
        SESSION_COOKIE,
        cookie,
        max_age=REMEMBERED_HOURS * 3600 if is_remembered else None,
        httponly=True,
        samesite="Lax",
        secure=current_app.config["SETTINGS"].cookies_are_secure,
    )
    return response


def signed_out() -> Response:
    """Return the answer that takes the cookies back."""
    session.clear()
    response = Response("{}", 200, content_type="application/json")
    response.delete_cookie(
        SESSION_COOKIE, httponly=True, samesite="Lax", secure=current_app.config["SETTINGS"].cookies_are_secure
    )
    return response
