"""Fixtures of the flows: a real server process, as `python app.py` starts it."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.crash.api import Answer, Api
from tests.crash.server import Server
from tests.wire import Wire

ASYNC_MODE = os.environ.get("STET_ASYNC_MODE", "eventlet")


@dataclass
class LiveServer:
    """A server that answers, and the bearer tokens of the people of its workspace, the owner's first."""

    server: Server
    tokens: list[str]

    @property
    def port(self) -> int:
        """Where it answers."""
        return self.server.port

    def call(self, person: int, method: str, path: str, body: object = None, *, key: str | None = None) -> Answer:
        """Send a person's request on a connection of its own, and return the answer."""
        with closing(Api(self.port, self.tokens[person])) as api:
            return api.call(method, path, body, key=key)


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """Return a data folder with three people in one room, and their tokens; to be copied."""
    folder = tmp_path_factory.mktemp("seeded")
    tokens = Server(folder, async_mode=ASYNC_MODE).seed(users=3, rooms=1, messages=0)
    return folder / "data", tokens


@pytest.fixture(scope="session")
def live_server(seeded: tuple[Path, list[str]], tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """Return a running server that all flows share; it runs to the end."""
    yield from _serving(seeded, tmp_path_factory.mktemp("live"))


@pytest.fixture
def own_server(seeded: tuple[Path, list[str]], tmp_path: Path) -> Iterator[LiveServer]:
    """Return a running server that the test may end."""
    yield from _serving(seeded, tmp_path)


@pytest.fixture
def wire(live_server: LiveServer) -> Iterator[Callable[..., Wire]]:
    """Return a function that opens a socket to the shared server; every socket is closed at the end."""
    opened: list[Wire] = []

    def opening(**how: str) -> Wire:
        opened.append(Wire(live_server.port, **how))
        return opened[-1]

    yield opening
    for each in opened:
        each.close()


def _serving(seeded: tuple[Path, list[str]], folder: Path) -> Iterator[LiveServer]:
    shutil.copytree(seeded[0], folder / "data")
    server = Server(folder, async_mode=ASYNC_MODE)
    server.start()
    yield LiveServer(server, seeded[1])
    server.stop()
