"""Kill the server under load, again and again, and check that every promise held.

    python -m tests.crash --rounds 25 --seed 7 --async-mode threading

Five people write by HTTP, each request under its own key until it is answered; six clients follow over sockets, are cut
off and come back; one person is taken out of a room and let in again; and `kill -9` falls at any moment. When all is at
rest, the database, the acknowledgements and what every client was told and shows must agree. Exit code 1 with the
evidence when they do not; the same seed makes the same choices, though not the same interleaving.
"""

import argparse
import random
import shutil
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from tests.crash import checks
from tests.crash.api import Api, NoAnswerError
from tests.crash.senders import Board, Doorkeeper, Sender, Writer
from tests.crash.server import Server, ServerDiedError
from tests.crash.sockets import SocketClient

SENDERS = 5
ROOM_IDS = [2, 3, 4]
GUEST_ROOM_ID = 3
GUEST_AWAY_SHARE = 0.3
"""In how many rounds the guest is not connected, and is taken out and let in unseen."""
SEEDED_MESSAGES = 240
REPEATS_PER_SENDER = 60
REST_SECONDS = 30
"""How long to wait for what should take a moment, before it counts as not happening."""
ALARMS = ("Traceback", "unexpected_error", "broadcast_interrupted", "broadcast_failed", "socket_handler_failed")


def main() -> int:
    """Run the rounds, print the figures, and return the exit code."""
    arguments = _arguments()
    folder = Path(tempfile.mkdtemp(prefix="stet-crash-"))
    _say(f"seed {arguments.seed}, {arguments.rounds} rounds, {arguments.async_mode}, in {folder}")
    trial = Trial(Server(folder, async_mode=arguments.async_mode), random.Random(arguments.seed))
    started = time.monotonic()
    try:
        trial.run(arguments.rounds)
    except ServerDiedError as error:
        trial.found["the server ended by itself"] = [str(error)]
    except NoAnswerError as error:
        trial.found["the server did not answer"] = [repr(error.__cause__)]
    finally:
        trial.end()
    is_clean = _report(trial, time.monotonic() - started)
    if is_clean:
        shutil.rmtree(folder)
    else:
        _say(f"\nseed {arguments.seed}; the data folder is kept: {folder}")
    return 0 if is_clean else 1


@dataclass
class Trial:
    """One run: the people, the rounds, the rest at the end, the checks."""

    server: Server
    chance: random.Random
    senders: list[Sender] = field(default_factory=list)
    clients: list[SocketClient] = field(default_factory=list)
    found: dict[str, list[str]] = field(default_factory=dict)
    kill_count: int = 0
    doorkeeper: Doorkeeper | None = None

    @property
    def writers(self) -> list[Writer]:
        """Everybody who writes."""
        return [*self.senders, *([self.doorkeeper] if self.doorkeeper else [])]

    def run(self, rounds: int) -> None:
        """Kill the server that many times, come to rest, check."""
        tokens = self.server.seed(users=SENDERS + 2, rooms=len(ROOM_IDS), messages=SEEDED_MESSAGES)
        self._gather(tokens)
        for number in range(rounds):
            self.server.start()
            if number == 0:
                self._begin()
            self._live_through_a_round()
            self.server.kill()
            self.kill_count += 1
            if number == rounds // 2:
                self._change_epoch()
        self.server.start()
        self._come_to_rest()
        self._check()

    def end(self) -> None:
        """Stop everything that still runs."""
        for thread in [*self.writers, *self.clients]:
            thread.is_stopping.set()
        self.server.stop()

    def _gather(self, tokens: list[str]) -> None:
        board = Board()
        port = self.server.port
        guest_id = SENDERS + 2
        self.senders = [
            Sender(user_id, Api(port, tokens[user_id - 1]), self._chance(), ROOM_IDS, board)
            for user_id in range(2, guest_id)
        ]
        self.doorkeeper = Doorkeeper(Api(port, tokens[0]), self._chance(), GUEST_ROOM_ID, guest_id)
        self.clients = [
            SocketClient(user_id, port, tokens[user_id - 1], self._chance(), reads_back=user_id != guest_id)
            for user_id in range(2, guest_id + 1)
        ]

    def _begin(self) -> None:
        for thread in [*self.clients, *self.writers]:
            thread.start()

    def _live_through_a_round(self) -> None:
        away = self.chance.sample(self.clients, self.chance.randint(0, 2))
        if self.chance.random() < GUEST_AWAY_SHARE:
            away.append(self.clients[-1])
        for client in self.clients:
            client.is_away.set() if client in away else client.is_away.clear()
        time.sleep(self.chance.uniform(0.5, 2.5))

    def _change_epoch(self) -> None:
        # As after a restored backup: every client has to start again from snapshots.
        with sqlite3.connect(self.server.database_file) as sqlite:
            sqlite.execute("UPDATE log_state SET epoch = 'another'")
        sqlite.close()

    def _come_to_rest(self) -> None:
        for client in self.clients:
            client.is_steady.set()
            client.is_away.clear()
        self._wait("a client does not come back", lambda: [c.name for c in self.clients if not c.is_following.is_set()])
        time.sleep(1)
        for writer in self.writers:
            writer.is_stopping.set()
        self._wait("a sender gets no answer", lambda: [writer.name for writer in self.writers if writer.is_alive()])
        for sender in self.senders:
            for request in sender.chance.sample(sender.ledger, min(REPEATS_PER_SENDER, len(sender.ledger))):
                sender.repeat(request)
        # All are connected: what was written must have reached them live, without another sync.
        self._wait("left behind live", self._behind)
        for client in self.clients:
            client.ask_for_sync()
        self._wait("left behind", self._behind)
        for client in self.clients:
            client.is_stopping.set()
            client.join()

    def _behind(self) -> list[str]:
        return [
            f"{client.name}: {answer}"
            for client in self.clients
            if client.crashed is None and (answer := self._missing(client)) is not None
        ]

    def _missing(self, client: SocketClient) -> object:
        api = Api(self.server.port, client.token)
        state = client.follower.state
        positions = {stream: shown["stream_seq"] for stream, shown in list(state.streams.items())}
        answer = api.call("POST", "/api/sync", {"epoch": client.follower.epoch, "positions": positions}).body
        api.close()
        told = {name: answer.get(name) for name in ("reset", "events", "fresh", "gone", "stale") if answer.get(name)}
        return told or None

    def _wait(self, name: str, left: Callable[[], list[str]]) -> None:
        patience_ends = time.monotonic() + REST_SECONDS
        while (waiting_for := left()) and time.monotonic() < patience_ends:
            time.sleep(0.1)
        self.found[name] = waiting_for

    def _check(self) -> None:
        store = checks.Store(self.server.database_file)
        senders, clients = self.senders, self.clients
        assert self.doorkeeper is not None
        self._keep("lost writes", checks.lost(store, senders))
        self._keep("writes stored twice", checks.stored_twice(store, senders))
        self._keep("messages nobody was told of", checks.unasked(store, senders, SEEDED_MESSAGES))
        self._keep("unexpected or differing answers", (s for writer in self.writers for s in writer.surprises))
        self._keep("wrong membership", checks.wrong_membership(store, self.doorkeeper, GUEST_ROOM_ID))
        self._keep("holes in the log", checks.holes_in_store(store))
        self._keep("holes in clients", checks.holes_in_clients(clients))
        self._keep("holes in live delivery", (hole for client in clients for hole in client.live_holes))
        self._keep("events out of order", checks.out_of_order(store, clients))
        self._keep("messages twice in a client", checks.applied_twice(clients))
        self._keep("phantoms", checks.phantoms(store, clients))
        self._keep("said before stored", (early for client in clients for early in client.early))
        self._keep("payloads kept after withdrawal", checks.not_withdrawn(store))
        self._keep("payloads sent after withdrawal", checks.sent_after_withdrawal(store, clients, senders))
        self._keep("events to somebody outside", checks.leaks(store, clients, self.doorkeeper))
        self._keep("stale states", (evidence for client in clients for evidence in checks.stale(client)))
        self._keep("clients that fell over", (f"{c.name}: {c.crashed!r}" for c in clients if c.crashed is not None))
        log = self.server.log_file.read_text()
        self._keep("alarms in the server's log", (line for line in log.splitlines() if any(a in line for a in ALARMS)))

    def _keep(self, name: str, evidence: Iterable[str]) -> None:
        self.found[name] = list(evidence)

    def _chance(self) -> random.Random:
        return random.Random(self.chance.getrandbits(64))


def _report(trial: Trial, seconds: float) -> bool:
    ledger = [request for writer in trial.writers for request in writer.ledger]
    methods = Counter(
        "reactions" if "/reactions/" in request.path else "members" if "/members" in request.path else request.method
        for request in ledger
    )
    deliveries = [delivery for client in trial.clients for delivery in client.deliveries]
    live = sum(delivery.is_live for delivery in deliveries)
    _row("seconds", round(seconds))
    _row("kills", trial.kill_count)
    _row("acknowledged writes", len(ledger))
    for name, method in (("posts", "POST"), ("edits", "PATCH"), ("deletions", "DELETE"), ("read marks", "PUT")):
        _row(f"  {name}", methods[method])
    _row("  reactions", methods["reactions"])
    _row("  memberships", methods["members"])
    _row("requests repeated", sum(writer.retry_count for writer in trial.writers))
    _row("socket connections", sum(client.connect_count for client in trial.clients))
    _row("resets", sum(client.reset_count for client in trial.clients))
    _row("events delivered live", live)
    _row("events caught up", len(deliveries) - live)
    _say("")
    for name, evidence in trial.found.items():
        _row(name, len(evidence))
    is_clean = "stale states" in trial.found and not any(trial.found.values())
    for name, evidence in trial.found.items():
        for line in evidence[:4]:
            _say(f"\n{name}: {line[:1500]}")
    _say("\nEvery promise held." if is_clean else "\nANOMALIES.")
    return is_clean


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=25)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    parser.add_argument("--async-mode", choices=("eventlet", "threading"), default="eventlet")
    return parser.parse_args()


def _row(name: str, count: int) -> None:
    _say(f"{name:<36}{count:>10,}")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
