"""How many events per second reach 200 connected clients, and how long one takes from the send to a client.

    python -m bench.deliveries [--clients 200] [--async-mode threading]

The server, the clients and the senders are three processes. First at a calm pace, for the latency; then eight senders
as fast as they are answered, for the throughput.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any

from bench.load import Sender, cpu_seconds, measure, percentile, post
from tests.crash.server import ROOT, Server

ROOM_ID = 2
CALM_POSTS_PER_SECOND = 5
BUSY_SENDERS = 8
PATIENCE_SECONDS = 20


class Audience:
    """The process with all the clients."""

    def __init__(self, port: int, tokens_file: Path) -> None:
        command = [sys.executable, "-m", "bench.listening", str(port), str(tokens_file)]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._read_line()

    def ask(self, word: str) -> dict[str, Any]:
        """Ask for the counts: count, report (with every latency) or reset."""
        assert self._process.stdin is not None
        self._process.stdin.write(word + "\n")
        self._process.stdin.flush()
        found: dict[str, Any] = json.loads(self._read_line())
        return found

    def wait_for(self, count: int) -> dict[str, Any]:
        """Return the report when that many deliveries have come, or when patience ends."""
        patience_ends = time.monotonic() + PATIENCE_SECONDS
        while self.ask("count")["count"] < count and time.monotonic() < patience_ends:
            time.sleep(0.2)
        return self.ask("report")

    def stop(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()

    def _read_line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            message = "the clients could not connect"
            raise RuntimeError(message)
        return line


def main() -> None:
    """Measure and print."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory(prefix="stet-bench-") as folder:
        server = Server(Path(folder), async_mode=arguments.async_mode)
        tokens = server.seed(users=arguments.clients, rooms=1, messages=0)
        server.start()
        audience = Audience(server.port, Path(folder) / "tokens")
        try:
            print(f"{arguments.clients} clients, {arguments.async_mode}\n")
            print("pace       posts/s   deliveries/s   p50 ms   p95 ms   p99 ms   CPU µs/delivery   missing   cut off")
            print(_calm(server, audience, tokens, arguments.seconds), flush=True)
            print(_busy(server, audience, tokens, arguments.seconds))
        finally:
            audience.stop()
            server.stop()


def _calm(server: Server, audience: Audience, tokens: list[str], seconds: float) -> str:
    audience.ask("reset")
    cpu, started = cpu_seconds(server.pid), time.monotonic()
    sender = Sender(server.port, partial(_next_post, tokens[0]))
    count = int(seconds * CALM_POSTS_PER_SECOND)
    for number in range(count):
        time.sleep(max(0.0, started + number / CALM_POSTS_PER_SECOND - time.monotonic()))
        sender.send_and_wait()
    return _line("calm", server, audience, (cpu, started, count, len(tokens)))


def _busy(server: Server, audience: Audience, tokens: list[str], seconds: float) -> str:
    audience.ask("reset")
    cpu, started = cpu_seconds(server.pid), time.monotonic()
    senders = [Sender(server.port, partial(_next_post, token)) for token in tokens[:BUSY_SENDERS]]
    measure(server.pid, senders, seconds)
    posted = sum(sender.answered for sender in senders)
    return _line("busy", server, audience, (cpu, started, posted, len(tokens)))


def _line(pace: str, server: Server, audience: Audience, run: tuple[float, float, int, int]) -> str:
    cpu_before, started, posted, clients = run
    report = audience.wait_for(posted * clients)
    cpu = cpu_seconds(server.pid) - cpu_before
    elapsed = report["last_at"] / 1e9 - started
    latencies = sorted(report["latencies"])
    p50, p95, p99 = (percentile(latencies, share) for share in (0.5, 0.95, 0.99))
    return (
        f"{pace:<7}{posted / elapsed:>11,.0f}{len(latencies) / elapsed:>15,.0f}{p50:>9.1f}{p95:>9.1f}{p99:>9.1f}"
        f"{cpu / len(latencies) * 1e6:>18,.0f}{posted * clients - len(latencies):>10,}{report['cut_off']:>10}"
    )


def _next_post(token: str) -> bytes:
    return post(ROOM_ID, token, f"at {time.monotonic_ns()} 배포 완료했습니다. Please check.")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.deliveries", description=__doc__.splitlines()[0])
    mode = os.environ.get("STET_ASYNC_MODE", "eventlet")
    parser.add_argument("--async-mode", choices=("eventlet", "threading"), default=mode)
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=8.0, help="per pace")
    return parser.parse_args()


if __name__ == "__main__":
    main()
