"""Every event that the log ever held in this history, read past the server while it runs: retention takes them away."""

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

from tests.crash.checks import Row

POLL_SECONDS = 0.2
LONG_AGO = "2026-01-01T00:00:00.000Z"
COLUMNS = "seq, stream_id, stream_seq, type, message_id, version, actor_id, payload"


class Archive(threading.Thread):
    """Reads what is new in the log, several times a second, until it is told to end."""

    def __init__(self, file: Path) -> None:
        super().__init__(name="archive", daemon=True)
        self.file = file
        self.rows: dict[int, Row] = {}
        self.reused: list[str] = []
        self.is_stopping = threading.Event()
        self._reading = threading.Lock()

    def run(self) -> None:
        while not self.is_stopping.wait(POLL_SECONDS):
            try:
                self.read_new()
            except sqlite3.Error:
                # The server has just been killed or is not there yet; the next look finds it.
                continue

    def read_new(self) -> None:
        """Take over what came since the last look."""
        with self._reading, closing(sqlite3.connect(f"file:{self.file}?mode=ro", uri=True, timeout=5)) as sqlite:
            newest = max(self.rows, default=0)
            # A few again: an event whose number is given a second time has another content.
            for values in sqlite.execute(f"SELECT {COLUMNS} FROM event WHERE seq > ?", (newest - 200,)):
                self._keep(Row(*values))

    def age_the_log(self) -> None:
        """Let every event that is known here be some days old, beside the running server."""
        self.read_new()
        with closing(sqlite3.connect(self.file, timeout=30)) as sqlite, sqlite:
            # The server alone checkpoints.
            sqlite.execute("PRAGMA wal_autocheckpoint = 0")
            sqlite.execute("UPDATE event SET at = ? WHERE seq <= ?", (LONG_AGO, max(self.rows, default=0)))

    def go_back_to(self, head_seq: int) -> None:
        """Forget what a restored backup does not have."""
        with self._reading:
            self.rows = {seq: row for seq, row in self.rows.items() if seq <= head_seq}

    def _keep(self, row: Row) -> None:
        known = self.rows.setdefault(row.seq, row)
        if known._replace(payload=None) != row._replace(payload=None):
            self.reused.append(f"event {row.seq} was {known}, and is {row}")
