"""How much of the disk the data folder takes, and how much is left."""

import shutil
import time
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from chat.config import Settings

UPLOAD_FOLDERS = ("avatars", "uploads")
COUNTED_FOR_SECONDS = 30


@dataclass(frozen=True, slots=True)
class DiskUse:
    """Sizes in bytes."""

    database: int
    wal: int
    """The write-ahead log beside the database."""
    uploads: int
    free: int


def disk_use(settings: Settings) -> DiskUse:
    """Look at the disk; the uploads are counted anew every half minute, because there may be many."""
    database = settings.database_file
    return DiskUse(
        database=_size(database),
        wal=_size(database.with_name(database.name + "-wal")),
        uploads=_uploads_size(settings.data, int(time.monotonic() // COUNTED_FOR_SECONDS)),
        free=shutil.disk_usage(database.parent).free,
    )


@lru_cache(maxsize=1)
def _uploads_size(data: Path, _half_minute: int) -> int:
    return sum(_size(file) for name in UPLOAD_FOLDERS for file in (data / name).rglob("*"))


def _size(file: Path) -> int:
    try:
        return file.stat().st_size if file.is_file() else 0
    except OSError:
        # It was taken away meanwhile.
        return 0
