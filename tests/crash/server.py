"""The server under test: a real process on a data folder of its own, to be killed and started again."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from tests.crash.api import Api, NoAnswerError

ROOT = Path(__file__).parents[2]
START_SECONDS = 60
COMMAND_SECONDS = 120


class ServerDiedError(Exception):
    """The server ended by itself, or never answered; holds the end of its log."""


class Server:
    """`python app.py`, one process at a time."""

    def __init__(self, folder: Path, *, async_mode: str, entry: str = "app") -> None:
        self.folder = folder
        self.async_mode = async_mode
        self._entry = entry
        self.port = _free_port()
        self.log_file = folder / "server.log"
        self._environment = os.environ | {
            "STET_DATA": str(folder / "data"),
            "STET_PORT": str(self.port),
            "STET_ASYNC_MODE": async_mode,
            "STET_RATE_LIMITS": "false",
            "STET_LOG_LEVEL": "warning",
            "STET_BACKUP_HOUR": "off",
            "STET_ALLOWED_NETWORKS": "127.0.0.1/32",
            "STET_TEST_WITNESS": str(folder / "witness"),
        }
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def database_file(self) -> Path:
        """The SQLite file."""
        return self.folder / "data" / "stet.sqlite3"

    @property
    def pid(self) -> int:
        """The process that serves now."""
        assert self._process is not None
        return self._process.pid

    def seed(self, *, users: int, rooms: int, messages: int) -> list[str]:
        """Fill the data folder and return the bearer tokens."""
        tokens = self.folder / "tokens"
        command = [sys.executable, "-m", "flask", "--app", "app", "seed", "--tokens", str(tokens)]
        command += ["--users", str(users), "--rooms", str(rooms), "--messages", str(messages)]
        subprocess.run(command, check=True, cwd=ROOT, env=self._environment, stdout=subprocess.DEVNULL)
        return tokens.read_text().split()

    def add_environment(self, variables: dict[str, str]) -> None:
        """Start every process with these variables too."""
        self._environment |= variables

    def command(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run `flask --app app …` on the data folder, beside the server or without it."""
        command = [sys.executable, "-m", "flask", "--app", "app", *arguments]
        made = self._environment | environment
        return subprocess.run(
            command, cwd=ROOT, env=made, capture_output=True, text=True, check=False, timeout=COMMAND_SECONDS
        )

    def start(self, *, may_die: bool = False, **environment: str) -> None:
        """Start the process and return when it answers; if it may die, also when it is dead.

        Raises:
            ServerDiedError: it does neither.
        """
        with self.log_file.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", self._entry],
                cwd=ROOT,
                env=self._environment | environment,
                stdout=log,
                stderr=log,
            )
        patience_ends = time.monotonic() + START_SECONDS
        while not self._answers():
            if may_die and self._process.poll() == -signal.SIGKILL:
                return
            if self._process.poll() is not None or time.monotonic() > patience_ends:
                raise ServerDiedError(self.log_file.read_text()[-4000:])
            time.sleep(0.05)

    def wait(self, seconds: float) -> None:
        """Wait until the process ends by itself, or the time is up."""
        assert self._process is not None
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(seconds)

    @property
    def exit_code(self) -> int | None:
        """How the process ended; None while it runs."""
        assert self._process is not None
        return self._process.poll()

    def kill(self) -> None:
        """End the process at once, wherever it is: `kill -9`.

        Raises:
            ServerDiedError: it had ended by itself.
        """
        assert self._process is not None
        if self._process.poll() is not None:
            raise ServerDiedError(self.log_file.read_text()[-4000:])
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def stop(self) -> None:
        """End the process, if there is one."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def _answers(self) -> bool:
        api = Api(self.port, "")
        try:
            return api.call("GET", "/api/health").status == 200
        except NoAnswerError:
            return False
        finally:
            api.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
