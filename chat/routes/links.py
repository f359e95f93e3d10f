"""Links to this server, as people open them."""

from flask import current_app, request


def link_to(path: str) -> str:
    """Return the full address of a path: under `STET_PUBLIC_URL`, else under the name that was asked for."""
    base: str = current_app.config["SETTINGS"].public_url or request.host_url
    return base.rstrip("/") + path
