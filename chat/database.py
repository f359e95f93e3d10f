"""The database file: its two engines, their pragmas, its migrations."""

import fcntl
import logging
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import IO, Any

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from chat.clock import now
from chat.config import Settings
from chat.durable import make_folder, sync_file, sync_folder

logger = logging.getLogger(__name__)

MIGRATIONS = Path(__file__).parent.parent / "migrations"
READER_BUSY_TIMEOUT_MS = 1_000

WRITER_PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": 2,
    # On macOS only this reaches the platter; elsewhere it means nothing.
    "fullfsync": 1,
    "checkpoint_fullfsync": 1,
    "foreign_keys": 1,
    "busy_timeout": 0,
}
"""synchronous 2 is FULL: with NORMAL a power cut takes acknowledged rows. Read back after they are set."""


class UnusableDatabaseError(Exception):
    """The database cannot be used as it is; the sentence is for the operator."""


def reader_options() -> dict[str, Any]:
    """Return the engine options of `db`, the engine that can only read."""
    return {
        "connect_args": {"check_same_thread": False, "isolation_level": None},
        "pool_size": 16,
        "max_overflow": 16,
        # What people wrote stays out of the traces in the log.
        "hide_parameters": True,
    }


def forbid_writing(engine: sa.Engine) -> None:
    """Make every connection of the engine read-only, each transaction a snapshot."""

    @sa.event.listens_for(engine, "connect")
    def connected(sqlite: sqlite3.Connection, _record: object) -> None:
        sqlite.execute(f"PRAGMA busy_timeout = {READER_BUSY_TIMEOUT_MS}")
        sqlite.execute("PRAGMA query_only = 1")

    @sa.event.listens_for(engine, "begin")
    def begun(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN")


def writer_engine(settings: Settings) -> sa.Engine:
    """Return the engine of the one connection that writes; its pragmas are set and read back.

    Raises:
        UnusableDatabaseError: SQLite did not take a pragma that a promise rests on.
    """
    engine = sa.create_engine(
        f"sqlite:///{settings.database_file}",
        poolclass=NullPool,
        hide_parameters=True,
        connect_args={"check_same_thread": False, "isolation_level": None, "cached_statements": 512},
    )

    @sa.event.listens_for(engine, "connect")
    def connected(sqlite: sqlite3.Connection, _record: object) -> None:
        for name, value in WRITER_PRAGMAS.items():
            sqlite.execute(f"PRAGMA {name} = {value}")
            found = sqlite.execute(f"PRAGMA {name}").fetchone()[0]
            if found != value:
                msg = f"SQLite keeps {name} at {found!r}; Stet needs {value!r}"
                raise UnusableDatabaseError(msg)

    return engine


def settle(sqlite: sqlite3.Connection, file: Path) -> None:
    """Bring to disk what an earlier process wrote and did not live to sync, before anybody is answered from it.

    SQLite finds a commit in the WAL that was written but not synced, and takes it for stored: repeated with its key,
    it would be acknowledged, and a power cut would take it. Folding the WAL in writes everything anew, also what the
    system believes to be on disk after a sync that failed.
    """
    try:
        sqlite.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF not in {sqlite3.SQLITE_FULL, sqlite3.SQLITE_BUSY}:
            raise
        # What is in the WAL stays there, whole.
        logger.warning("wal_not_folded_in: %s", error)
    wal = file.with_name(file.name + "-wal")
    if wal.exists():
        sync_file(wal)
    sync_folder(file.parent)


def prepare(settings: Settings) -> None:
    """Create or migrate the database; before an existing one changes, write a snapshot beside it.

    Raises:
        UnusableDatabaseError: the file is not a database, of a newer Stet, or in use, or a migration failed.
    """
    file = settings.database_file
    make_folder(file.parent)
    if current_revision(file) == newest_revision():
        return
    # A server that runs on the folder would go on with tables that it does not know.
    with lock_data_folder(settings.data):
        _migrate(file)


def lock_data_folder(data: Path) -> IO[str]:
    """Hold the data folder until the file that is returned is closed: one Stet serves it, or changes its tables.

    Raises:
        UnusableDatabaseError: another Stet does.
    """
    lock = (data / "lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.close()
        msg = f"another Stet is already running on the data folder {data}"
        raise UnusableDatabaseError(msg) from error
    return lock


def newest_revision() -> str:
    """Return the newest migration: files are named 0001_what_it_does.py, and the number is the revision."""
    return max(match[1] for path in MIGRATIONS.glob("versions/*.py") if (match := re.match(r"(\d{4})_", path.name)))


def current_revision(file: Path) -> str | None:
    """Return the revision of the database file, None when there is nothing in it yet."""
    if not file.exists():
        return None
    with closing(sqlite3.connect(file, timeout=5)) as sqlite:
        try:
            tables = {name for (name,) in sqlite.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            if not tables:
                return None
            found = sqlite.execute("SELECT version_num FROM alembic_version").fetchone()
        except sqlite3.DatabaseError as error:
            msg = f"{file} is not a database of Stet: {error}"
            raise UnusableDatabaseError(msg) from error
    return str(found[0]) if found else None


def epoch_in(file: Path) -> str:
    """Return which history the database file holds by now; it may have another one than when it was opened."""
    with closing(sqlite3.connect(file, timeout=5)) as sqlite:
        return str(sqlite.execute("SELECT epoch FROM log_state").fetchone()[0])


def take_snapshot(file: Path, revision: str) -> Path:
    """Copy the database as it is into one file beside it, and return that file's path."""
    target = file.with_name(f"{file.stem}-before-{newest_revision()}-{now():%Y%m%dT%H%M%S%f}.sqlite3")
    sqlite = sqlite3.connect(file, timeout=30)
    try:
        sqlite.execute("VACUUM INTO ?", (str(target),))
    finally:
        sqlite.close()
    # SQLite syncs the copy only in newer versions, and never its name.
    sync_file(target)
    sync_folder(target.parent)
    logger.info("snapshot_written: revision %s in %s", revision, target)
    return target


def _migrate(file: Path) -> None:
    present = current_revision(file)
    if present is not None:
        if present > newest_revision():
            msg = f"{file} was written by a newer Stet (revision {present}); this one knows {newest_revision()}"
            raise UnusableDatabaseError(msg)
        snapshot = take_snapshot(file, present)
        logger.warning("database_migrating: from %s to %s, snapshot in %s", present, newest_revision(), snapshot)
    try:
        _upgrade(file)
    except Exception as error:
        # A migration is one transaction, so that the database is as it was.
        logger.exception("migration_failed: nothing was changed")
        msg = f"{file} could not be migrated to revision {newest_revision()}; it is as it was: {error}"
        raise UnusableDatabaseError(msg) from error


def _upgrade(file: Path) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["database_file"] = file
    command.upgrade(config, "head")
