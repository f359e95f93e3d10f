"""The other transport of Engine.IO, which browsers begin with: questions that wait for their answer.

An answer that gets lost takes its packets with it; the connection counts as lost then, as in the JavaScript client.
"""

import http.client
import queue
import threading
from contextlib import suppress

import websocket

SEPARATOR = "\x1e"
PATH = "/socket.io/?EIO=4&transport=polling"
WAIT_SECONDS = 20
"""Longer than the server lets a question wait."""


class PollingSocket:
    """What `websocket.WebSocket` offers, as far as it is used here."""

    def __init__(self, port: int, *, timeout: float) -> None:
        self._port = port
        self._timeout: float = timeout
        self._packets: queue.Queue[str | OSError] = queue.Queue()
        self._asking = self._connect()
        self._telling = self._connect()
        self._path = PATH
        opening = self._exchange(self._asking, "GET")[0]
        _, has_sid, rest = opening.partition('"sid":"')
        if not has_sid:
            # Cut off behind its head: where the length is not told, that looks like a short answer.
            raise ConnectionAbortedError(opening)
        self._packets.put(opening)
        self._path += "&sid=" + rest.split('"', 1)[0]
        self._is_closed = False
        threading.Thread(target=self._ask, name="poll", daemon=True).start()

    def settimeout(self, seconds: float) -> None:
        """Wait for that long in `recv`."""
        self._timeout = seconds

    def recv(self) -> str:
        """Return the next packet.

        Raises:
            WebSocketTimeoutException: there is none so far.
            OSError: the connection is lost.
        """
        try:
            packet = self._packets.get(timeout=self._timeout)
        except queue.Empty:
            raise websocket.WebSocketTimeoutException from None
        if isinstance(packet, OSError):
            raise packet
        return packet

    def send(self, packet: str) -> None:
        """Send a packet; raises OSError."""
        self._exchange(self._telling, "POST", packet)

    def close(self, *, timeout: float = 0) -> None:
        """Leave without a word, whatever is on its way."""
        del timeout
        self._is_closed = True
        for connection in (self._asking, self._telling):
            with suppress(OSError, AttributeError):
                connection.sock.shutdown(2)
            connection.close()

    def _ask(self) -> None:
        try:
            while not self._is_closed:
                for packet in self._exchange(self._asking, "GET"):
                    self._packets.put(packet)
        except OSError as error:
            self._packets.put(error)

    def _connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self._port, timeout=WAIT_SECONDS)

    def _exchange(self, connection: http.client.HTTPConnection, method: str, packet: str | None = None) -> list[str]:
        body = None if packet is None else packet.encode()
        try:
            connection.request(method, self._path, body, {"Content-Type": "text/plain;charset=UTF-8"})
            response = connection.getresponse()
            told = response.read().decode()
        except (http.client.HTTPException, ValueError, AttributeError) as error:
            # `ValueError` and `AttributeError` come from a socket that was closed at the same moment.
            raise ConnectionAbortedError from error
        if response.status != 200:
            raise ConnectionRefusedError(told)
        return told.split(SEPARATOR)
