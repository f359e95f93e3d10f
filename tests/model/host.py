"""The server under test, in this process: on files of its own, killed without an end, and put back to an older copy."""

import shutil
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from chat import failpoints, listeners
from chat.actions.trim_log import trim_log
from chat.clock import now_text
from chat.config import Settings
from chat.extensions import db
from chat.factory import create_app
from chat.log import load_heads
from chat.models import Workspace
from chat.unit_of_work import unit_of_work
from tests.conftest import Api, sign_up

PEOPLE = ("Alice Kim", "Bob Lee", "Carol Park", "Dana Cho")
"""Alice owns the workspace."""


def prepare_folder(folder: Path, migrated_database: Path) -> dict[str, str]:
    """Make a data folder with the people in it, to be copied for each run; return their tokens by name."""
    folder.mkdir(parents=True)
    shutil.copyfile(migrated_database, folder / "stet.sqlite3")
    app = create_app(_settings(folder))
    with app.app_context(), unit_of_work():
        db.session.add(Workspace(id=1, name="Saebom Studio", created_at=now_text()))
    tokens = {
        name: sign_up(app, name, role="owner" if number == 0 else "member").token for number, name in enumerate(PEOPLE)
    }
    listeners.stop(app)
    app.extensions["writer"].close()
    with app.app_context():
        db.engine.dispose()
    return tokens


class Host:
    """One server after the other on the same data."""

    def __init__(self, folder: Path, prepared: Path) -> None:
        self._folder = folder
        self._life = 0
        self._data = folder / "life-0"
        shutil.copytree(prepared, self._data)
        self._begin()

    @property
    def file(self) -> Path:
        """The database of the present life."""
        return self._data / "stet.sqlite3"

    def client(self, token: str) -> Api:
        """Return somebody's HTTP client to the present app."""
        self.app.test_client_class = Api
        made = self.app.test_client()
        self.app.test_client_class = None
        assert isinstance(made, Api)
        made.token = token
        return made

    def broadcast(self) -> None:
        """Let the broadcaster send everything that is committed."""
        self.app.extensions["broadcaster"].drain()

    @contextmanager
    def failing(self, place: str) -> Iterator[None]:
        """Make whoever comes to a failpoint fail there."""
        failpoints.arm(f"{place}=raise")
        try:
            yield
        finally:
            failpoints.arm("")

    def kill(self) -> None:
        """End the process as `kill -9` does: the files stay as they are, and another life begins on them."""
        self._next_life(self._copy_as_it_is)

    def back_up(self, name: str) -> Path:
        """Copy the whole database, as it is now, into one file."""
        copy = self._folder / f"{name}.sqlite3"
        with closing(sqlite3.connect(self.file)) as sqlite:
            sqlite.execute("VACUUM INTO ?", (str(copy),))
        return copy

    def restore(self, copy: Path) -> None:
        """Begin another life, and another epoch, on an older copy of the database."""

        def bring(data: Path) -> None:
            shutil.copyfile(copy, data / "stet.sqlite3")
            with closing(sqlite3.connect(data / "stet.sqlite3")) as sqlite, sqlite:
                sqlite.execute("UPDATE log_state SET epoch = ?", (str(uuid.uuid4()),))

        self._next_life(bring)

    def compact(self, limit: int) -> int:
        """Let up to `limit` of the oldest events leave the log; return how many have."""
        # What a listener has before it would stay.
        self.app.extensions["listeners"].drain()
        with self.app.app_context(), unit_of_work():
            place = self.app.extensions["broadcaster"].place
            return trim_log(before="9999", place=place, limit=limit)

    def close(self) -> None:
        """End the present life, and leave nothing open."""
        listeners.stop(self.app)
        for connection in self.app.extensions["connections"].everyone():
            self.app.extensions["connections"].remove(connection.sid)
        writer = self.app.extensions["writer"]
        writer.connection.detach()
        writer.sqlite.close()
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()

    def read(self, sql: str, *parameters: object) -> list[Any]:
        """Return rows of the database, read past the server."""
        with closing(sqlite3.connect(f"file:{self.file}?mode=ro", uri=True)) as sqlite:
            return sqlite.execute(sql, parameters).fetchall()

    def check_log(self) -> None:
        """Read the whole log as a start does; raises DamagedLogError."""
        with closing(sqlite3.connect(f"file:{self.file}?mode=ro", uri=True)) as sqlite:
            load_heads(sqlite)

    def _next_life(self, bring: Any) -> None:
        self._life += 1
        data = self._folder / f"life-{self._life}"
        data.mkdir()
        shutil.copyfile(self._data / "secret_key", data / "secret_key")
        bring(data)
        self.close()
        shutil.rmtree(self._data)
        self._data = data
        self._begin()

    def _copy_as_it_is(self, data: Path) -> None:
        # The index of the WAL is made again from the WAL itself.
        for name in ("stet.sqlite3", "stet.sqlite3-wal"):
            with suppress(FileNotFoundError):
                shutil.copyfile(self._data / name, data / name)

    def _begin(self) -> None:
        self.app = create_app(_settings(self._data))
        self.app.config["TESTING"] = False


def _settings(data: Path) -> Settings:
    return Settings(data=data, rate_limits=False, writer_busy_timeout_seconds=0.3, log_level="error")
