"""Files that nobody refers to any more leave the disk, and uploads that no message took are given up."""

import logging
import time
from pathlib import Path

from flask import Flask

from chat import failpoints
from chat.actions.discard_files import discard_strays, discard_uploads, forget_discarded
from chat.clock import in_hours
from chat.concurrency import off_loop
from chat.config import Settings
from chat.extensions import db, socketio
from chat.queries.uploads import discarded_files, forgotten_uploads, known_files
from chat.unit_of_work import unit_of_work
from chat.uploads.folder import files_in, remove, uploads_folder

logger = logging.getLogger(__name__)

KEPT_HOURS = 24
CHUNK = 50
PAUSE_SECONDS = 0.02
STRAY_SECONDS = 3600
"""A file without a row: what was begun when its upload was given up, or left by a restore that was interrupted."""


def remove_discarded_files(app: Flask) -> None:
    """Remove what was discarded: the bytes first, then the note of it, so that a crash in between repeats the rest."""
    folder = _folder(app)
    while not app.extensions["housekeeping"].is_stopped:
        files = discarded_files(limit=CHUNK)
        db.session.remove()
        if not files:
            return
        for file in files:
            off_loop(remove, folder / file)
        failpoints.reach("file_removed")
        with unit_of_work():
            forget_discarded(files)
        logger.info("files_removed: %d", len(files))
        socketio.sleep(PAUSE_SECONDS)


def give_up_uploads(app: Flask) -> None:
    """Discard uploads that are a day old and belong to no message, and files that no row names."""
    before = in_hours(-KEPT_HOURS)
    while not app.extensions["housekeeping"].is_stopped and forgotten_uploads(before=before, limit=CHUNK):
        with unit_of_work():
            discard_uploads(forgotten_uploads(before=before, limit=CHUNK))
        socketio.sleep(PAUSE_SECONDS)
    strays = _strays(_folder(app))
    if strays:
        with unit_of_work():
            discard_strays(strays)
        logger.warning("stray_files: %d files belong to no upload and are removed", len(strays))


def _strays(folder: Path) -> list[str]:
    old = sorted(off_loop(_old_files, folder, time.time() - STRAY_SECONDS))
    db.session.remove()
    known: set[str] = set()
    for start in range(0, len(old), CHUNK):
        known |= known_files(old[start : start + CHUNK])
    return [file for file in old if file not in known]


def _old_files(folder: Path, before: float) -> set[str]:
    return {file for file, path in files_in(folder) if _changed_at(path) < before}


def _changed_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return time.time()


def _folder(app: Flask) -> Path:
    settings: Settings = app.config["SETTINGS"]
    return uploads_folder(settings)
