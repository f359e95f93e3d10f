"""A bad network between the clients and the server: each connection is delayed, mixed up, cut, frozen or left alone."""

import random
import socket
import struct
import threading
import time
from contextlib import suppress

FOLLOWING = {"plain": 42, "slow": 13, "reorder": 15, "cut": 12, "vanish": 9, "stall": 9}
"""How often each mood comes over a connection on which somebody follows."""
WRITING = {"plain": 50, "slow": 20, "cut": 24, "vanish": 3, "stall": 3}
"""The same for writing, which waits a while before it gives up on a frozen connection."""
CHUNK_BYTES = 16 * 1024
EVENTS = b'42["events"'
EVENTS_WITHIN = 32
"""A packet of events begins so, behind the head of its frame."""
SHORT_HEAD = 2
MIDDLE_SIZE = 126
"""A size from here on has bytes of its own, two or eight."""
RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class Proxy:
    """Listens on a port of its own and passes on to the server, in the mood that it drew for the connection.

    plain: as it comes. slow: every chunk waits. reorder: events that arrive together change places. cut: a reset in
    the middle, perhaps of a frame. vanish: both sides stay open and nothing passes any more. stall: nothing of what the
    server sends is taken, until its buffers are full.
    """

    def __init__(self, server_port: int, chance: random.Random, moods: dict[str, int]) -> None:
        self.is_calm = threading.Event()
        """Set: every new connection is plain, and those in another mood end."""
        self.counts = dict.fromkeys(moods, 0)
        self.mixed_ports: set[int] = set()
        """Where clients are whose events come in another order."""
        self.mixed_count = 0
        """Events that were passed on in another order."""
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
                client, (_, port) = self._listening.accept()
            except OSError:
                return
            drawn = self._chance.choices(list(self._moods), list(self._moods.values()))[0]
            mood = "plain" if self.is_calm.is_set() else drawn
            self.counts[mood] += 1
            (self.mixed_ports.add if mood == "reorder" else self.mixed_ports.discard)(port)
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
        self.mixed_count += connection.frames.count


class _Connection:
    """Two sockets and what happens between them."""

    def __init__(
        self, client: socket.socket, server: socket.socket, mood: str, chance: random.Random, is_calm: threading.Event
    ) -> None:
        self.mood = mood
        self.chance = chance
        self.is_calm = is_calm
        self.frames = Frames(chance)
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
                target.sendall(self.frames.mixed(chunk) if is_down and self.mood == "reorder" else chunk)
        except OSError:
            pass
        self._close()

    def _wait_out(self, *, is_down: bool) -> None:
        if self.mood in {"slow", "reorder"}:
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


class Frames:
    """What a server sends over one WebSocket, frame by frame, with runs of events in another order.

    What is not an event, such as an acknowledgement or `bye`, stays where it is, and so does everything before the
    upgrade.
    """

    def __init__(self, chance: random.Random) -> None:
        self.count = 0
        """Events that came to stand at another place."""
        self._chance = chance
        self._held = b""
        self._is_open: bool | None = None
        """None before the first answer; False when that was no upgrade: then all passes as it comes."""

    def mixed(self, chunk: bytes) -> bytes:
        """Return what may pass on now; half a frame waits for its other half."""
        self._held += chunk
        if self._is_open is None:
            return self._open()
        return self._mixed_frames() if self._is_open else self._take(len(self._held))

    def _open(self) -> bytes:
        head, end, _ = self._held.partition(b"\r\n\r\n")
        if not end:
            return b""
        self._is_open = b" 101 " in head.split(b"\r\n")[0]
        return self._take(len(head + end)) + self.mixed(b"")

    def _mixed_frames(self) -> bytes:
        run: list[bytes] = []
        out = b""
        while frame := self._next_frame():
            if EVENTS in frame[:EVENTS_WITHIN]:
                run.append(frame)
            else:
                out += self._shuffled(run) + frame
                run = []
        return out + self._shuffled(run)

    def _shuffled(self, run: list[bytes]) -> bytes:
        mixed = self._chance.sample(run, len(run))
        self.count += sum(1 for before, after in zip(run, mixed, strict=True) if before is not after)
        return b"".join(mixed)

    def _next_frame(self) -> bytes:
        """Return a whole frame of the server's, which are not masked; nothing while half of it is missing."""
        held = self._held
        if len(held) < SHORT_HEAD:
            return b""
        size, begins = held[1] & 0x7F, SHORT_HEAD
        if size >= MIDDLE_SIZE:
            begins += 2 if size == MIDDLE_SIZE else 8
            size = int.from_bytes(held[SHORT_HEAD:begins], "big")
        return self._take(begins + size) if len(held) >= begins + size else b""

    def _take(self, size: int) -> bytes:
        taken, self._held = self._held[:size], self._held[size:]
        return taken
