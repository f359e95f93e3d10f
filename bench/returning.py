"""Many clients in one process that lose their server and come back by themselves, as browsers do.

Started by `bench.storm` as `python -m bench.returning PORT TOKENS_FILE`. Raw WebSockets, never blocking. Each client
waits before it tries again as `static/js/core/socket.js` does, and asks with its positions as `static/js/core/sync.js`
does. It says "ready" when all are connected and caught up, and answers each line on its input, "count", "report" or
"lose" (forget what was measured; the server is about to go), with a line of JSON.
"""

import base64
import json
import os
import random
import selectors
import socket
import sys
import time
from pathlib import Path
from typing import Any

FIRST_DELAY_SECONDS = 1.0
LAST_DELAY_SECONDS = 10.0
RETRY_SECONDS = 1.0
MOST_EVENTS = 500
TEXT = 0x1
CLOSE = 0x8


class Client:
    """One client: away, or on its way through TCP, WebSocket, Engine.IO and Socket.IO to being caught up."""

    def __init__(self, port: int, token: str, selector: selectors.BaseSelector) -> None:
        self.port = port
        self.token = token
        self.selector = selector
        self.positions: dict[str, int] = {}
        self.try_at = 0.0
        self.caught_up_at: float | None = None
        self.hello_at: float | None = None
        self.failures = 0
        self.event_count = 0
        self.anomalies: list[str] = []
        self.refusals: list[str] = []
        self.losses: list[tuple[float, str]] = []
        self.ask_at: float | None = None
        self._connection: socket.socket | None = None
        self._received = b""
        self._unsent = b""
        self._is_web_socket = False

    def wake(self, present: float) -> None:
        """Do what it has waited for, if it is time."""
        if self._connection is None and self.try_at <= present:
            self._connect()
        elif self._connection is not None and self.ask_at is not None and self.ask_at <= present:
            self._ask()

    def _connect(self) -> None:
        self._received, self._is_web_socket = b"", False
        self._connection = socket.socket()
        self._connection.setblocking(False)  # noqa: FBT003 - the standard library's own way
        self._connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._connection.connect_ex(("127.0.0.1", self.port))
        key = base64.b64encode(os.urandom(16)).decode()
        lines = ["GET /socket.io/?EIO=4&transport=websocket HTTP/1.1", f"Host: 127.0.0.1:{self.port}"]
        lines += ["Upgrade: websocket", "Connection: Upgrade", f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13"]
        self._unsent = "\r\n".join([*lines, "", ""]).encode()
        self.selector.register(self._connection, selectors.EVENT_READ | selectors.EVENT_WRITE, self)

    def act(self, mask: int) -> None:
        """Go on with what the connection is ready for."""
        assert self._connection is not None
        try:
            if mask & selectors.EVENT_WRITE:
                self._send_waiting()
            if mask & selectors.EVENT_READ:
                chunk = self._connection.recv(1 << 18)
                if not chunk:
                    raise ConnectionResetError
                self._received += chunk
                self._take()
        except BlockingIOError:
            pass
        except OSError as error:
            self._lose(error)

    def _lose(self, error: OSError) -> None:
        self.losses.append((time.monotonic(), type(error).__name__))
        assert self._connection is not None
        self.selector.unregister(self._connection)
        self._connection.close()
        self._connection = None
        self.caught_up_at = self.hello_at = self.ask_at = None
        delay = min(LAST_DELAY_SECONDS, FIRST_DELAY_SECONDS * 2**self.failures)
        self.failures += 1
        self.try_at = time.monotonic() + delay * (0.5 + random.random())

    def _take(self) -> None:
        if not self._is_web_socket:
            head, found, rest = self._received.partition(b"\r\n\r\n")
            if not found:
                return
            if b" 101 " not in head.split(b"\r\n")[0]:
                raise ConnectionRefusedError
            self._received, self._is_web_socket = rest, True
        while (packet := self._next_packet()) is not None:
            self._hear(packet)

    def _hear(self, packet: bytes) -> None:
        if packet == b"2":
            self._send("3")
        elif packet.startswith(b"0"):
            self._send("40" + json.dumps({"v": 1, "device": "bench", "token": self.token}))
        elif packet.startswith(b'42["hello"'):
            self.hello_at, self.failures = time.monotonic(), 0
            self._ask()
        elif packet.startswith(b'42["events"'):
            message = json.loads(packet[2:])[1]
            for event in message["events"]:
                self._apply(message["stream"], event["stream_seq"])
        elif packet.startswith(b"431["):
            self._use(json.loads(packet[3:])[0])

    def _ask(self) -> None:
        self.ask_at = None
        self._send("421" + json.dumps(["sync", {"positions": self.positions, "limit": MOST_EVENTS}]))

    def _use(self, answer: dict[str, Any]) -> None:
        if not answer.get("ok", True):
            # The browser's client would ask over HTTP, and then again a second later.
            self.refusals.append(answer["error"]["code"])
            self.ask_at = time.monotonic() + RETRY_SECONDS
            return
        for fresh in answer["fresh"]:
            self.positions[fresh["stream"]] = fresh["head"]
        for stream, events in answer["events"].items():
            for event in events:
                self._apply(stream, event["stream_seq"])
        self.anomalies += [f"{what}: {answer[what]}" for what in ("gone", "stale") if answer[what]]
        if answer["more"]:
            self._ask()
        else:
            self.caught_up_at = time.monotonic()

    def _apply(self, stream: str, stream_seq: int) -> None:
        position = self.positions.get(stream, 0)
        if stream_seq == position + 1:
            self.positions[stream] = stream_seq
            self.event_count += 1
        elif stream_seq > position + 1 and self.caught_up_at is not None:
            self.anomalies.append(f"{stream} went from {position} to {stream_seq}")

    def _send(self, text: str) -> None:
        body = text.encode()
        size = bytes([0x80 | len(body)]) if len(body) < 126 else bytes([0x80 | 126]) + len(body).to_bytes(2, "big")
        # A mask of zeros is one too, and costs nothing.
        self._unsent += bytes([0x80 | TEXT]) + size + bytes(4) + body
        self._send_waiting()

    def _send_waiting(self) -> None:
        assert self._connection is not None
        if self._unsent:
            count = self._connection.send(self._unsent)
            self._unsent = self._unsent[count:]
        wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if self._unsent else 0)
        self.selector.modify(self._connection, wanted, self)

    def _next_packet(self) -> bytes | None:
        start, size = 2, self._received[1] if len(self._received) > 1 else -1
        if size >= 126:
            start = 4 if size == 126 else 10
            size = int.from_bytes(self._received[2:start], "big") if len(self._received) >= start else -1
        if size < 0 or len(self._received) < start + size:
            return None
        kind, packet = self._received[0] & 0x0F, self._received[start : start + size]
        self._received = self._received[start + size :]
        if kind == CLOSE:
            raise ConnectionResetError
        return packet


def main() -> None:
    """Connect everybody, then let them live until the input ends."""
    port, tokens = int(sys.argv[1]), Path(sys.argv[2]).read_text().split()
    with selectors.DefaultSelector() as selector:
        clients = [Client(port, token, selector) for token in tokens]
        for number, client in enumerate(clients):
            client.try_at = time.monotonic() + number / 100
        while any(client.caught_up_at is None for client in clients):
            _live(selector, clients)
        os.set_blocking(sys.stdin.fileno(), False)
        selector.register(sys.stdin, selectors.EVENT_READ, None)
        print("ready", flush=True)
        while _live(selector, clients):
            pass


def _live(selector: selectors.BaseSelector, clients: list[Client]) -> bool:
    for key, mask in selector.select(0.05):
        if key.data is not None:
            key.data.act(mask)
        else:
            line = sys.stdin.readline()
            if not line:
                return False
            print(json.dumps(_answer(line.strip(), clients)), flush=True)
    present = time.monotonic()
    for client in clients:
        client.wake(present)
    return True


def _answer(line: str, clients: list[Client]) -> dict[str, object]:
    if line == "lose":
        for client in clients:
            client.caught_up_at = client.hello_at = None
            client.event_count = 0
            client.refusals.clear()
            client.losses.clear()
    told: dict[str, object] = {"count": sum(client.caught_up_at is not None for client in clients)}
    if line == "report":
        told |= {
            "hello": [client.hello_at for client in clients],
            "caught_up": [client.caught_up_at for client in clients],
            "events": [client.event_count for client in clients],
            "losses": [loss for client in clients for loss in client.losses],
            "refusals": [code for client in clients for code in client.refusals],
            "positions": [client.positions for client in clients],
            "anomalies": [text for client in clients for text in client.anomalies],
        }
    return told


if __name__ == "__main__":
    main()
