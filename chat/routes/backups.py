"""Backups, for owners: which there are, make one, fetch one, delete one."""

import logging
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, current_app

from chat.backups.keeping import WEEKS_KEPT, backup_path, kept_backups
from chat.backups.service import the_backups
from chat.concurrency import off_loop
from chat.config import Settings
from chat.errors import BackupRunningError, NotAllowedError, NotFoundError
from chat.permissions import may_back_up
from chat.queries.people import person_behind
from chat.routes.identity import current_user

logger = logging.getLogger(__name__)

bp = Blueprint("backups", __name__, url_prefix="/api/backups")

CHUNK = 256 * 1024


@bp.get("")
def index() -> dict[str, Any]:
    """Return the backups, the newest first, how the last try went and what the schedule is."""
    allow_owner()
    return overview()


@bp.post("")
def create() -> tuple[dict[str, Any], int]:
    """Begin a backup in the background."""
    allow_owner()
    start_backup()
    return overview(), 202


@bp.get("/<name>/file")
def download(name: str) -> Response:
    """Return the file; it is never read into memory as a whole."""
    allow_owner()
    path = _existing(name)
    response = Response(_chunks(path), content_type="application/gzip")
    response.content_length = path.stat().st_size
    response.headers["Content-Disposition"] = f'attachment; filename="{path.name}"'
    logger.info("backup_fetched: %s by user %d", path.name, current_user().id)
    return response


@bp.delete("/<name>")
def destroy(name: str) -> dict[str, Any]:
    """Delete a backup."""
    allow_owner()
    delete_backup(name)
    return {}


def allow_owner() -> None:
    """Refuse everybody but owners.

    Raises:
        NotAllowedError: the caller is none, at this moment.
    """
    if not may_back_up(person_behind(current_user())):
        raise NotAllowedError


def overview() -> dict[str, Any]:
    """Return everything that the page shows."""
    settings, backups = _settings(), the_backups()
    last = backups.last
    hour = settings.backup_hour
    return {
        "backups": [backup._asdict() for backup in kept_backups(settings)],
        "stage": backups.stage,
        "last": None if last is None else last.model_dump(),
        "schedule": {
            "hour": None if hour == "off" else hour,
            "days_kept": settings.backup_keep,
            "weeks_kept": WEEKS_KEPT,
        },
    }


def start_backup() -> None:
    """Begin a backup in the background.

    Raises:
        BackupRunningError: one is being made.
    """
    if not the_backups().start():
        raise BackupRunningError
    logger.info("backup_wanted: by user %d", current_user().id)


def delete_backup(name: str) -> None:
    """Delete a backup.

    Raises:
        NotFoundError: there is none of this name.
    """
    off_loop(_existing(name).unlink, True)  # noqa: FBT003 - missing_ok; off_loop passes by position
    logger.info("backup_deleted: %s by user %d", name, current_user().id)


def _existing(name: str) -> Path:
    path = backup_path(_settings(), name)
    if path is None:
        raise NotFoundError
    return path


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := off_loop(file.read, CHUNK):
            yield chunk
            # A fast reader must not keep the others waiting.
            time.sleep(0)


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings
