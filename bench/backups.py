"""How long a backup takes, and what people who write meanwhile notice of it.

    python -m bench.backups [--async-mode threading] [--messages 100000] [--seconds 5] [--rounds 3]

Posts are measured in turns, without a backup and with one after the other being made, because machines are shared.
"""

import argparse
import os
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from itertools import cycle
from pathlib import Path
from statistics import median

from bench.load import Figures, Sender, measure, post
from tests.crash.api import Api
from tests.crash.server import Server

SENDERS = 8
ROOM_ID = 2
TEXTS = cycle(("배포 완료했습니다. 확인 부탁드려요.", "The **second** test fails: `assert 3 == 4`", "Yes."))
LOOK_SECONDS = 0.05
MEGABYTE = 1_000_000


def main() -> None:
    """Measure and print."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory(prefix="stet-bench-") as folder:
        server = Server(Path(folder), async_mode=arguments.async_mode)
        tokens = server.seed(users=SENDERS, rooms=1, messages=arguments.messages)
        server.start()
        try:
            _measure(server, tokens, arguments)
        finally:
            server.stop()


def _measure(server: Server, tokens: list[str], arguments: argparse.Namespace) -> None:
    with closing(Api(server.port, tokens[0])) as api:
        alone = _back_up(api)
    database = server.database_file.stat().st_size / MEGABYTE
    print(f"{arguments.messages:,} messages, database {database:,.0f} MB")
    print(f"one backup, nobody writing: {alone['seconds']:.1f} s, file {alone['size_bytes'] / MEGABYTE:,.0f} MB\n")

    quiet: list[Figures] = []
    meanwhile: list[Figures] = []
    taken: list[float] = []
    for _ in range(arguments.rounds):
        quiet.append(measure(server.pid, _senders(server.port, tokens), arguments.seconds))
        with _backing_up(server.port, tokens[0], taken):
            meanwhile.append(measure(server.pid, _senders(server.port, tokens), arguments.seconds))
    print(f"{SENDERS} senders        posts/s   p50 ms   p99 ms   refused")
    for name, runs in (("no backup", quiet), ("during backups", meanwhile)):
        print(
            f"{name:<16}{_middle(runs, 'per_second'):>8,.0f}{_middle(runs, 'p50'):>9.1f}{_middle(runs, 'p99'):>9.1f}"
            f"{sum(run.refused for run in runs):>10}"
        )
    ratios = [_middle(meanwhile, name) / _middle(quiet, name) for name in ("per_second", "p50", "p99")]
    print(f"{'ratio':<16}{ratios[0]:>8.2f}{ratios[1]:>9.2f}{ratios[2]:>9.2f}")
    print(f"{len(taken)} backups meanwhile, {median(taken):.1f} s each")


@contextmanager
def _backing_up(port: int, token: str, taken: list[float]) -> Iterator[None]:
    """Have one backup after the other made; `taken` gets how long each took, in seconds."""
    is_over = threading.Event()

    def make() -> None:
        with closing(Api(port, token)) as api:
            while not is_over.is_set():
                taken.append(_back_up(api)["seconds"])

    maker = threading.Thread(target=make)
    maker.start()
    try:
        yield
    finally:
        is_over.set()
        maker.join()


def _back_up(api: Api) -> dict[str, float]:
    """Make a backup, wait for its end, delete it, and return how long it took and how large it was."""
    assert api.call("POST", "/api/backups").status == 202
    overview = api.call("GET", "/api/backups").body
    while overview["stage"] is not None:
        time.sleep(LOOK_SECONDS)
        overview = api.call("GET", "/api/backups").body
    last, newest = overview["last"], overview["backups"][0]
    assert last["error"] is None, last
    api.call("DELETE", f"/api/backups/{newest['name']}")
    return {"seconds": last["seconds"], "size_bytes": newest["size_bytes"]}


def _senders(port: int, tokens: list[str]) -> list[Sender]:
    return [Sender(port, partial(_next_post, token)) for token in tokens]


def _next_post(token: str) -> bytes:
    return post(ROOM_ID, token, next(TEXTS))


def _middle(runs: list[Figures], name: str) -> float:
    return float(median(getattr(run, name) for run in runs))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.backups", description=__doc__.splitlines()[0])
    mode = os.environ.get("STET_ASYNC_MODE", "eventlet")
    parser.add_argument("--async-mode", choices=("eventlet", "threading"), default=mode)
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=5.0, help="per measurement")
    parser.add_argument("--rounds", type=int, default=3)
    return parser.parse_args()


if __name__ == "__main__":
    main()
