"""A bad network between the clients and the server: each connection is delayed, cut, frozen or left alone."""

import random
import socket
import struct
import threading
import time
from contextlib import suppress

FOLLOWING = {"plain": 55, "slow": 15, "cut": 12, "vanish": 9, "stall": 9}
"""How often each mood comes over a connection on which somebody follows."""
WRITING = {"plain": 50, "slow": 20, "cut": 24, "vanish": 3, "stall": 3}
"""The same for writing, which waits a while before it gives up on a frozen connection."""
CHUNK_BYTES = 16 * 1024
RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class Proxy:
    """Listens on a port of its own and passes on to the server, in the mood that it drew for the connection.

    plain: as it comes. slow: every chunk waits. cut: a reset in the middle, perhaps of a frame. vanish: both sides
    stay open and nothing passes any more. stall: nothing of what the server sends is taken, until its buffers are full.
    """

    def __init__(self, server_port: int, chance: random.Random, moods: dict[str, int]) -> None:
        self.is_calm = threading.Event()
        """Set: every new connection is plain, and those in another mood end."""
        self.counts = dict.fromkeys(moods, 0)
        self._moods = moods
        self._server_port = server_port
        self._chance = chance
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port: int = self._listening.getsockname()[1]
        threading.Thread(target=self._accept, name="proxy", daemon=True).start()

    def close(self) -> None:
        """Take no more connections."""
        self._listening.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            drawn = self._chance.choices(list(self._moods), list(self._moods.values()))[0]
            mood = "plain" if self.is_calm.is_set() else drawn
            self.counts[mood] += 1
            chance = random.Random(self._chance.getrandbits(64))
            threading.Thread(target=self._join, args=(client, mood, chance), daemon=True).start()

    def _join(self, client: socket.socket, mood: str, chance: random.Random) -> None:
        try:
            server = socket.create_connection(("127.0.0.1", self._server_port), timeout=5)
        except OSError:
            client.close()
            return
        server.settimeout(None)
        connection = _Connection(client, server, mood, chance, self.is_calm)
        threading.Thread(target=connection.pump, args=(client, server), kwargs={"is_down": False}, daemon=True).start()
        connection.pump(server, client, is_down=True)


class _Connection:
    """Two sockets and what happens between them."""

    def __init__(
        self, client: socket.socket, server: socket.socket, mood: str, chance: random.Random, is_calm: threading.Event
    ) -> None:
        self.mood = mood
        self.chance = chance
        self.is_calm = is_calm
        self._both = (client, server)
        self._cut_after_bytes = int(chance.expovariate(1 / 20_000)) + 200
        self._trouble_at = time.monotonic() + chance.uniform(0.1, 2.5)
        self._passed = 0

    def pump(self, source: socket.socket, target: socket.socket, *, is_down: bool) -> None:
        """Pass on what comes from one side until the connection ends."""
        try:
            while True:
                self._wait_out(is_down=is_down)
                chunk = source.recv(CHUNK_BYTES)
                if not chunk:
                    break
                if self._is_cut_by(chunk, target):
                    self._reset()
                    return
                self._wait_out(is_down=is_down)
                target.sendall(chunk)
        except OSError:
            pass
        self._close()

    def _wait_out(self, *, is_down: bool) -> None:
        if self.mood == "slow":
            time.sleep(self.chance.uniform(0.01, 0.25))
        freezes = self.mood == "vanish" or (self.mood == "stall" and is_down)
        if freezes and time.monotonic() >= self._trouble_at:
            self.is_calm.wait()
        if self.is_calm.is_set() and self.mood != "plain":
            raise ConnectionAbortedError

    def _is_cut_by(self, chunk: bytes, target: socket.socket) -> bool:
        self._passed += len(chunk)
        if self.mood != "cut" or self._passed < self._cut_after_bytes:
            return False
        with suppress(OSError):
            target.sendall(chunk[: len(chunk) // 2])
        return True

    def _reset(self) -> None:
        for end in self._both:
            with suppress(OSError):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
        self._close()

    def _close(self) -> None:
        for end in self._both:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
