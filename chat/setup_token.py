"""The one-time set-up token: whoever can read the terminal or the data folder claims the server."""

import hmac
import secrets
from pathlib import Path

from flask import Flask

from chat.config import Settings
from chat.durable import write_whole
from chat.extensions import db
from chat.models import Workspace


def announce_setup(app: Flask) -> str | None:
    """Return the line with the set-up link for the terminal, None when the workspace exists already."""
    settings: Settings = app.config["SETTINGS"]
    with app.app_context():
        if db.session.get(Workspace, 1) is not None:
            # Left over if the server ended between the set-up and its last step.
            discard_setup_token(settings.setup_token_file)
            return None
    token = setup_token(settings.setup_token_file)
    return f"Stet is new here. Set it up at {settings.own_url}/setup?token={token}\n"


def setup_token(file: Path) -> str:
    """Return the token in the data folder, made on the first call."""
    if not _read(file):
        # In one step: a file without a token in it would let anybody in who sends none.
        write_whole(file, secrets.token_urlsafe(24))
    return _read(file)


def is_setup_token(file: Path, given: str) -> bool:
    """Tell whether this is the token, in constant time; without a file there is none."""
    kept = _read(file)
    return bool(kept) and hmac.compare_digest(kept.encode(), given.encode())


def discard_setup_token(file: Path) -> None:
    """Remove the token: the workspace exists."""
    file.unlink(missing_ok=True)


def _read(file: Path) -> str:
    try:
        return file.read_text().strip()
    except FileNotFoundError:
        return ""
