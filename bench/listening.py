"""Many socket clients in one process: raw WebSockets, parsed just enough to count events and to tell their age.

Started by `bench.deliveries` as `python -m bench.listening PORT TOKENS_FILE`. It says "ready" when all are connected,
then answers each line on its input, "count", "report" or "reset", with a line of JSON.
"""

import base64
import json
import os
import re
import selectors
import socket
import sys
import time
from pathlib import Path

POSTED = re.compile(rb"at (\d+) ")
"""The text of a bench message says when it was sent, in nanoseconds of the machine's monotonic clock."""
TEXT = 0x1
CLOSE = 0x8


class Listener:
    """One connected client."""

    def __init__(self, port: int, token: str) -> None:
        self.connection = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._received = b""
        self._shake_hands(port)
        self._wait_for(b"0")
        self.send("40" + json.dumps({"v": 1, "device": "bench", "token": token}))
        self._wait_for(b'42["hello"')
        self.connection.settimeout(0)

    def send(self, text: str) -> None:
        """Send one text frame; clients mask theirs."""
        body = text.encode()
        mask = os.urandom(4)
        masked = bytes(byte ^ mask[index % 4] for index, byte in enumerate(body))
        size = bytes([0x80 | len(body)]) if len(body) < 126 else bytes([0x80 | 126]) + len(body).to_bytes(2, "big")
        self.connection.sendall(bytes([0x80 | TEXT]) + size + mask + masked)

    def receive(self) -> list[bytes]:
        """Return the packets that have come; raises ConnectionError when the server has closed."""
        chunk = self.connection.recv(1 << 18)
        if not chunk:
            raise ConnectionError
        self._received += chunk
        return self._packets()

    def _packets(self) -> list[bytes]:
        packets = []
        while (found := self._next_frame()) is not None:
            kind, packet = found
            if kind == CLOSE:
                raise ConnectionError
            if packet == b"2":
                self.send("3")
            else:
                packets.append(packet)
        return packets

    def _next_frame(self) -> tuple[int, bytes] | None:
        start, size = 2, self._received[1] if len(self._received) > 1 else -1
        if size >= 126:
            start = 4 if size == 126 else 10
            size = int.from_bytes(self._received[2:start], "big") if len(self._received) >= start else -1
        if size < 0 or len(self._received) < start + size:
            return None
        frame = self._received[0] & 0x0F, self._received[start : start + size]
        self._received = self._received[start + size :]
        return frame

    def _shake_hands(self, port: int) -> None:
        key = base64.b64encode(os.urandom(16)).decode()
        lines = ["GET /socket.io/?EIO=4&transport=websocket HTTP/1.1", f"Host: 127.0.0.1:{port}", "Upgrade: websocket"]
        lines += ["Connection: Upgrade", f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13", "", ""]
        self.connection.sendall("\r\n".join(lines).encode())
        while b"\r\n\r\n" not in self._received:
            chunk = self.connection.recv(4096)
            if not chunk:
                raise ConnectionError
            self._received += chunk
        self._received = self._received.partition(b"\r\n\r\n")[2]

    def _wait_for(self, start: bytes) -> None:
        packets = self._packets()
        while not any(packet.startswith(start) for packet in packets):
            packets = self.receive()


class Count:
    """What has come since the last reset."""

    def __init__(self) -> None:
        self.latencies: list[float] = []
        self.last_at = 0
        self.cut_off = 0

    def take(self, packet: bytes) -> None:
        """Count the messages of one packet of events."""
        now = time.monotonic_ns()
        if packet.startswith(b'42["events"'):
            # The text comes once as it was written and once as HTML.
            self.latencies += [(now - int(sent)) / 1e6 for sent in POSTED.findall(packet)[::2]]
            self.last_at = now


def main() -> None:
    """Connect, say so, and count until the input ends."""
    port, tokens = int(sys.argv[1]), Path(sys.argv[2]).read_text().split()
    count = Count()
    with selectors.DefaultSelector() as selector:
        for token in tokens:
            listener = Listener(port, token)
            selector.register(listener.connection, selectors.EVENT_READ, listener)
            # Presence reaches everybody as others come; who does not read is cut off.
            _listen(selector, 0, count)
        selector.register(sys.stdin, selectors.EVENT_READ, None)
        print("ready", flush=True)
        while _listen(selector, 1, count):
            pass
        if count.cut_off:
            print(f"{count.cut_off} clients were cut off", file=sys.stderr)


def _listen(selector: selectors.BaseSelector, seconds: float, count: Count) -> bool:
    """Take what comes; False when the input has ended."""
    for key, _ in selector.select(seconds):
        if key.data is not None:
            _take(selector, key.data, count)
        elif line := sys.stdin.readline():
            _answer(line.strip(), count)
        else:
            return False
    return True


def _take(selector: selectors.BaseSelector, listener: Listener, count: Count) -> None:
    try:
        for packet in listener.receive():
            count.take(packet)
    except ConnectionError:
        count.cut_off += 1
        selector.unregister(listener.connection)
        listener.connection.close()


def _answer(line: str, count: Count) -> None:
    told: dict[str, object] = {"count": len(count.latencies), "last_at": count.last_at, "cut_off": count.cut_off}
    if line == "report":
        told["latencies"] = count.latencies
    elif line == "reset":
        count.latencies = []
    print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
