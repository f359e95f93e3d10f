"""Make a backup beside a running server, and prove that it restores before it gets its name."""

import os
import shutil
import sqlite3
import tomllib
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from chat import failpoints
from chat.backups.archive import DATABASE, SECRET_KEY, Manifest, Member, check_archive, member_of, write_archive
from chat.backups.durable import sync_folder, workshop
from chat.backups.errors import refuse
from chat.backups.keeping import backups_folder, new_name
from chat.clock import now_text
from chat.concurrency import off_loop
from chat.config import Settings
from chat.log import DamagedLogError, load_heads

MARGIN_BYTES = 64 * 1024 * 1024
"""What must stay free beside the backup, so that the chat goes on."""
LARGEST_FULL_CHECK_BYTES = 512 * 1024 * 1024
"""Above, the indexes are not compared with their tables again: VACUUM has just built them."""
NAMED_FILES = {
    "avatars": "SELECT avatar FROM user WHERE avatar IS NOT NULL ORDER BY avatar",
    "uploads": """
        SELECT file FROM upload WHERE completed_at IS NOT NULL
        UNION ALL SELECT file || '-large.webp' FROM upload WHERE placeholder IS NOT NULL
        UNION ALL SELECT file || '-small.webp' FROM upload WHERE placeholder IS NOT NULL
        UNION ALL SELECT file FROM link_page WHERE file IS NOT NULL""",
}
"""For each folder of uploads, which of its files the database names."""
PROJECT = Path(__file__).parents[2] / "pyproject.toml"


@dataclass(frozen=True, slots=True)
class Made:
    """A finished backup."""

    file: Path
    size_bytes: int
    manifest: Manifest


def back_up(
    settings: Settings,
    target: Path | None = None,
    *,
    is_daily: bool = False,
    tell: Callable[[str], None] = lambda _: None,
) -> Made:
    """Write everything into one file, at `target` or under a new name in that folder; `tell` hears of each stage.

    Works beside a running server and never blocks its event loop.

    Raises:
        BackupError: it could not be made, or would not restore; there is no file.
    """
    folder, name = _place(settings, target, is_daily=is_daily)
    try:
        with workshop(folder) as bench:
            _check_room(settings, folder)
            tell("copying")
            off_loop(_copy_database, settings.database_file, bench / DATABASE)
            failpoints.reach("during_backup")
            tell("packing")
            manifest = off_loop(_pack, settings.data.resolve(), bench, bench / name, now_text())
            tell("checking")
            off_loop(_prove, bench, bench / name, manifest)
            (bench / name).replace(folder / name)
            sync_folder(folder)
    except (OSError, sqlite3.Error) as error:
        refuse(f"the backup could not be written: {_reason(error)}", error)
    return Made(folder / name, (folder / name).stat().st_size, manifest)


def _place(settings: Settings, target: Path | None, *, is_daily: bool) -> tuple[Path, str]:
    """Return the folder and the name that the backup will have."""
    if target is None:
        folder = backups_folder(settings)
        folder.mkdir(mode=0o700, exist_ok=True)
    elif target.is_dir():
        folder = target.resolve()
    elif not target.parent.is_dir():
        refuse(f"there is no folder {target.parent}")
    elif target.exists():
        refuse(f"there is a file {target} already; a backup replaces nothing")
    else:
        return target.parent.resolve(), target.name
    return folder, new_name(folder, is_daily=is_daily)


def _check_room(settings: Settings, folder: Path) -> None:
    database = settings.database_file
    if not database.is_file():
        refuse(f"there is no database {database}")
    uploads = sum(_size(path) for name in NAMED_FILES for path in (settings.data / name).glob("*"))
    # The copy of the database and the packed file are there at the same time.
    needed = 2 * _size(database) + _size(database.with_name(database.name + "-wal")) + uploads + MARGIN_BYTES
    free = shutil.disk_usage(folder).free
    if free < needed:
        refuse(f"the disk has too little room: a backup may need {_megabytes(needed)}, {_megabytes(free)} are free")


def _copy_database(database: Path, copy: Path) -> None:
    # Not Connection.backup: in steps it begins again with each write of the server and never ends under load.
    with closing(sqlite3.connect(f"file:{quote(str(database))}?mode=ro", uri=True, timeout=30)) as sqlite:
        sqlite.execute("VACUUM INTO ?", (str(copy),))


def _pack(data: Path, bench: Path, archive: Path, at: str) -> Manifest:
    # The database first, then the files that its rows name: what is uploaded meanwhile is in neither.
    paths = {DATABASE: bench / DATABASE, SECRET_KEY: bench / SECRET_KEY}
    shutil.copyfile(data / SECRET_KEY, paths[SECRET_KEY])
    with closing(sqlite3.connect(paths[DATABASE])) as sqlite:
        for folder, query in NAMED_FILES.items():
            (bench / folder).mkdir()
            paths |= {f"{folder}/{name}": bench / folder / name for (name,) in sqlite.execute(query)}
        held, missing = _take_files(data, bench, paths)
        manifest = _manifest(sqlite, held, missing, at)
    write_archive(archive, manifest, paths)
    return manifest


def _take_files(data: Path, bench: Path, paths: dict[str, Path]) -> tuple[list[Member], list[str]]:
    """Put the files where nobody removes them while they are packed."""
    held: list[Member] = []
    missing: list[str] = []
    for name, path in paths.items():
        if path.parent != bench:
            _hold(data / name, path)
        if path.exists():
            held.append(member_of(name, path))
        else:
            missing.append(name)
    return held, missing


def _hold(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except FileNotFoundError:
        return
    except OSError:
        # Another disk, or one without hard links.
        try:
            shutil.copyfile(source, target)
        except FileNotFoundError:
            return


def _manifest(sqlite: sqlite3.Connection, members: list[Member], missing: list[str], at: str) -> Manifest:
    def one(query: str) -> Any:
        return sqlite.execute(query).fetchone()[0]

    return Manifest(
        stet=tomllib.loads(PROJECT.read_text())["project"]["version"],
        revision=one("SELECT version_num FROM alembic_version"),
        epoch=one("SELECT epoch FROM log_state"),
        head_seq=one("SELECT head_seq FROM log_state"),
        created_at=at,
        messages=one("SELECT count(*) FROM message WHERE deleted_at IS NULL"),
        people=one("SELECT count(*) FROM user WHERE role <> 'bot'"),
        rooms=one("SELECT count(*) FROM room"),
        members=members,
        missing=missing,
    )


def _prove(bench: Path, archive: Path, manifest: Manifest) -> None:
    """Read the archive back, and check the database that is in it: the one beside it has the same bytes."""
    if check_archive(archive) != manifest:
        refuse("the backup is not what was written; the disk may be failing")
    check_database(bench / DATABASE)


def check_database(file: Path) -> None:
    """Check that a copy of a database is whole and that its log is dense.

    Raises:
        BackupError: it is not.
    """
    pragma = "integrity_check" if _size(file) <= LARGEST_FULL_CHECK_BYTES else "quick_check"
    try:
        with closing(sqlite3.connect(f"file:{quote(str(file))}?mode=ro", uri=True)) as sqlite:
            found = sqlite.execute(f"PRAGMA {pragma}").fetchone()[0]
            load_heads(sqlite)
    except (sqlite3.DatabaseError, DamagedLogError) as error:
        refuse(f"the database in the backup is damaged: {error}", error)
    if found != "ok":
        refuse(f"the database in the backup is damaged: {found}")


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _megabytes(count: int) -> str:
    return f"{count / 1_000_000:,.0f} MB"


def _reason(error: OSError | sqlite3.Error) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}: {error.filename}" if error.filename else error.strerror
    return str(error)
