"""A database as the first Stet wrote it, with messages in it."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

from chat.database import MIGRATIONS
from tests.crash.server import ROOT

OLDEST = "0001"
MESSAGES = 400


def make_old_database(folder: Path) -> Path:
    """Return a database of the oldest revision that holds what seeding writes, as far as there were tables for it."""
    from alembic import command
    from alembic.config import Config

    old = folder / "old.sqlite3"
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["database_file"] = old
    command.upgrade(config, OLDEST)
    _fill(old, _seeded(folder / "present"))
    return old


def _seeded(data: Path) -> Path:
    command = [sys.executable, "-m", "flask", "--app", "app", "seed", "--tokens", str(data.with_name("old-tokens"))]
    command += ["--users", "5", "--rooms", "2", "--messages", str(MESSAGES)]
    subprocess.run(
        command, check=True, cwd=ROOT, env=os.environ | {"STET_DATA": str(data)}, capture_output=True, timeout=120
    )
    return data / "stet.sqlite3"


def _fill(old: Path, present: Path) -> None:
    sqlite = sqlite3.connect(old, isolation_level=None)
    sqlite.execute("ATTACH ? AS present", (str(present),))
    sqlite.execute("BEGIN")
    tables = "SELECT name FROM main.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    for (table,) in sqlite.execute(tables).fetchall():
        if table != "alembic_version":
            columns = ", ".join(f'"{column}"' for column in _columns(sqlite, "main", table))
            sqlite.execute(f'DELETE FROM main."{table}"')
            sqlite.execute(f'INSERT INTO main."{table}" ({columns}) SELECT {columns} FROM present."{table}"')
    sqlite.execute("COMMIT")
    sqlite.execute("DETACH present")
    sqlite.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    sqlite.close()


def _columns(sqlite: sqlite3.Connection, schema: str, table: str) -> list[str]:
    ours = [row[1] for row in sqlite.execute(f"PRAGMA {schema}.table_info({table})")]
    theirs = {row[1] for row in sqlite.execute(f"PRAGMA present.table_info({table})")}
    return [column for column in ours if column in theirs]
