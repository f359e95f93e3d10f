"""Files and names that are there after a power cut.

Writing a file and closing it puts it into the memory of the machine; only a sync puts it on the disk. A sync of a file
does not keep its name: the folder that it lies in needs one too.
"""

import fcntl
import os
import sys
from pathlib import Path


def sync_file(path: Path) -> None:
    """Wait until what the file holds is on disk."""
    with path.open("rb") as file:
        _sync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Wait until the names in the folder are on disk."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        _sync(opened)
    finally:
        os.close(opened)


def make_folder(folder: Path, mode: int = 0o777) -> None:
    """Make the folder and those above it where they are missing, and wait until its name is on disk."""
    if not folder.parent.is_dir():
        make_folder(folder.parent)
    folder.mkdir(mode=mode, exist_ok=True)
    # Also when it was there: whoever made it may have been killed before this.
    sync_folder(folder.parent)


def write_new(path: Path, content: bytes) -> None:
    """Write a file that is not there yet and wait until it is on disk, with its name and that of its folder.

    Raises:
        OSError: it was not written; nothing of it is left.
    """
    with path.open("xb") as file:
        try:
            file.write(content)
            file.flush()
            _sync(file.fileno())
        except OSError:
            path.unlink(missing_ok=True)
            raise
    sync_folder(path.parent)


def write_whole(path: Path, text: str) -> None:
    """Put text into a file, all of it or nothing, readable by its owner only."""
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    draft.write_text(text)
    sync_file(draft)
    draft.replace(path)
    sync_folder(path.parent)


def _sync(descriptor: int) -> None:
    if sys.platform == "darwin":
        # There `fsync` leaves what it wrote in the memory of the drive.
        fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
    else:
        os.fsync(descriptor)
