"""One run: people write and follow while one fault after the other comes; now and then all come to rest.

A run is a row of eras. At the end of each the server runs undisturbed until everybody is up to date, and everything is
checked. Between two eras an old backup is restored, and what must be there from then on is what the backup had.
"""

import random
import signal
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from tests.crash import checks, effects, snoop
from tests.crash.api import Api
from tests.crash.archive import Archive
from tests.crash.faults import Control, Fault, Round, every_fault, plain_kill
from tests.crash.history import History
from tests.crash.migrating import migrate_under_kills
from tests.crash.proxy import FOLLOWING, WRITING, Proxy
from tests.crash.restoring import Restoring
from tests.crash.senders import Board, Doorkeeper, Sender, Writer, Written
from tests.crash.server import Server
from tests.crash.site import Site
from tests.crash.sockets import SocketClient

SENDERS = 5
ROOM_IDS = [2, 3, 4]
GUEST_ID = SENDERS + 2
GUEST_ROOM_ID = 3
GUEST_AWAY_SHARE = 0.3
"""In how many rounds the guest is not connected, and is taken out and let in unseen."""
SEEDED_MESSAGES = 240
REPEATS_PER_SENDER = 40
REST_SECONDS = 90
MOST_REST_SECONDS = 900
"""How long to wait for what should take a moment, before it counts as not happening."""
ANSWER_SECONDS = 5
"""How long a writer waits for an answer before the request is repeated."""
PLAIN_KILLS = 0.25
"""The share of rounds that end by `kill -9` alone; the others go through all faults in turn, in a drawn order."""
ALARMS = ("Traceback", "unexpected_error", "broadcast_interrupted", "broadcast_failed", "socket_handler_failed")
WITNESSES = {"witness": ["witness"], "resting": ["resting"], "parcels": ["parcels:near", "parcels:far"]}
"""The listeners that tell others, and under which names these keep what they were told; each has a file."""
STUMBLING = ("listener_failed: stumbling", "this listener stumbles")


class Trial:
    """The people, the rounds, the rest at the end of each era, the checks."""

    def __init__(self, folder: Path, *, async_mode: str, seed: int, entry: str, has_shim: bool) -> None:
        self.folder = folder
        self.chance = random.Random(seed)
        self.server = Server(folder, async_mode=async_mode, entry=entry)
        self.site = Site()
        self.history = History(folder / "history.ndjson")
        self.found: dict[str, list[str]] = {}
        self.counts: Counter[str] = Counter()
        self.faults: Counter[str] = Counter()
        self.senders: list[Sender] = []
        self.clients: list[SocketClient] = []
        self.board = Board()
        self.backups = folder / "backups"
        self.backups.mkdir()
        self.control: Control | None = None
        self.proxies: list[Proxy] = []
        self._has_witness = entry == "tests.crash.entry"
        self._begins = dict.fromkeys(WITNESSES, 0)
        self._oldest_kept = 1
        self._queue: list[Fault] = []
        self._heard_log = 0
        if has_shim:
            self._put_under_shim()

    def run(self, kills: int, *, era_kills: int) -> None:
        """Go through that many kills, in eras."""
        troubles = migrate_under_kills(self.folder / "old", async_mode=self.server.async_mode)
        self._keep("a migration that was killed", troubles)
        tokens = self.server.seed(users=SENDERS + 2, rooms=len(ROOM_IDS), messages=SEEDED_MESSAGES)
        self._let_the_witnesses_begin()
        self.proxies = [Proxy(self.server.port, self._chance(), moods) for moods in (FOLLOWING, WRITING)]
        self.archive = Archive(self.server.database_file)
        self.archive.read_new()
        self.archive.start()
        self._gather(tokens)
        while kills > 0:
            self._live_through_an_era(min(kills, era_kills))
            kills -= era_kills
            if kills > 0:
                self._restore_an_old_backup()
                self._begin_again()

    def end(self) -> None:
        """Stop everything that still runs."""
        for thread in [*self._writers(), *self.clients]:
            thread.is_stopping.set()
        if hasattr(self, "archive"):
            self.archive.is_stopping.set()
        if hasattr(self, "snoop"):
            self.snoop.is_stopping.set()
        for proxy in self.proxies:
            proxy.close()
        self.server.stop()
        self.site.close()
        self.history.close()

    # --- Rounds ---

    def _live_through_an_era(self, kills: int) -> None:
        for proxy in self.proxies:
            proxy.is_calm.clear()
        for client in self.clients:
            client.is_steady.clear()
        for _ in range(kills):
            self._live_through_a_round(self._next_fault())
        self.server.start()
        self._come_to_rest()
        self._check()
        self.server.kill()
        self._hear_log(is_loud=False)

    def _live_through_a_round(self, fault: Fault) -> None:
        self.history.note("round", fault=fault.name, environment=fault.environment)
        self.faults[fault.name] += 1
        round_ = Round(
            server=self.server,
            chance=self._chance(),
            backups=self.backups,
            control=self.control,
            owner=Api(self.server.port, self.tokens[0]),
            age_the_log=self.archive.age_the_log,
            note=self.history.note,
        )
        self.server.start(may_die=bool(fault.environment), **fault.environment)
        self._begin_writing()
        away = self.chance.sample(self.clients, self.chance.randint(0, 2))
        if self.chance.random() < GUEST_AWAY_SHARE:
            away.append(self.clients[-1])
        for client in self.clients:
            client.is_away.set() if client in away else client.is_away.clear()
        fault.happen(round_)
        if self.control is not None:
            self.control.clear()
        self._keep("what a fault led to", (f"{fault.name}: {trouble}" for trouble in round_.troubles))
        round_.owner.close()
        self.counts["failpoints reached"] += fault.is_failpoint and self.server.exit_code == -signal.SIGKILL
        if self.server.exit_code is None:
            self.server.kill()
        elif self.server.exit_code != fault.ends_with:
            self._keep("the server ended by itself", [f"{fault.name}: exit code {self.server.exit_code}"])
        self.history.note("dead", exit_code=self.server.exit_code)
        self._hear_log(is_loud=fault.is_loud)
        self.counts["kills"] += 1

    def _next_fault(self) -> Fault:
        if self.chance.random() < PLAIN_KILLS:
            return plain_kill()
        if not self._queue:
            self._queue = every_fault(self.chance, has_shim=self.control is not None)
            self.chance.shuffle(self._queue)
        return self._queue.pop()

    def _let_the_witnesses_begin(self) -> None:
        # A new listener begins at the head as it finds it; here it is known from the first event on.
        with closing(sqlite3.connect(self.server.database_file)) as sqlite, sqlite:
            head: int = sqlite.execute("SELECT head_seq FROM log_state").fetchone()[0]
            for name in WITNESSES:
                sqlite.execute("INSERT INTO listener (name, cursor, attempts) VALUES (?, ?, 0)", (name, head))
                self._begins[name] = head

    # --- People ---

    def _gather(self, tokens: list[str]) -> None:
        port = self.server.port
        self.tokens = tokens
        self.senders = [self._new_sender(user_id) for user_id in range(2, GUEST_ID)]
        self.doorkeeper = Doorkeeper(self._writing_api(1), self._chance(), GUEST_ROOM_ID, GUEST_ID)
        self.doorkeeper.history = self.history
        self.snoop = snoop.Snoop(Api(port, tokens[GUEST_ID - 1]), self._chance(), GUEST_ROOM_ID)
        self.snoop.start()
        self.clients = [
            SocketClient(
                user_id,
                port,
                tokens[user_id - 1],
                self._chance(),
                reads_back=user_id != GUEST_ID,
                socket_port=self.proxies[0].port,
                mixed_ports=self.proxies[0].mixed_ports,
            )
            for user_id in range(2, GUEST_ID + 1)
        ]
        for client in self.clients:
            client.start()

    def _new_sender(self, user_id: int) -> Sender:
        sender = Sender(user_id, self._writing_api(user_id), self._chance(), ROOM_IDS, self.board)
        sender.history = self.history
        sender.site_url = self.site.url
        return sender

    def _writing_api(self, user_id: int) -> Api:
        return Api(self.proxies[1].port, self.tokens[user_id - 1], timeout_seconds=ANSWER_SECONDS)

    def _writers(self) -> list[Writer]:
        return [*self.senders, *([self.doorkeeper] if hasattr(self, "doorkeeper") else [])]

    def _begin_writing(self) -> None:
        for writer in self._writers():
            if not writer.is_alive() and not writer.is_stopping.is_set():
                writer.start()

    # --- Rest ---

    def _come_to_rest(self) -> None:
        for proxy in self.proxies:
            proxy.is_calm.set()
        for client in self.clients:
            client.is_steady.set()
            client.is_away.clear()
        self._wait("a client does not come back", lambda: [c.name for c in self.clients if not c.is_following.is_set()])
        time.sleep(1)
        for writer in self._writers():
            writer.is_stopping.set()
        self._wait("a sender gets no answer", lambda: [writer.name for writer in self._writers() if writer.is_alive()])
        for sender in self.senders:
            for request in sender.chance.sample(sender.ledger, min(REPEATS_PER_SENDER, len(sender.ledger))):
                sender.repeat(request)
        # All are connected: what was written must have reached them live, without another sync.
        self._wait("left behind live", self._behind)
        for client in self.clients:
            client.ask_for_sync()
        self._wait("left behind", self._behind)
        self._wait("a listener is left behind", lambda: effects.behind(self.server.database_file))

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
        # Whoever moves on is not left behind, however slow the machine is.
        gives_up = time.monotonic() + MOST_REST_SECONDS
        before: list[str] = []
        patience_ends = gives_up
        while (waiting_for := left()) and time.monotonic() < min(patience_ends, gives_up):
            if waiting_for != before:
                before, patience_ends = waiting_for, time.monotonic() + REST_SECONDS
            time.sleep(0.1)
        self._keep(name, waiting_for)

    # --- Checks ---

    def _check(self) -> None:
        self.archive.read_new()
        store = checks.Store(self.server.database_file, self.archive.rows)
        senders, clients = self.senders, self.clients
        self._keep("lost acknowledgements", checks.lost(store, senders))
        self._keep("duplicates in the store", checks.stored_twice(store, senders))
        self._keep("messages nobody was told of", checks.unasked(store, senders, SEEDED_MESSAGES))
        self._keep("unexpected or differing answers", (s for writer in self._writers() for s in writer.surprises))
        self._keep("wrong membership", checks.wrong_membership(store, self.doorkeeper, GUEST_ROOM_ID))
        self._keep("permanent gaps in the log", checks.holes_in_store(store))
        self._keep("permanent gaps in clients", checks.holes_in_clients(clients))
        self._keep("gaps in live delivery", (hole for client in clients for hole in client.live_holes))
        self._keep("different order", checks.out_of_order(store, clients))
        self._keep("duplicates in effect", checks.applied_twice(clients))
        self._keep("phantoms", checks.phantoms(store, clients))
        self._keep("sequence reuse", checks.told_differently(store, clients))
        self._keep("said before stored", (early for client in clients for early in client.early))
        self._keep("sequence reuse", self.archive.reused)
        self._keep("deleted text kept", checks.not_withdrawn(store))
        self._keep("deleted text replayed", checks.sent_after_withdrawal(store, clients, senders))
        self._keep("visibility leaks", checks.leaks(store, clients, self.doorkeeper))
        self._keep("visibility leaks", snoop.seen_wrongly(self.snoop.looks, self.doorkeeper))
        self._keep("stale states", (evidence for client in clients for evidence in self._stale(client)))
        self._keep("clients that fell over", (f"{c.name}: {c.crashed!r}" for c in clients if c.crashed is not None))
        self._keep("listener effects missing or double", effects.in_our_tables(self.server.database_file))
        self._keep("link previews missing or double", effects.cards(self.server.database_file, self.site.url))
        if self._has_witness:
            epoch = self.clients[0].follower.epoch or ""
            self.counts["effects elsewhere"] = 0
            for listener, names in WITNESSES.items():
                witnessed = effects.Witnessed(self.folder / listener)
                for name in names:
                    told = effects.at_the_other_end(store, witnessed, epoch, self._begins[listener], name=name)
                    self._keep("effects elsewhere missing or double", told)
                self.counts["effects elsewhere"] += len(witnessed.keys)
            self.counts["refusals of an end that was down"] = len(effects.Witnessed(self.folder / "refusals").keys)
        verified = self.server.command("verify")
        self._keep("flask verify", [verified.stdout + verified.stderr] if verified.returncode else [])
        self._count(store)

    def _stale(self, client: SocketClient) -> Iterable[str]:
        api = Api(self.server.port, client.token)
        yield from checks.stale(client, api)
        api.close()

    def _count(self, store: checks.Store) -> None:
        self.counts["events that left the log"] += store.oldest_kept - self._oldest_kept
        self._oldest_kept = store.oldest_kept
        ledger = [request for writer in self._writers() for request in writer.ledger]
        self.counts["acknowledged writes"] += len(ledger)
        for request in ledger:
            is_reaction, is_member = "/reactions/" in request.path, "/members" in request.path
            kind = "reactions" if is_reaction else "memberships" if is_member else request.method
            names = {"POST": "posts", "PATCH": "edits", "DELETE": "deletions", "PUT": "read marks"}
            self.counts["  " + names.get(kind, kind)] += 1
        self.counts["requests repeated"] += sum(writer.retry_count for writer in self._writers())
        for client in self.clients:
            live = sum(delivery.is_live for delivery in client.deliveries)
            self.counts["events delivered live"] += live
            self.counts["events caught up"] += len(client.deliveries) - live
            for delivery in client.deliveries:
                told = {name: delivery.event[name] for name in ("seq", "stream_seq", "type")}
                self.history.note("told", who=client.name, stream=delivery.stream, is_live=delivery.is_live, **told)
        self.counts["socket connections"] = sum(client.connect_count for client in self.clients)
        self.counts["  by polling"] = sum(client.poll_count for client in self.clients)
        self.counts["events mixed up on the way"] = sum(proxy.mixed_count for proxy in self.proxies)
        self.counts["resets"] = sum(client.reset_count for client in self.clients)
        self.counts["streams too old to catch up"] = sum(client.stale_count for client in self.clients)
        self.counts["looks by the guest"] += len(self.snoop.looks)
        self.counts["eras"] += 1

    def _keep(self, name: str, evidence: Iterable[str]) -> None:
        self.found.setdefault(name, []).extend(evidence)

    def _hear_log(self, *, is_loud: bool) -> None:
        """Look at what the server has logged since the last time."""
        with self.server.log_file.open(errors="replace") as log:
            log.seek(self._heard_log)
            text = log.read()
            self._heard_log = log.tell()
        lines = text.splitlines()
        alarms = [line for line in lines if any(alarm in line for alarm in ALARMS)]
        # The listener that stumbles on purpose leaves a trace each time.
        expected = sum(STUMBLING[0] in line for line in lines) if self._has_witness else 0
        self._keep("alarms in the server's log", [] if is_loud else alarms[: max(0, len(alarms) - expected)])

    # --- From one era to the next ---

    def _restore_an_old_backup(self) -> None:
        restoring = Restoring(self.server, self.backups, self._chance(), self.history.note)
        restoring.run()
        self._keep("what a fault led to", restoring.troubles)
        self.counts["restores killed in the middle"] += restoring.was_killed
        if restoring.head:
            self.counts["backups restored"] += 1
            self.archive.go_back_to(restoring.head)
            self.archive.read_new()
            self._keep("a restored backup is not what it was", self._unlike_the_history(restoring.head))
            self._hear_log(is_loud=False)

    def _unlike_the_history(self, head: int) -> Iterable[str]:
        store = checks.Store(self.server.database_file, self.archive.rows)
        if store.head != head:
            yield f"its head is {store.head}, the manifest says {head}"
        versions: dict[int, int] = {}
        for row in store.rows:
            if row.message_id is not None and row.version is not None:
                versions[row.message_id] = row.version
        if {message_id: row.version for message_id, row in store.messages.items()} != versions:
            yield f"its messages are not those of the log up to event {head}"
        yield from checks.holes_in_store(store)
        yield from checks.lost_by_restoring(store, self.senders, head)

    def _begin_again(self) -> None:
        """Go on from what is stored, whether a backup was restored or not."""
        store = checks.Store(self.server.database_file, self.archive.rows)
        self._oldest_kept = store.oldest_kept
        self.board.message_ids.clear()
        for message_id, message in list(store.messages.items())[-200:]:
            self.board.add(message_id, message.room_id)
        self.senders = [self._as_stored(self._new_sender(user_id), store) for user_id in range(2, GUEST_ID)]
        doorkeeper = Doorkeeper(self._writing_api(1), self._chance(), GUEST_ROOM_ID, GUEST_ID)
        doorkeeper.history = self.history
        doorkeeper.is_inside = (GUEST_ROOM_ID, GUEST_ID) in store.members
        stays = checks.count_stays(store, GUEST_ID, f"room-{GUEST_ROOM_ID}")
        doorkeeper.earlier_stays = stays - 1
        doorkeeper.change_count = 2 * (stays - 1) + (0 if doorkeeper.is_inside else 1)
        self.doorkeeper = doorkeeper
        with closing(sqlite3.connect(f"file:{self.server.database_file}?mode=ro", uri=True)) as sqlite:
            cursors = dict(sqlite.execute("SELECT name, cursor FROM listener"))
        self._begins = {name: cursors.get(name, store.head) for name in WITNESSES}
        self.snoop.forget()
        for client in self.clients:
            # The server is dead: nothing comes in meanwhile.
            client.forget_deliveries()

    def _as_stored(self, sender: Sender, store: checks.Store) -> Sender:
        edits = Counter(row.message_id for row in store.rows if row.type == "message_edited")
        for message_id, message in store.messages.items():
            if message.author_id == sender.user_id and message_id > SEEDED_MESSAGES:
                sender.messages[message_id] = Written(
                    message.room_id, message.text, message.version, edits[message_id], message.deleted_at is not None
                )
        for message_id, emoji, user_id in store.reactions:
            if user_id == sender.user_id:
                sender.reactions[message_id, emoji] = True
        sender.began_with = {message_id: replace(mine) for message_id, mine in sender.messages.items()}
        changes = {"reaction_added", "reaction_removed"}
        sender.reaction_changes = Counter(
            (row.message_id, row.type) for row in store.rows if row.type in changes and row.actor_id == sender.user_id
        )
        return sender

    def _put_under_shim(self) -> None:
        from tests.powerloss import shim

        (self.folder / "data").mkdir()
        self.control = Control(self.folder / "control")
        self.server.add_environment(shim.environment(self.folder / "data", control=self.folder / "control"))

    def _chance(self) -> random.Random:
        return random.Random(self.chance.getrandbits(64))
