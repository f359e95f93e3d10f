"""An old backup is restored, often by a command that is killed in the middle first."""

import json
import random
import shutil
import signal
import sqlite3
import tarfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from tests.crash.server import Server

KILLED = 0.5
"""The share of restores that are killed in the middle."""
MOST_STEPS = 8
"""How many steps of a restore are known, more or less."""
NEWEST = 3
"""Of that many backups one is chosen."""


class Place(NamedTuple):
    """Which history the database holds, and up to where."""

    epoch: str
    head: int


@dataclass
class Restoring:
    """One restore."""

    server: Server
    backups: Path
    chance: random.Random
    note: Callable[..., None]
    troubles: list[str] = field(default_factory=list)
    head: int = 0
    """Of the backup; 0 when none was restored."""
    was_killed: bool = False

    def run(self) -> None:
        """Restore one of the newest backups on the server that does not run, and remove all of them."""
        made = self._made()
        chosen = self.chance.choice(made[-NEWEST:])
        head = _manifest(chosen)["head_seq"]
        before = _place(self.server.database_file)
        planned = self.chance.randint(1, MOST_STEPS) if self.chance.random() < KILLED else 0
        self.note("restore", file=chosen.name, head_seq=head, killed_at_step=planned)
        if not (planned and self._is_restored_by_the_killed(chosen, planned, before, head)):
            ended = self.server.command("restore", str(chosen), "--force")
            if ended.returncode:
                self.troubles.append(f"flask restore: {ended.stderr[-1000:]}")
                return
        after = _place(self.server.database_file)
        if after.epoch == before.epoch or after.head != head:
            self.troubles.append(f"after a restore of {head} it is {after}, before it was {before}")
        self.head = head
        self._clear(made)

    def _is_restored_by_the_killed(self, chosen: Path, step: int, before: Place, head: int) -> bool:
        """Kill the command at a step; then a start must find the old history or the restored one, never a mixture."""
        planned = f"during_restore=kill@{step}"
        ended = self.server.command("restore", str(chosen), "--force", STET_FAILPOINTS=planned)
        if ended.returncode == 0:
            return True
        if ended.returncode != -signal.SIGKILL:
            self.troubles.append(f"flask restore, {planned}: {ended.stderr[-1000:]}")
        self.was_killed = True
        self.server.start()
        self.server.kill()
        found = _place(self.server.database_file)
        is_restored = found.epoch != before.epoch
        if found != before and (not is_restored or found.head != head):
            self.troubles.append(f"{planned} left {found}, before it was {before}, in the backup {head}")
        return is_restored

    def _made(self) -> list[Path]:
        own = self.server.database_file.parent / "backups"
        made = [*self.backups.glob("*[0-9].tar.gz"), *own.glob("stet-*.tar.gz")]
        if not made:
            first = self.backups / "0.tar.gz"
            ended = self.server.command("backup", str(first))
            assert not ended.returncode, ended.stderr
            made = [first]
        return sorted(made, key=lambda file: file.stat().st_mtime_ns)

    def _clear(self, made: list[Path]) -> None:
        for file in made:
            file.unlink(missing_ok=True)
        for aside in self.server.database_file.parent.glob("replaced-*"):
            shutil.rmtree(aside)


def _place(file: Path) -> Place:
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as sqlite:
        return Place(*sqlite.execute("SELECT epoch, head_seq FROM log_state").fetchone())


def _manifest(file: Path) -> dict[str, Any]:
    with tarfile.open(file) as archive:
        first = archive.next()
        assert first is not None
        member = archive.extractfile(first)
        assert member is not None
        found: dict[str, Any] = json.load(member)
        return found
