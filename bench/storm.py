"""How long it takes until everybody is back after the server was killed.

    python -m bench.storm [--clients 1000] [--rooms 10] [--messages 200] [--async-mode threading]

Clients on raw WebSockets are connected and caught up; the server is killed with `kill -9`; messages are stored while it
is away; it is started again. Everybody comes back by themselves, with the delays of the browser's client, and asks for
what they missed. The promise is 30 s from the start of the new process until the last one has everything.
"""

import argparse
import json
import os
import selectors
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

from bench.load import Sender, cpu_seconds, measure, percentile, request
from tests.crash.server import ROOT, Server

PROMISED_SECONDS = 30
PATIENCE_SECONDS = 180


class Crowd:
    """The process with all the clients."""

    def __init__(self, port: int, tokens_file: Path) -> None:
        command = [sys.executable, "-m", "bench.returning", str(port), str(tokens_file)]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._read_line()

    def ask(self, word: str) -> dict[str, Any]:
        """Ask for the counts: count, report (with the time of everybody) or lose."""
        assert self._process.stdin is not None
        self._process.stdin.write(word + "\n")
        self._process.stdin.flush()
        found: dict[str, Any] = json.loads(self._read_line())
        return found

    def stop(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()

    def _read_line(self) -> str:
        assert self._process.stdout is not None
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            is_there = selector.select(PATIENCE_SECONDS)
        line = self._process.stdout.readline() if is_there else ""
        if not line:
            message = "the clients could not connect"
            raise RuntimeError(message)
        return line


def main() -> None:
    """Measure, print, and exit with 1 if the promise was not kept."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory(prefix="stet-bench-") as folder:
        server = Server(Path(folder), async_mode=arguments.async_mode)
        server.seed(users=arguments.clients, rooms=arguments.rooms, messages=1_000)
        tokens = Path(folder) / "tokens.first"
        (Path(folder) / "tokens").rename(tokens)
        server.start()
        crowd = None
        try:
            crowd = Crowd(server.port, tokens)
            is_kept = _measure(server, crowd, arguments)
        finally:
            if arguments.log:
                arguments.log.write_bytes(server.log_file.read_bytes())
            if crowd is not None:
                crowd.stop()
            server.stop()
    sys.exit(0 if is_kept else 1)


def _measure(server: Server, crowd: Crowd, arguments: argparse.Namespace) -> bool:
    print(f"{arguments.clients} clients in {arguments.rooms} rooms, {arguments.async_mode}", flush=True)
    crowd.ask("lose")
    killed_at = time.monotonic()
    server.kill()
    server.seed(users=arguments.clients, rooms=arguments.rooms, messages=arguments.messages)
    time.sleep(max(0.0, killed_at + arguments.away - time.monotonic()))
    started_at = time.monotonic()
    server.start()
    answering_at = time.monotonic()
    while crowd.ask("count")["count"] < arguments.clients and time.monotonic() - started_at < PATIENCE_SECONDS:
        time.sleep(0.2)
    cpu = cpu_seconds(server.pid)
    report = crowd.ask("report")
    wrong = _check(server.database_file, report)
    caught_up = _since(started_at, report["caught_up"])
    print(f"away for {started_at - killed_at:.1f} s, {arguments.messages} messages stored meanwhile")
    print(f"answering again after {answering_at - started_at:.1f} s\n")
    print("            p50 s   p95 s   max s")
    for name, times in (("connected", _since(started_at, report["hello"])), ("caught up", caught_up)):
        print(f"{name:<10}{percentile(times, 0.5):>7.1f}{percentile(times, 0.95):>8.1f}{times[-1]:>8.1f}")
    per_client = cpu / arguments.clients
    yardstick = _cpu_per_get(server)
    print(f"\nserver CPU {cpu:.1f} s: {per_client * 1000:.1f} ms per client, of {per_client / yardstick:.0f} GETs")
    print(f"server memory at most {_peak_mb(server.pid)} MB")
    turned_away = Counter(reason for at, reason in report["losses"] if at > answering_at)
    if turned_away:
        print(f"turned away although the server answered: {dict(turned_away)}")
    if report["refusals"]:
        print(f"{len(report['refusals'])} questions refused and repeated: {', '.join(sorted(set(report['refusals'])))}")
    for line in wrong[:10]:
        print(f"WRONG: {line}")
    is_kept = len(caught_up) == arguments.clients and caught_up[-1] <= PROMISED_SECONDS and not wrong
    print(f"everybody within {PROMISED_SECONDS} s: {'yes' if is_kept else 'NO'}")
    return is_kept


def _check(database: Path, report: dict[str, Any]) -> list[str]:
    """Return what is not as it must be: everybody stands at the head of each of their streams, without holes."""
    with closing(sqlite3.connect(database)) as sqlite:
        heads = dict(sqlite.execute("SELECT id, head FROM stream"))
    wrong = list(report["anomalies"])
    for number, positions in enumerate(report["positions"]):
        behind = {stream: at for stream, at in positions.items() if at != heads[stream]}
        if behind:
            wrong.append(f"client {number} stands at {behind}")
    return wrong


def _since(start: float, moments: list[float | None]) -> list[float]:
    return sorted(moment - start for moment in moments if moment is not None)


def _cpu_per_get(server: Server) -> float:
    """Return the CPU seconds of the cheapest request there is, on the same machine in the same minute."""
    senders = [Sender(server.port, lambda: request("GET", "/api/health")) for _ in range(8)]
    return measure(server.pid, senders, 2.0).cpu_us / 1_000_000


def _peak_mb(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) // 1024


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.storm", description=__doc__.splitlines()[0])
    mode = os.environ.get("STET_ASYNC_MODE", "eventlet")
    parser.add_argument("--async-mode", choices=("eventlet", "threading"), default=mode)
    parser.add_argument("--clients", type=int, default=1_000)
    parser.add_argument("--rooms", type=int, default=10)
    parser.add_argument("--messages", type=int, default=200, help="stored while the server is away")
    parser.add_argument("--log", type=Path, help="where to keep the server's log")
    parser.add_argument("--away", type=float, default=2.0, help="seconds, at least, until the new process starts")
    return parser.parse_args()


if __name__ == "__main__":
    main()
