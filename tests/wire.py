"""A socket on a raw WebSocket: what comes over the wire, in its order, and nothing between."""

import json
import socket
from typing import Any

import websocket

PATIENCE_SECONDS = 15


class Wire:
    """One Engine.IO connection over a WebSocket, with one Socket.IO client in it."""

    def __init__(
        self, port: int, *, host: str | None = None, origin: str | None = None, cookie: str | None = None
    ) -> None:
        # A socket of our own, because the library leaves its own one open when the server refuses.
        self._raw = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS)
        try:
            self._socket = websocket.create_connection(
                f"ws://127.0.0.1:{port}/socket.io/?EIO=4&transport=websocket",
                socket=self._raw,
                timeout=PATIENCE_SECONDS,
                host=host,
                origin=origin,
                suppress_origin=origin is None,
                cookie=cookie,
            )
        except BaseException:
            self._raw.close()
            raise
        self.handshake = self._socket.recv()
        self._asked = 0

    def sign_in(self, token: str | None) -> str:
        """Send CONNECT, and return the packet that answers: 40 lets in, 44 refuses."""
        self._socket.send("40" + json.dumps({"v": 1, "device": "d", "token": token}))
        return str(self._packet())

    def send(self, event: str, message: object = None) -> None:
        """Send an event that wants no answer."""
        self._socket.send("42" + json.dumps([event, message]))

    def ask(self, event: str, message: object) -> Any:
        """Send an event and return its answer; what comes before the answer is dropped."""
        self._asked += 1
        self._socket.send(f"42{self._asked}" + json.dumps([event, message]))
        start = f"43{self._asked}["
        packet = self._packet()
        while not packet.startswith(start):
            packet = self._packet()
        return json.loads(packet[len(start) - 1 :])[0]

    def heard(self) -> tuple[str, Any]:
        """Return the name and the message of the next event."""
        packet = self._packet()
        while not packet.startswith("42"):
            packet = self._packet()
        name, message = json.loads(packet[2:])
        return name, message

    def heard_of(self, name: str) -> Any:
        """Return the message of the next event of that name."""
        found, message = self.heard()
        while found != name:
            found, message = self.heard()
        return message

    def is_closed_by_the_server(self) -> bool:
        """Read to the end; a connection that stays open makes the reading time out, and the test fail."""
        try:
            while self._socket.recv():
                pass
        except (websocket.WebSocketConnectionClosedException, ConnectionError):
            return True
        return True

    def close(self) -> None:
        """Go."""
        self._socket.close(timeout=0)
        self._raw.close()

    def _packet(self) -> str:
        packet = self._socket.recv()
        while packet == "2":
            self._socket.send("3")
            packet = self._socket.recv()
        return str(packet)

    def send_raw(self, packet: str) -> None:
        """Send a packet as it is, whether it is one or not."""
        self._socket.send(packet)
