"""A socket client on a raw WebSocket, so that nothing stands between the order on the wire and what is checked."""

import json
import random
import threading
import time
from collections.abc import Container
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import websocket

from tests.crash.api import Api, NoAnswerError
from tests.crash.client import ClientState, Follower
from tests.crash.polling import PollingSocket

Json = dict[str, Any]

SYNC_EVERY_SECONDS = 60
PULSE_SECONDS = 0.2
READ_BACK_SHARE = 0.05
RELOAD_SHARE = 0.2
"""How many connections begin with nothing, as after a reload of the page."""
POLLING_SHARE = 0.25
"""How many connections are made of HTTP requests, as a browser's are at first."""


class RefusedError(Exception):
    """The server did not let the socket in."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event as it came over the wire, applied or not."""

    stream: str
    event: Json
    at: float
    """When it came; on catch-up, when it was asked for."""
    is_live: bool


class SocketClient(threading.Thread):
    """One person's device: connects, follows, is cut off, comes back; until it is told to end."""

    def __init__(
        self,
        user_id: int,
        port: int,
        token: str,
        chance: random.Random,
        *,
        reads_back: bool,
        socket_port: int | None = None,
        mixed_ports: Container[int] = (),
    ) -> None:
        super().__init__(name=f"client {user_id}", daemon=True)
        self.user_id = user_id
        self.token = token
        self.port = port
        self.socket_port = socket_port or port
        """Of the proxy, if there is one between."""
        self._mixed_ports = mixed_ports
        """Our ends of connections on which the network puts events into another order."""
        self.api = Api(port, token)
        self.chance = chance
        self.follower = Follower(ClientState(user_id), self._fetch_snapshot)
        self.deliveries: list[Delivery] = []
        self.early: list[str] = []
        self.connect_count = 0
        self.live_holes: list[str] = []
        self.reset_count = 0
        self.stale_count = 0
        self.poll_count = 0
        self.is_stopping = threading.Event()
        self.is_away = threading.Event()
        self.is_steady = threading.Event()
        """Set: no cutting off any more, nor syncs that are not needed."""
        self.is_following = threading.Event()
        """Set while the socket is open and the first sync is done."""
        self.crashed: BaseException | None = None
        self._reads_back = reads_back
        self._socket: Any = None
        self._asked: dict[int, float] = {}
        self._sync_count = 0
        self._synced_at = 0.0
        self._wants_sync = False

    def run(self) -> None:
        try:
            while not self.is_stopping.is_set():
                if self.is_away.is_set():
                    self.is_stopping.wait(PULSE_SECONDS)
                    continue
                self._connect_once()
        except BaseException as error:  # noqa: BLE001 - handed to the report
            self.crashed = error

    def forget_deliveries(self) -> None:
        """Begin the record anew, while nothing comes in."""
        self.deliveries, self.early, self.live_holes = [], [], []
        self.follower.applied.clear()
        self.follower.state.repeated.clear()

    def ask_for_sync(self) -> None:
        """Sync at the next pulse."""
        self._wants_sync = True

    def _connect_once(self) -> None:
        try:
            self._follow_until(time.monotonic() + self.chance.uniform(0.3, 6))
        except (OSError, websocket.WebSocketException, NoAnswerError, RefusedError):
            self.is_stopping.wait(self.chance.uniform(0.02, 0.3))
        finally:
            self.is_following.clear()
            if self._socket is not None:
                self._socket.close(timeout=0)
                self._socket = None

    def _follow_until(self, cut_at: float) -> None:
        self._socket = self._connect()
        self._expect("0")
        self._socket.send("40" + json.dumps({"v": 1, "device": self.name, "token": self.token}))
        self._expect("40")
        self.connect_count += 1
        self._asked.clear()
        if self.chance.random() < RELOAD_SHARE and not self.is_steady.is_set():
            self.follower.drop_everything()
        self._socket.settimeout(PULSE_SECONDS)
        while not self.is_stopping.is_set() and not self.is_away.is_set():
            with suppress(websocket.WebSocketTimeoutException):
                self._take(self._socket.recv())
            if self._wants_sync or (self._synced_at and time.monotonic() - self._synced_at > SYNC_EVERY_SECONDS):
                self._sync()
            if time.monotonic() > cut_at and not self.is_steady.is_set():
                return

    def _connect(self) -> Any:
        if self.chance.random() < POLLING_SHARE:
            made = PollingSocket(self.socket_port, timeout=10)
            self.poll_count += 1
            return made
        url = f"ws://127.0.0.1:{self.socket_port}/socket.io/?EIO=4&transport=websocket"
        return websocket.create_connection(url, timeout=10)

    def _expect(self, start: str) -> None:
        packet = self._socket.recv()
        if not packet.startswith(start):
            raise RefusedError(packet)

    def _take(self, packet: str) -> None:
        if packet == "2":
            self._socket.send("3")
        elif packet.startswith("43"):
            number, _, rest = packet[2:].partition("[")
            self._take_answer(int(number), json.loads("[" + rest)[0])
        elif packet.startswith("42"):
            name, message = json.loads(packet[2:])
            if name == "hello":
                self._sync()
            elif name == "events":
                self._take_events(message)
        elif packet.startswith(("41", "1")) or not packet:
            raise RefusedError(packet)

    def _take_events(self, packet: Json) -> None:
        now = time.monotonic()
        self.deliveries += [Delivery(packet["stream"], event, now, is_live=True) for event in packet["events"]]
        self._read_back(packet["events"])
        if self.follower.take_events(packet):
            if self.is_following.is_set() and packet["epoch"] == self.follower.epoch and not self._is_mixed():
                first = packet["events"][0]
                self.live_holes.append(
                    f"{self.name}: {packet['stream']} went on at {first['stream_seq']},"
                    f" the position was {self.follower.positions().get(packet['stream'])}"
                )
            self._sync()

    def _is_mixed(self) -> bool:
        # By polling there is no socket to ask, and nothing is mixed up.
        sock = getattr(self._socket, "sock", None)
        return sock is not None and sock.getsockname()[1] in self._mixed_ports

    def _take_answer(self, number: int, answer: Json) -> None:
        asked_at = self._asked.pop(number)
        if "error" in answer:
            raise RefusedError(str(answer))
        for stream, events in answer.get("events", {}).items():
            self.deliveries += [Delivery(stream, event, asked_at, is_live=False) for event in events]
        self.reset_count += "reset" in answer
        self.stale_count += len(answer.get("stale", ()))
        if self.follower.take_answer(answer):
            self._sync()
        else:
            self._synced_at = time.monotonic()
            self.is_following.set()

    def _sync(self) -> None:
        if self._asked:
            # One at a time: the answer on its way leads to the next question if a hole is left.
            return
        self._wants_sync = False
        self._sync_count += 1
        self._asked[self._sync_count] = time.monotonic()
        limit = self.chance.choice((500, 500, 40))
        question = {"epoch": self.follower.epoch, "positions": self.follower.positions(), "limit": limit}
        self._socket.send(f"42{self._sync_count}" + json.dumps(["sync", question]))

    def _fetch_snapshot(self, stream: str) -> Json | None:
        answer = self.api.call("GET", f"/api/streams/{stream}/snapshot")
        if answer.status == 404:
            return None
        if answer.status != 200:
            raise NoAnswerError
        found: Json = answer.body
        return found

    def _read_back(self, events: list[Json]) -> None:
        # What a socket says is stored: another connection to the database finds it, at once.
        if not self._reads_back:
            return
        for event in events:
            if event["message_id"] is None or event["version"] is None or self.chance.random() > READ_BACK_SHARE:
                continue
            answer = self.api.call("GET", f"/api/messages/{event['message_id']}")
            is_there = answer.status == 200 and answer.body["message"]["version"] >= event["version"]
            if answer.status < 500 and not is_there:
                self.early.append(f"{self.name}: heard {event}, but the server answered {answer}")
