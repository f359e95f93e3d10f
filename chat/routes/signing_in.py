"""Opening and closing a browser's session: the row, the cookie and the CSRF token."""

import json
from typing import Any, NamedTuple

from flask import Response, current_app, g, request, session
from flask_wtf.csrf import generate_csrf
from werkzeug.utils import redirect
from werkzeug.wrappers import Response as AnyResponse

from chat.actions.end_session import end_session
from chat.actions.start_session import REMEMBERED_HOURS, start_session
from chat.errors import NotJsonError, OtherSiteError
from chat.extensions import db
from chat.hosts import SESSION_COOKIE
from chat.models import Session, User
from chat.payloads import UserPayload, user_payload
from chat.queries.preferences import preferences_of
from chat.routes.looks import keep_looks, looks_in

OWN_SITES = {"same-origin", "none"}


class Opened(NamedTuple):
    """A session that has begun: whose it is, and the cookie value that opens it."""

    user: UserPayload
    cookie: str
    is_remembered: bool
    looks: dict[str, str]


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


def open_session(user: User, *, is_remembered: bool) -> Opened:
    """Sign the person in, in place of whoever was signed in with this browser.

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
    return Opened(user_payload(user), started.token, is_remembered, looks_in(preferences_of(user)))


def signed_in(opened: Opened, **members: Any) -> Response:
    """Return the JSON that carries the cookie, with a new CSRF token beside the person and `members`."""
    _forget_csrf_token()
    body = {"user": opened.user, **members, "csrf_token": generate_csrf()}
    response = Response(json.dumps(body, ensure_ascii=False), 201, content_type="application/json")
    _give_cookie(response, opened)
    return response


def signed_in_at(path: str, opened: Opened) -> AnyResponse:
    """Return the redirect that carries the cookie, for pages."""
    _forget_csrf_token()
    response = redirect(path)
    _give_cookie(response, opened)
    return response


def signed_out() -> Response:
    """Return the JSON that takes the cookies back."""
    response = Response("{}", 200, content_type="application/json")
    _take_cookies(response)
    return response


def signed_out_at(path: str) -> AnyResponse:
    """Return the redirect that takes the cookies back, for pages."""
    response = redirect(path)
    _take_cookies(response)
    return response


def _forget_csrf_token() -> None:
    # A token from before could have been planted together with its cookie.
    session.clear()
    g.pop("csrf_token", None)


def _give_cookie(response: AnyResponse, opened: Opened) -> None:
    response.set_cookie(
        SESSION_COOKIE,
        opened.cookie,
        max_age=REMEMBERED_HOURS * 3600 if opened.is_remembered else None,
        httponly=True,
        samesite="Lax",
        secure=current_app.config["SETTINGS"].cookies_are_secure,
    )
    keep_looks(response, opened.looks)


def _take_cookies(response: AnyResponse) -> None:
    session.clear()
    response.delete_cookie(
        SESSION_COOKIE, httponly=True, samesite="Lax", secure=current_app.config["SETTINGS"].cookies_are_secure
    )
