"""How many posts the server acknowledges per second, how fast, and at what cost.

    python -m bench.sends [--async-mode threading] [--seconds 8]

The load comes from this process, the server is another one. Yardsticks of the same run, because machines differ and are
shared: `sqlite3` alone inserting and committing row by row on the same disk, and the server's cheapest request.
"""

import argparse
import os
import sqlite3
import tempfile
import time
from functools import partial
from itertools import cycle
from pathlib import Path
from statistics import mean

from bench.load import Figures, Sender, measure, post, request
from tests.crash.server import Server

CONCURRENT = (1, 8, 32)
ROOM_ID = 2
TEXTS = ("배포 완료했습니다. 확인 부탁드려요.", "The **second** test fails on my machine: `assert 3 == 4`", "Yes.")
YARDSTICK_SECONDS = 2.0


def main() -> None:
    """Measure and print."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory(prefix="stet-bench-") as folder:
        server = Server(Path(folder), async_mode=arguments.async_mode)
        tokens = server.seed(users=max(CONCURRENT), rooms=1, messages=1000)
        server.start()
        try:
            _measure(server, tokens, arguments.seconds)
        finally:
            server.stop()


def _measure(server: Server, tokens: list[str], seconds: float) -> None:
    # The machine may be shared, so the yardsticks are taken between the runs.
    commits, gets, runs = [], [], {}
    for count in CONCURRENT:
        commits.append(commits_per_second(server.folder))
        gets.append(measure(server.pid, _getters(server.port), YARDSTICK_SECONDS))
        runs[count] = measure(server.pid, _senders(server.port, tokens[:count]), seconds)

    plain = mean(commits)
    get_cpu = mean(run.cpu_us for run in gets)
    print(f"yardsticks: sqlite3 alone, a commit per row: {plain:,.0f}/s; GET /api/health: ", end="")
    print(f"{mean(run.per_second for run in gets):,.0f}/s, {get_cpu:,.0f} µs CPU\n")
    print("senders   posts/s   p50 ms   p95 ms   p99 ms   CPU µs/post   refused   posts/commit   CPU post/GET")
    for count, run in runs.items():
        print(_line(count, run, plain, get_cpu))


def _line(count: int, run: Figures, commits: float, get_cpu: float) -> str:
    return (
        f"{count:>7}{run.per_second:>10,.0f}{run.p50:>9.1f}{run.p95:>9.1f}{run.p99:>9.1f}{run.cpu_us:>14,.0f}"
        f"{run.refused:>10}{run.per_second / commits:>15.2f}{run.cpu_us / get_cpu:>15.2f}"
    )


def _getters(port: int) -> list[Sender]:
    return [Sender(port, partial(request, "GET", "/api/health")) for _ in range(max(CONCURRENT))]


def _senders(port: int, tokens: list[str]) -> list[Sender]:
    texts = cycle(TEXTS)
    return [Sender(port, partial(_next_post, token, texts)) for token in tokens]


def _next_post(token: str, texts: "cycle[str]") -> bytes:
    return post(ROOM_ID, token, next(texts))


def commits_per_second(folder: Path) -> float:
    """Return how many rows of a message's size the disk takes with a synced commit each."""
    file = folder / "yardstick.sqlite3"
    sqlite = sqlite3.connect(file, isolation_level=None)
    sqlite.execute("PRAGMA journal_mode = WAL")
    sqlite.execute("PRAGMA synchronous = FULL")
    sqlite.execute("CREATE TABLE IF NOT EXISTS message (id INTEGER PRIMARY KEY, text TEXT)")
    count, started = 0, time.perf_counter()
    while time.perf_counter() - started < YARDSTICK_SECONDS:
        sqlite.execute("BEGIN IMMEDIATE")
        sqlite.execute("INSERT INTO message (text) VALUES (?)", ("x" * 400,))
        sqlite.execute("COMMIT")
        count += 1
    elapsed = time.perf_counter() - started
    sqlite.close()
    return count / elapsed


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.sends", description=__doc__.splitlines()[0])
    mode = os.environ.get("STET_ASYNC_MODE", "eventlet")
    parser.add_argument("--async-mode", choices=("eventlet", "threading"), default=mode)
    parser.add_argument("--seconds", type=float, default=8.0, help="per number of senders")
    return parser.parse_args()


if __name__ == "__main__":
    main()
