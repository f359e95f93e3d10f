"""A database of the first Stet is migrated by a server that is killed in the middle, twice, and then is not."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from tests.crash.server import Server
from tests.powerloss.old_database import make_old_database

KILLS = ("during_migration=kill", "during_migration=pause:0.2+kill")


def migrate_under_kills(folder: Path, *, async_mode: str) -> Iterator[str]:
    """Return what is not as it was; `folder` is new, and is removed."""
    folder.mkdir()
    server = Server(folder, async_mode=async_mode)
    server.database_file.parent.mkdir()
    shutil.copyfile(make_old_database(folder), server.database_file)
    before = _messages(server.database_file)
    for planned in KILLS:
        server.start(may_die=True, STET_FAILPOINTS=planned)
        if server.exit_code is None:
            yield f"{planned} did not end the server"
            server.kill()
        if _messages(server.database_file) != before:
            yield f"after {planned} the messages are not what they were"
    server.start()
    server.kill()
    if _messages(server.database_file) != before:
        yield "after the migration the messages are not what they were"
    verified = server.command("verify")
    if verified.returncode:
        yield verified.stdout + verified.stderr
    shutil.rmtree(folder)


def _messages(file: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(file)) as sqlite:
        return sqlite.execute("SELECT id, room_id, author_id, text, version FROM message ORDER BY id").fetchall()
