"""The gate before Engine.IO: Host, Origin and session, on both transports.

Flask's own checks do not cover `/socket.io`: Engine.IO answers before Flask does.
"""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.http import parse_cookie

from chat.hosts import SESSION_COOKIE, is_allowed_host
from chat.queries.caller import caller_by_session

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SOCKET_PATH = "/socket.io"


def register(app: Flask) -> None:
    """Stand before everything that serves the app."""
    app.wsgi_app = Gate(app, app.wsgi_app)  # type: ignore[method-assign]


class Gate:
    """A WSGI layer that refuses what must not reach Engine.IO; everything else passes through untouched."""

    def __init__(self, app: Flask, inner: "WSGIApplication") -> None:
        self._app = app
        self._inner = inner

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer or pass on."""
        if environ.get("PATH_INFO", "").startswith(SOCKET_PATH):
            refusal = self._refusal(environ)
            if refusal is not None:
                return _refuse(start_response, refusal)
        return self._inner(environ, start_response)

    def _refusal(self, environ: "WSGIEnvironment") -> str | None:
        host = environ.get("HTTP_HOST", "")
        if not is_allowed_host(host, self._app.config["SETTINGS"]):
            return "400 Bad Request"
        origin = environ.get("HTTP_ORIGIN")
        if origin is not None and _host_of(origin) != host.lower():
            return "403 Forbidden"
        if environ.get("HTTP_SEC_FETCH_SITE", "same-origin") not in {"same-origin", "none"}:
            return "403 Forbidden"
        return None if self._may_sign_in(environ) else "401 Unauthorized"

    def _may_sign_in(self, environ: "WSGIEnvironment") -> bool:
        cookie = parse_cookie(environ.get("HTTP_COOKIE", "")).get(SESSION_COOKIE)
        if cookie is None:
            # A tool signs in with a bearer token inside the CONNECT packet; who does not is refused there. An Origin
            # tells nothing: WebSocket libraries send one too.
            return True
        with self._app.app_context():
            return caller_by_session(cookie) is not None


def _host_of(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return None


def _refuse(start_response: Callable[..., Any], status: str) -> Iterable[bytes]:
    start_response(status, [("Content-Type", "text/plain; charset=utf-8"), ("Cache-Control", "no-store")])
    return [f"{status}\n".encode()]
