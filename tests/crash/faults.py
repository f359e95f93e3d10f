"""What goes wrong in a round, drawn by the seed: each fault says how the server is started and what happens to it."""

import os
import random
import signal
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.crash.api import Api, NoAnswerError
from tests.crash.server import Server

DIED_OF_EIO = 70
PATIENCE_SECONDS = 20
FAILPOINTS = {
    "before_commit": 150,
    "after_commit": 150,
    "between_emits": 300,
    "inside_sync": 60,
    "before_cursor": 60,
    "before_mark": 60,
}
"""With the highest count to draw: how often a round comes by, more or less."""
SILENCE_SECONDS = (16, 18)
"""Longer than the server waits for a sign of life (15 s), and than it lets a reader be behind (10 s)."""


@dataclass
class Round:
    """What a fault may use."""

    server: Server
    chance: random.Random
    backups: Path
    control: "Control | None"
    owner: Api
    age_the_log: Callable[[], None]
    """Let everything in the log so far be some days old."""
    note: Callable[[str], None]
    troubles: list[str] = field(default_factory=list)
    """What should not have happened."""


@dataclass(frozen=True)
class Fault:
    """A name, the environment to start the server in, and what happens; afterwards the server is killed if it lives."""

    name: str
    happen: Callable[[Round], None]
    environment: dict[str, str] = field(default_factory=dict)
    is_loud: bool = False
    """The server is expected to complain in its log."""
    ends_with: int | None = None
    """How the server may end by itself; None: not at all."""

    @property
    def is_failpoint(self) -> bool:
        """Tell whether the server is to kill itself somewhere."""
        return "STET_FAILPOINTS" in self.environment and self.ends_with == -signal.SIGKILL


class Control:
    """The fault shim's file."""

    def __init__(self, file: Path) -> None:
        from tests.powerloss import shim

        self._control = shim.Control(file)
        self.set = self._control.set
        self.clear = self._control.clear


def every_fault(chance: random.Random, *, has_shim: bool) -> list[Fault]:
    """Return one of each kind, with counts and pauses drawn."""
    return [
        plain_kill(),
        Fault("stopped and continued", _stop),
        Fault("ended in order", _terminate, ends_with=0),
        Fault("foreign lock", _lock),
        Fault("silence", _keep_silent),
        *_failpoints(chance),
        *_jobs(chance),
        *(_disk_and_clock() if has_shim else ()),
    ]


def plain_kill() -> Fault:
    """Return the one that only ends the server, at any moment."""
    return Fault("kill", _wait)


def _failpoints(chance: random.Random) -> list[Fault]:
    killed = [
        Fault(
            f"{name}, {_words(action)}",
            _wait_for_the_end,
            {"STET_FAILPOINTS": f"{name}={action}@{chance.randint(1, most)}"},
            ends_with=-signal.SIGKILL,
        )
        for name, most in FAILPOINTS.items()
        for action in _ways_to_die(chance)
    ]
    raising = {"STET_FAILPOINTS": f"before_cursor=raise@{chance.randint(1, 20)}"}
    return [*killed, Fault("listener exceptions", _wait, raising, is_loud=True)]


def _jobs(chance: random.Random) -> list[Fault]:
    """Backups and retention beside the server and inside it, left alone and killed."""
    faults = [
        Fault("backup", _back_up),
        Fault("backup by the server", _let_the_server_back_up),
        Fault("retention", _trim),
        Fault("retention by the server", _let_the_server_trim, _trimming("")),
    ]
    for action in _ways_to_die(chance):
        words, count = _words(action), chance.randint(1, 3)
        backing = f"during_backup={action}"
        trimming = f"during_retention={action}@{count}"
        faults += [
            Fault(f"backup, {words}", _killed_command("backup", backing)),
            Fault(
                f"backup by the server, {words}",
                _let_the_server_back_up,
                {"STET_FAILPOINTS": backing},
                ends_with=-signal.SIGKILL,
            ),
            Fault(f"retention, {words}", _killed_command("trim-log", trimming)),
            Fault(
                f"retention by the server, {words}",
                _let_the_server_trim,
                _trimming(trimming),
                ends_with=-signal.SIGKILL,
            ),
        ]
    return faults


def _disk_and_clock() -> list[Fault]:
    return [
        Fault("disk full", _fill_the_disk, is_loud=True),
        Fault("EIO on write", _break_the_disk("write"), is_loud=True, ends_with=DIED_OF_EIO),
        Fault("EIO on fsync", _break_the_disk("fsync"), is_loud=True, ends_with=DIED_OF_EIO),
        Fault("clock jump", _jump),
    ]


def _ways_to_die(chance: random.Random) -> tuple[str, str]:
    return "kill", f"pause:{chance.uniform(0.05, 0.6):.2f}+kill"


def _words(action: str) -> str:
    return "pause and kill" if "+" in action else "kill"


def _trimming(failpoints: str) -> dict[str, str]:
    environment = {"STET_LOG_DAYS": "1", "STET_HOUSEKEEPING_DELAY_SECONDS": "0.5"}
    return environment | ({"STET_FAILPOINTS": failpoints} if failpoints else {})


def _wait(round_: Round) -> None:
    time.sleep(round_.chance.uniform(0.3, 1.6))


def _wait_for_the_end(round_: Round) -> None:
    # A failpoint may not be reached often enough; then it is a plain kill.
    round_.server.wait(round_.chance.uniform(1.5, 3))


def _keep_silent(round_: Round) -> None:
    # Nothing happens to the server: it has to let go of clients that vanished and of those that do not read.
    round_.server.wait(round_.chance.uniform(*SILENCE_SECONDS))


def _terminate(round_: Round) -> None:
    time.sleep(round_.chance.uniform(0.3, 1.2))
    os.kill(round_.server.pid, signal.SIGTERM)
    round_.server.wait(PATIENCE_SECONDS)
    if round_.server.exit_code is None:
        round_.troubles.append("the server does not end when it is asked to")


def _stop(round_: Round) -> None:
    time.sleep(round_.chance.uniform(0.1, 0.6))
    os.kill(round_.server.pid, signal.SIGSTOP)
    time.sleep(round_.chance.uniform(0.2, 2))
    os.kill(round_.server.pid, signal.SIGCONT)
    time.sleep(round_.chance.uniform(0, 0.5))


def _lock(round_: Round) -> None:
    other = sqlite3.connect(round_.server.database_file, isolation_level=None, timeout=5)
    try:
        other.execute("BEGIN IMMEDIATE")
        # Longer than the server waits before it says that it is busy, at times.
        time.sleep(round_.chance.choice((0.3, 1, 2, 8)))
        other.execute("ROLLBACK")
    except sqlite3.OperationalError as error:
        round_.note(f"the lock was not had: {error}")
    finally:
        other.close()
    time.sleep(round_.chance.uniform(0.1, 0.6))


def _fill_the_disk(round_: Round) -> None:
    assert round_.control is not None
    time.sleep(round_.chance.uniform(0.1, 0.5))
    round_.control.set(f"fail write ENOSPC path -wal{round_.chance.choice(('', ' short'))}")
    time.sleep(round_.chance.uniform(0.2, 1))
    round_.control.clear()
    time.sleep(round_.chance.uniform(0.3, 0.8))
    if round_.server.exit_code is not None:
        round_.troubles.append(f"the server ended with {round_.server.exit_code} when the disk was full")


def _break_the_disk(call: str) -> Callable[[Round], None]:
    def break_it(round_: Round) -> None:
        assert round_.control is not None
        time.sleep(round_.chance.uniform(0.1, 0.5))
        round_.control.set(f"fail {call} EIO path stet.sqlite3 after {round_.chance.randint(0, 20)}")
        round_.server.wait(PATIENCE_SECONDS)
        round_.control.clear()
        if round_.server.exit_code != DIED_OF_EIO:
            round_.troubles.append(f"the server went on after an I/O error on {call}: {round_.server.exit_code}")

    return break_it


def _jump(round_: Round) -> None:
    assert round_.control is not None
    time.sleep(round_.chance.uniform(0.1, 0.4))
    round_.control.set(f"clock {round_.chance.choice(('-7200', '-60', '+60', '+86400'))}")
    time.sleep(round_.chance.uniform(0.4, 1.2))
    round_.control.clear()
    time.sleep(round_.chance.uniform(0.1, 0.4))


def _back_up(round_: Round) -> None:
    name = f"{time.monotonic_ns()}.tar.gz"
    ended = round_.server.command("backup", str(round_.backups / name))
    if ended.returncode:
        round_.troubles.append(f"flask backup: {ended.stderr[-500:]}")


def _let_the_server_back_up(round_: Round) -> None:
    time.sleep(round_.chance.uniform(0.1, 0.8))
    try:
        answer = round_.owner.call("POST", "/api/backups")
        if answer.status != 202:
            round_.troubles.append(f"POST /api/backups: {answer}")
        _wait_for_the_backup(round_)
    except NoAnswerError:
        # Killed in the middle, as it may be.
        round_.server.wait(PATIENCE_SECONDS)


def _wait_for_the_backup(round_: Round) -> None:
    patience_ends = time.monotonic() + PATIENCE_SECONDS
    while (told := round_.owner.call("GET", "/api/backups").body)["stage"] is not None:
        if time.monotonic() > patience_ends:
            round_.troubles.append(f"the server does not come to an end with its backup: {told}")
            return
        time.sleep(0.1)
    if told["last"] is None or told["last"]["error"] is not None:
        round_.troubles.append(f"the server's backup: {told}")


def _trim(round_: Round) -> None:
    round_.age_the_log()
    ended = round_.server.command("trim-log", "--days", "1")
    if ended.returncode:
        round_.troubles.append(f"flask trim-log: {ended.stderr[-500:]}")


def _let_the_server_trim(round_: Round) -> None:
    round_.age_the_log()
    round_.server.wait(round_.chance.uniform(2, 3.5))


def _killed_command(command: str, failpoint: str) -> Callable[[Round], None]:
    def run_it(round_: Round) -> None:
        round_.age_the_log()
        arguments = {"backup": [str(round_.backups / "killed.tar.gz")], "trim-log": ["--days", "1"]}[command]
        ended = round_.server.command(command, *arguments, STET_FAILPOINTS=failpoint)
        if ended.returncode not in {0, -signal.SIGKILL}:
            round_.troubles.append(f"flask {command}: {ended.stderr[-500:]}")
        if (round_.backups / "killed.tar.gz").exists() and ended.returncode:
            round_.troubles.append("a backup that was killed has its final name")

    return run_it
