"""Who asks: a session cookie with a CSRF token, or a bearer token without one."""

from flask import Flask, g, request
from flask_wtf.csrf import CSRFError

from chat.errors import CsrfError, SignedOutError
from chat.extensions import csrf
from chat.hosts import SESSION_COOKIE
from chat.permissions import Caller
from chat.queries.caller import caller_by_now, caller_by_session, caller_by_token

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
ASKS_NOBODY = {
    "static",
    "incoming.receive",
    "installing.receive_share",
    "mail.show_unsubscribing",
    "mail.unsubscribe",
}
"""Who is signed in does not matter there: nothing is written, or the secret in the address is all that counts."""
WITHOUT_TOKEN = {"session.create", "setup.create", "join.create", "reset.create", "forgotten.create"}
"""Their pages may be older than the session, and hold no token; `require_own_json` keeps other sites out."""


def register(app: Flask) -> None:
    """Find out who asks before every request, and check the CSRF token where a cookie says so."""
    app.before_request(_identify)


def current_user() -> Caller:
    """Return who asks.

    Raises:
        SignedOutError: nobody is signed in.
    """
    if g.caller is None:
        raise SignedOutError
    caller: Caller = g.caller
    return caller


def confirm_caller() -> None:
    """Look at the caller again inside a unit of work: a role or a session may have ended while it waited for the turn.

    Raises:
        SignedOutError: what they signed in with is over.
    """
    g.caller = caller_by_now(current_user())
    current_user()


def _identify() -> None:
    g.caller = None
    if request.endpoint is None or request.endpoint in ASKS_NOBODY:
        return
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        g.caller = caller_by_token(token.strip())
        return
    cookie = request.cookies.get(SESSION_COOKIE)
    if cookie:
        g.caller = caller_by_session(cookie)
        needs_token = request.method not in SAFE_METHODS and request.endpoint not in WITHOUT_TOKEN
        if g.caller is not None and needs_token:
            check_csrf()


def check_csrf() -> None:
    """Refuse a write that another site could have sent with the person's cookie."""
    try:
        csrf.protect()
    except CSRFError as error:
        raise CsrfError from error
