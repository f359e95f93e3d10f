"""What happened in a run, a line of JSON each: every try of a write and its end, every delivery, every fault."""

import json
import threading
import time
from pathlib import Path


class History:
    """Appends to `history.ndjson`; times are seconds since the run began."""

    def __init__(self, file: Path) -> None:
        self._file = file.open("w", encoding="utf-8")
        self._guard = threading.Lock()
        self._began = time.monotonic()

    def note(self, what: str, **facts: object) -> None:
        """Write down one thing."""
        line = json.dumps({"t": round(time.monotonic() - self._began, 4), "what": what, **facts}, ensure_ascii=False)
        with self._guard:
            self._file.write(line + "\n")

    def close(self) -> None:
        """Write down what is still in memory."""
        with self._guard:
            self._file.close()
