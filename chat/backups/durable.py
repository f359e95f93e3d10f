"""Files that are there after a power cut, and folders that nobody else is at work in."""

import fcntl
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from chat.concurrency import off_loop
from chat.durable import sync_file, sync_folder, write_whole

__all__ = ["sync_file", "sync_folder", "workshop", "write_whole"]

ABANDONED_SECONDS = 3600


@contextmanager
def workshop(folder: Path) -> Iterator[Path]:
    """Make a hidden folder inside `folder` to work in, and remove it afterwards.

    One that a killed process left behind is removed too; those of processes that live are locked.
    """
    _sweep(folder)
    made = folder / f".stet-{secrets.token_hex(6)}.partial"
    made.mkdir(mode=0o700)
    try:
        with (made / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield made
    finally:
        off_loop(shutil.rmtree, made, True)  # noqa: FBT003 - ignore_errors; off_loop passes by position


def _sweep(folder: Path) -> None:
    for left in folder.glob(".stet-*.partial"):
        if _is_abandoned(left):
            shutil.rmtree(left, ignore_errors=True)


def _is_abandoned(left: Path) -> bool:
    try:
        with (left / "lock").open("r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        # Its maker is between making the folder and locking it, or died there.
        return left.is_dir() and time.time() - left.stat().st_mtime > ABANDONED_SECONDS
    except OSError:
        return False
    return True
