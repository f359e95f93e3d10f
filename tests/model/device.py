"""One person's client: the reference follower on a real Socket.IO client, and a bad network between them."""

from collections.abc import Callable
from typing import Any

from chat.extensions import socketio
from tests.conftest import Api, created
from tests.crash.client import ClientState, Follower
from tests.hearing import packets, until
from tests.model.host import Host
from tests.model.tape import Tape

Json = dict[str, Any]

MOST_PAGES = 500


class Device:
    """Hears, loses, hears twice and too late, asks, reloads; what it shows is the follower's state."""

    def __init__(self, name: str, user_id: int, token: str, watch: Callable[["Device", str, Json], None]) -> None:
        self.name = name
        self.user_id = user_id
        self.token = token
        self.api: Api
        self.follower = self._new_follower()
        self.on_its_way: list[Json] = []
        """Packets that the server has sent and the client has not got yet."""
        self.wants_sync = False
        self.is_whole = False
        """Nothing was lost or put out of order since it was up to date: live alone has to do."""
        self.furthest: dict[tuple[str | None, str], int] = {}
        self.tape: Tape | None = None
        self._watch = watch
        self._socket: Any = None

    @property
    def is_connected(self) -> bool:
        """Tell whether its socket is open."""
        return self._socket is not None

    def meet(self, host: Host) -> None:
        """Talk to the present life of the server, without a socket yet."""
        was_connected = self.is_connected
        self._cut()
        self.api = host.client(self.token)
        if was_connected:
            self._record({"cut": True})

    def connect(self, host: Host) -> None:
        """Open the socket; `hello` has been heard, and it wants to sync."""
        self.disconnect()
        self._socket = socketio.test_client(host.app, auth={"v": 1, "device": "d", "token": self.token})
        until(lambda: any(packet["name"] == "presence" for packet in self._socket.queue))
        (hello,) = [packet["args"][0] for packet in self._socket.queue if packet["name"] == "hello"]
        # Whatever is heard before the first answer belongs to this history.
        self.follower.epoch = self.follower.epoch or hello["epoch"]
        self.wants_sync = True
        self._record({"connect": True})

    def disconnect(self) -> None:
        """Lose the connection, and what was on its way."""
        if self._socket is None:
            return
        self._socket.disconnect()
        self._cut()
        self._record({"cut": True})

    def listen(self) -> None:
        """Take what the server has sent off the socket, onto the way."""
        if self._socket is None:
            return
        for packet in packets(self._socket, "events"):
            self._watch(self, "live", packet)
            self.on_its_way.append(packet)

    def hear(self, place: int = 0) -> Json | None:
        """Take the packet at that place of the way; return it."""
        if not self.on_its_way:
            return None
        place %= len(self.on_its_way)
        self.is_whole = self.is_whole and place == 0
        packet = self.on_its_way.pop(place)
        self._take(packet)
        return packet

    def hear_all(self) -> list[Json]:
        """Take all that is on the way, in order; return it."""
        taken = []
        while self.on_its_way:
            taken.append(self.hear())
        return [packet for packet in taken if packet is not None]

    def hear_twice(self) -> Json | None:
        """Take the next packet and leave it on the way."""
        if not self.on_its_way:
            return None
        packet = self.on_its_way[0]
        self._take(packet)
        return packet

    def lose(self, place: int) -> bool:
        """Lose one packet; return whether there was one."""
        if not self.on_its_way:
            return False
        self.on_its_way.pop(place % len(self.on_its_way))
        self.is_whole = False
        return True

    def sync(self, limit: int, *, over_socket: bool = False) -> tuple[Json, Json]:
        """Ask for one page; return the question and the answer."""
        question = {"epoch": self.follower.epoch, "positions": self.follower.positions(), "limit": limit}
        if over_socket and self._socket is not None:
            answer = self._socket.emit("sync", question, callback=True)
        else:
            answer = created(self.api.post("/api/sync", json=question))
        assert answer.get("ok", True), answer
        self._watch(self, "sync", answer)
        self._record({"ask": question, "answer": answer})
        self.wants_sync = self.follower.take_answer(answer)
        self._note_positions()
        # What is still on its way is older than the answer, or follows it.
        self.is_whole = self.is_connected and not self.wants_sync
        return question, answer

    def sync_all(self, limit: int) -> None:
        """Ask until there is no more."""
        for _ in range(MOST_PAGES):
            self.sync(limit)
            if not self.wants_sync:
                return
        msg = f"{self.name} asks and asks, and there is always more"
        raise AssertionError(msg)

    def reload(self) -> None:
        """Begin with nothing, as a reloaded page does."""
        self.disconnect()
        self.follower = self._new_follower()
        self._record({"reload": True})

    def fetch(self, stream: str) -> Json | None:
        """Fetch a snapshot; None when the stream may not be seen."""
        answer = self.api.get(f"/api/streams/{stream}/snapshot")
        if answer.status_code == 404:
            return None
        found = created(answer)
        self._watch(self, "snapshot", found)
        return found

    def fetch_everything(self) -> dict[str, Json]:
        """Fetch all that the person may see, afresh."""
        streams = created(self.api.post("/api/sync", json={"positions": {}}))["fresh"]
        found = {each["stream"]: self.fetch(each["stream"]) for each in streams}
        return {stream: snapshot for stream, snapshot in found.items() if snapshot is not None}

    def _new_follower(self) -> Follower:
        return Follower(ClientState(self.user_id), self.fetch)

    def _record(self, step: Json) -> None:
        if self.tape is not None:
            self.tape.note(step)

    def _take(self, packet: Json) -> None:
        self._record({"hear": packet})
        has_hole = self.follower.take_events(packet)
        self._note_positions()
        if has_hole:
            same = packet["epoch"] == self.follower.epoch
            assert not (self.is_whole and same), f"{self.name} missed something live before {packet}"
            self.wants_sync = True
            self.is_whole = False

    def _note_positions(self) -> None:
        for stream, position in self.follower.positions().items():
            place = (self.follower.epoch, stream)
            assert position >= self.furthest.get(place, 0), f"{self.name} went back in {stream}, to {position}"
            self.furthest[place] = position

    def _cut(self) -> None:
        if self._socket is not None:
            type(self._socket).clients.pop(self._socket.eio_sid, None)
        self._socket = None
        self.on_its_way.clear()
        self.is_whole = False
