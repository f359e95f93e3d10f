"""A light load generator: many keep-alive HTTP connections in one thread, each sending when it was answered."""

import json
import selectors
import socket
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

TICKS_PER_SECOND = 100
"""Of /proc/<pid>/stat on Linux."""


class Figures(NamedTuple):
    """What a run measured; times in milliseconds."""

    per_second: float
    p50: float
    p95: float
    p99: float
    cpu_us: float
    """CPU of the server per request, in microseconds, all of its threads together."""
    refused: int


@dataclass
class Sender:
    """One connection, with at most one request on its way."""

    port: int
    next_request: Callable[[], bytes]
    latencies: list[float] = field(default_factory=list)
    refused: int = 0
    answered: int = 0
    """Since the connection was made, the warm-up included."""
    connection: socket.socket = field(init=False)
    sent_at: float = 0.0
    received: bytes = b""

    def connect(self, selector: selectors.BaseSelector) -> None:
        """Open the connection."""
        self.connection = socket.create_connection(("127.0.0.1", self.port))
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        selector.register(self.connection, selectors.EVENT_READ, self)

    def send(self) -> None:
        """Send the next request."""
        self.sent_at = time.perf_counter()
        self.connection.sendall(self.next_request())

    def receive(self, selector: selectors.BaseSelector) -> bool:
        """Read what has come; True when the answer is complete and the next request may go."""
        self.received += self.connection.recv(65536)
        head, found, body = self.received.partition(b"\r\n\r\n")
        if not found or len(body) < _content_length(head):
            return False
        self.latencies.append((time.perf_counter() - self.sent_at) * 1000)
        self.answered += 1
        self.refused += head[9:10] != b"2"
        self.received = b""
        if b"connection: close" in head.lower():
            selector.unregister(self.connection)
            self.connection.close()
            self.connect(selector)
        return True

    def send_and_wait(self) -> None:
        """Send one request on a connection of its own, if need be, and wait for the answer."""
        with selectors.DefaultSelector() as selector:
            self.connect(selector)
            self.send()
            while not self.receive(selector):
                pass
            self.connection.close()


def measure(pid: int, senders: Sequence[Sender], seconds: float) -> Figures:
    """Keep every sender busy for that long, after a warm-up of a second."""
    with selectors.DefaultSelector() as selector:
        for sender in senders:
            sender.connect(selector)
            sender.send()
        _run(selector, 1.0)
        for sender in senders:
            sender.latencies.clear()
            sender.refused = 0
        cpu_before, started = cpu_seconds(pid), time.perf_counter()
        _run(selector, seconds)
        cpu, elapsed = cpu_seconds(pid) - cpu_before, time.perf_counter() - started
        latencies = sorted(latency for sender in senders for latency in sender.latencies)
        count = len(latencies)
        _finish(selector)
    return Figures(
        count / elapsed,
        *(percentile(latencies, share) for share in (0.5, 0.95, 0.99)),
        cpu / count * 1_000_000,
        sum(sender.refused for sender in senders),
    )


def cpu_seconds(pid: int) -> float:
    """Return the CPU time that the process has used, in user and kernel mode."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_SECOND


def percentile(ordered: Sequence[float], share: float) -> float:
    """Return the value below which that share of the ordered values lies."""
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def post(room_id: int, token: str, text: str) -> bytes:
    """Return the request that posts a message under a new key."""
    return request("POST", f"/api/rooms/{room_id}/messages", token, {"text": text}, key=str(uuid.uuid4()))


def request(method: str, path: str, token: str = "", body: object = None, *, key: str = "") -> bytes:
    """Return an HTTP request as it goes over the wire."""
    encoded = b"" if body is None else json.dumps(body).encode()
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(encoded)}"]
    lines += [f"Authorization: Bearer {token}"] if token else []
    lines += ["Content-Type: application/json"] if encoded else []
    lines += [f"Idempotency-Key: {key}"] if key else []
    return "\r\n".join([*lines, "", ""]).encode() + encoded


def _run(selector: selectors.BaseSelector, seconds: float) -> None:
    ends = time.perf_counter() + seconds
    while time.perf_counter() < ends:
        for key, _ in selector.select(0.1):
            sender: Sender = key.data
            if sender.receive(selector):
                sender.send()


def _finish(selector: selectors.BaseSelector) -> None:
    """Wait for the answers that are still on their way."""
    while selector.get_map():
        for key, _ in selector.select():
            sender: Sender = key.data
            if sender.receive(selector):
                selector.unregister(sender.connection)
                sender.connection.close()


def _content_length(head: bytes) -> int:
    _, found, rest = head.lower().partition(b"content-length:")
    return int(rest.split(b"\r\n", 1)[0]) if found else 0
