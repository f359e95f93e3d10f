"""Security headers on every answer, and which hosts are answered at all."""

from flask import Flask, Response, current_app, request

from chat.hosts import is_allowed_host
from chat.routes.problems import problem

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:;"
    " font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types lit-html stet-worker"
)


def register(app: Flask) -> None:
    """Check the host before each request, set the headers after it."""
    app.before_request(_check_host)
    app.after_request(_set_headers)


def _check_host() -> Response | None:
    if is_allowed_host(request.host, current_app.config["SETTINGS"]):
        return None
    return problem(400, "unknown_host", "This server does not answer to that host name. Set STET_PUBLIC_URL to it.")


def _set_headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
    headers["X-Content-Type-Options"] = "nosniff"
    headers["X-Frame-Options"] = "DENY"
    headers["Referrer-Policy"] = "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
    if request.endpoint != "static":
        headers.setdefault("Cache-Control", "private, no-store")
        headers.add("Vary", "Cookie")
    return response
