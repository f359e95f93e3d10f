"""How long looking for garbage stops everything, with and without what was loaded at the start.

    python -m bench.pauses [--requests 4000] [--rounds 3]

Both are measured in turns in one process, because machines are shared.
"""

import argparse
import gc
import tempfile
import time
from pathlib import Path
from statistics import median

from flask import Flask

import app as entry  # noqa: F401 - patches the standard library, as in the real server
from chat.config import Settings
from chat.factory import close_app, create_app

OLDEST = 2


class Pauses:
    """Milliseconds that each full collection took."""

    def __init__(self) -> None:
        self.found: list[float] = []
        self._since = 0.0

    def __call__(self, phase: str, info: dict[str, int]) -> None:
        """Take the time; called by the collector."""
        if info["generation"] == OLDEST and phase == "start":
            self._since = time.perf_counter()
        elif info["generation"] == OLDEST:
            self.found.append((time.perf_counter() - self._since) * 1_000)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=4_000)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="stet-bench-") as folder:
        app = create_app(Settings(data=Path(folder) / "data", rate_limits=False))
        loaded, aside = [], []
        for _ in range(arguments.rounds):
            loaded += _pauses(app, arguments.requests)
            gc.freeze()
            aside += _pauses(app, arguments.requests)
            gc.unfreeze()
        close_app(app)
    for name, found in (("looked at", loaded), ("set aside", aside)):
        print(f"what was loaded is {name}: median {median(found):6.1f} ms of {len(found)}")
    print(f"ratio of the medians: {median(loaded) / median(aside):.0f}")


def _pauses(app: Flask, requests: int) -> list[float]:
    gc.collect()
    pauses = Pauses()
    gc.callbacks.append(pauses)
    with app.test_client() as client:
        for _ in range(requests):
            client.get("/api/health")
    gc.collect()
    gc.callbacks.remove(pauses)
    return pauses.found


if __name__ == "__main__":
    main()
