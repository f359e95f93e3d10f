"""What goes wrong in a round, drawn by the seed: each fault says how the server is started and what happens to it."""

import os
import random
import signal
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.crash.server import Server

DIED_OF_EIO = 70
PATIENCE_SECONDS = 20
FAILPOINTS = {"before_commit": 150, "after_commit": 150, "between_emits": 300, "inside_sync": 60, "before_cursor": 60}
"""With the highest count to draw: how often a round comes by, more or less."""


@dataclass
class Round:
    """What a fault may use."""

    server: Server
    chance: random.Random
    backups: Path
    control: "Control | None"
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


class Control:
    """The fault shim's file."""

    def __init__(self, file: Path) -> None:
        from tests.powerloss import shim

        self._control = shim.Control(file)
        self.set = self._control.set
        self.clear = self._control.clear


def every_fault(chance: random.Random, *, has_shim: bool) -> list[Fault]:
    """Return one of each kind, with counts and pauses drawn."""
    faults = [Fault("kill", _wait), Fault("stopped and continued", _stop), Fault("foreign lock", _lock)]
    for name, most in FAILPOINTS.items():
        for action in ("kill", f"pause:{chance.uniform(0.05, 0.6):.2f}+kill"):
            planned = f"{name}={action}@{chance.randint(1, most)}"
            label = f"{name}, {'pause and kill' if '+' in action else 'kill'}"
            faults.append(Fault(label, _wait_for_the_end, {"STET_FAILPOINTS": planned}))
    raising = f"before_cursor=raise@{chance.randint(1, 20)}"
    faults += [
        Fault("listener exceptions", _wait, {"STET_FAILPOINTS": raising}, is_loud=True),
        Fault("backup", _back_up),
        Fault("backup killed", _killed_command("backup", "during_backup")),
        Fault("retention", _trim),
        Fault("retention killed", _killed_command("trim-log", "during_retention")),
    ]
    if has_shim:
        faults += [
            Fault("disk full", _fill_the_disk, is_loud=True),
            Fault("EIO on write", _break_the_disk("write"), is_loud=True),
            Fault("EIO on fsync", _break_the_disk("fsync"), is_loud=True),
            Fault("clock jump", _jump),
        ]
    return faults


def _wait(round_: Round) -> None:
    time.sleep(round_.chance.uniform(0.3, 1.6))


def _wait_for_the_end(round_: Round) -> None:
    # A failpoint may not be reached often enough; then it is a plain kill.
    round_.server.wait(round_.chance.uniform(1.5, 3))


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
        time.sleep(round_.chance.choice((0.3, 1, 2, 6)))
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


def _trim(round_: Round) -> None:
    ended = round_.server.command("trim-log", "--days", "0")
    if ended.returncode:
        round_.troubles.append(f"flask trim-log: {ended.stderr[-500:]}")


def _killed_command(command: str, failpoint: str) -> Callable[[Round], None]:
    def run_it(round_: Round) -> None:
        arguments = {"backup": [str(round_.backups / "killed.tar.gz")], "trim-log": ["--days", "0"]}[command]
        count = 1 if command == "backup" else round_.chance.randint(1, 4)
        ended = round_.server.command(command, *arguments, STET_FAILPOINTS=f"{failpoint}=kill@{count}")
        if ended.returncode not in {0, -signal.SIGKILL}:
            round_.troubles.append(f"flask {command}: {ended.stderr[-500:]}")
        if (round_.backups / "killed.tar.gz").exists() and ended.returncode:
            round_.troubles.append("a backup that was killed has its final name")

    return run_it
