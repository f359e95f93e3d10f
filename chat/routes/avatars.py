"""People's pictures: files in the data folder, under random names."""

import errno
import re
import secrets
from pathlib import Path

from flask import Blueprint, Response, current_app

from chat.concurrency import off_loop
from chat.durable import make_folder, write_new
from chat.errors import NotFoundError, StorageFullError
from chat.routes.identity import current_user

bp = Blueprint("avatars", __name__, url_prefix="/avatars")

FILE_NAME = re.compile(r"[0-9a-f]{32}\.webp")
YEAR_SECONDS = 365 * 24 * 3600


@bp.get("/<name>")
def show(name: str) -> Response:
    """Return a picture to anybody who is signed in; a name never gets another picture."""
    current_user()
    response = avatar_response(name)
    response.headers["Cache-Control"] = f"private, max-age={YEAR_SECONDS}, immutable"
    return response


def avatar_response(name: str) -> Response:
    """Return the picture; raises NotFoundError when there is none of this name."""
    path = _folder() / name
    if not FILE_NAME.fullmatch(name) or not path.is_file():
        raise NotFoundError
    # Ours, and small: 256 pixels square.
    response = Response(path.read_bytes(), mimetype="image/webp")
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def keep_avatar(picture: bytes) -> str:
    """Write a picture to disk for good and return its name; nobody refers to it yet.

    Raises:
        StorageFullError: there is no room for it.
    """
    name = f"{secrets.token_hex(16)}.webp"
    try:
        off_loop(_write, _folder() / name, picture)
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise StorageFullError from error
        raise
    return name


def drop_avatar(name: str | None) -> None:
    """Remove a picture that nobody refers to any more."""
    if name is not None:
        (_folder() / name).unlink(missing_ok=True)


def _folder() -> Path:
    folder: Path = current_app.config["SETTINGS"].data.resolve() / "avatars"
    return folder


def _write(path: Path, picture: bytes) -> None:
    make_folder(path.parent, mode=0o700)
    write_new(path, picture)
