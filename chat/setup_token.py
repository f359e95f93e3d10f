"""The one-time set-up token: whoever can read the terminal or the data folder claims the server."""

import hmac
import secrets
from pathlib import Path

from flask import Flask

from chat.config import Settings
from chat.extensions import db
from chat.models import Workspace


def announce_setup(app: Flask) -> str | None:
    """Return the line with the set-up link for the terminal, None when the workspace exists already."""
    settings: Settings = app.config["SETTINGS"]
    with app.app_context():
        if db.session.get(Workspace, 1) is not None:
            return None
    url = settings.public_url.rstrip("/") or f"http://{settings.host}:{settings.port}"
    return f"Stet is new here. Set it up at {url}/setup?token={setup_token(settings.setup_token_file)}\n"


def setup_token(file: Path) -> str:
    """Return the token in the data folder, made on the first call."""
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(24))
    return file.read_text().strip()


def is_setup_token(file: Path, given: str) -> bool:
    """Tell whether this is the token, in constant time."""
    return file.exists() and hmac.compare_digest(file.read_text().strip().encode(), given.encode())
