"""The bytes of uploads in the data folder, under random names: arriving, whole, gone.

What arrives lies in `<file>.part`; its length is how far the upload has come, so that the database hears of an upload
when it begins and when it is whole. Everything here blocks: call it through `off_loop`.
"""

import errno
import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

from chat.config import Settings
from chat.durable import make_folder, sync_file, sync_folder
from chat.uploads.paths import ENDINGS, FILE_NAME, PREVIEW_ENDINGS, clean_of, part_of, preview_of

FOLDER = "uploads"
FULL_DISK = {errno.ENOSPC, errno.EDQUOT}


class OffsetConflictError(Exception):
    """Bytes for another place than where the upload stands; `offset` is the true one."""

    def __init__(self, offset: int) -> None:
        super().__init__(offset)
        self.offset = offset


def new_file_name() -> str:
    """Return a name that nobody can guess and that says nothing."""
    return secrets.token_hex(16)


def uploads_folder(settings: Settings) -> Path:
    """Return the folder of all uploads."""
    return settings.data.resolve() / FOLDER


def free_bytes(settings: Settings) -> int:
    """Return how much room the disk has left for uploads."""
    return shutil.disk_usage(settings.data).free


def offset_of(path: Path, size_bytes: int) -> int:
    """Return how many bytes of an upload have arrived, of `size_bytes` that were announced."""
    try:
        return part_of(path).stat().st_size
    except FileNotFoundError:
        # A picture is shorter than it was announced, without its metadata.
        return size_bytes if path.exists() else 0


def append(path: Path, offset: int, chunk: bytes, size_bytes: int) -> int:
    """Add bytes at the end of an upload, which was announced with `size_bytes`; returns how far it is then.

    Raises:
        OffsetConflictError: the upload stands elsewhere: bytes were lost, or came twice.
        OSError: the disk took none of them.
    """
    if not path.parent.is_dir():
        make_folder(path.parent, mode=0o700)
    if path.exists() and not part_of(path).exists():
        # All of it is there: the process ended before that was noted.
        return _nothing_more(size_bytes, offset, chunk)
    descriptor = os.open(part_of(path), os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        # Two tabs may send the same upload: one after the other, and the second hears where it stands.
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        present = os.fstat(descriptor).st_size
        if present != offset:
            raise OffsetConflictError(present)
        _write_all(descriptor, offset, chunk)
    finally:
        os.close(descriptor)
    return offset + len(chunk)


def seal(path: Path) -> None:
    """Give a whole upload its name, when it is on disk with its previews; again changes nothing."""
    part, clean = part_of(path), clean_of(path)
    arrived = clean if clean.exists() else part
    if arrived.exists():
        sync_file(arrived)
        for size in PREVIEW_ENDINGS:
            if preview_of(path, size).exists():
                sync_file(preview_of(path, size))
        arrived.replace(path)
        part.unlink(missing_ok=True)
    sync_folder(path.parent)
    # Whoever made the folder may have been killed before its name was on disk.
    sync_folder(path.parent.parent)


def remove(path: Path) -> None:
    """Remove an upload with everything that was made of it."""
    for ending in ENDINGS:
        path.with_name(path.name + ending).unlink(missing_ok=True)
    if path.parent.is_dir():
        sync_folder(path.parent)


def files_in(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield each file of the folder with the name of the upload that it belongs to."""
    for path in folder.glob("*"):
        found = FILE_NAME.fullmatch(path.name)
        if found:
            yield found[1], path


def _nothing_more(present: int, offset: int, chunk: bytes) -> int:
    if chunk or offset != present:
        raise OffsetConflictError(present)
    return present


def _write_all(descriptor: int, offset: int, chunk: bytes) -> None:
    view, place = memoryview(chunk), offset
    try:
        while view:
            written = os.pwrite(descriptor, view, place)
            view, place = view[written:], place + written
    except OSError:
        # The length says how far the upload is: half a chunk is none.
        os.ftruncate(descriptor, offset)
        raise
