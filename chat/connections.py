"""Open sockets: whose they are, which streams they hear, and how to end them.

One lock orders joining (read the memberships, enter the rooms) against the broadcaster's changes of membership, so
that a socket that connects during a removal never stays in the room.
"""

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from chat.clock import now_text
from chat.extensions import socketio
from chat.permissions import Caller

NAMESPACE = "/"


@dataclass
class Connection:
    """One connected socket."""

    sid: str
    caller: Caller
    streams: set[str] = field(default_factory=set)
    since: str = field(default_factory=now_text)
    epoch: str = ""
    """The history that the positions belong to."""
    positions: dict[str, int] = field(default_factory=dict)
    """How far the client says it has come, in the streams that it hears; a report, never more than the truth."""
    is_away: bool = False
    is_ending: bool = False
    first_packet: object | None = None
    """What waited to be sent first at the last sweep."""
    busy_sweeps: int = 0
    """For how many sweeps in a row it has been waiting since then."""


class Connections:
    """All connected sockets of this process."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self._by_sid: dict[str, Connection] = {}
        self._by_user: defaultdict[int, set[str]] = defaultdict(set)
        self._listeners: defaultdict[str, set[str]] = defaultdict(set)

    def add(self, sid: str, caller: Caller, read_streams: Callable[[], Iterable[str]]) -> None:
        """Register a socket in all streams of its person, as one step against changes of membership."""
        with self.lock:
            connection = Connection(sid, caller)
            streams = read_streams()
            self._by_sid[sid] = connection
            self._by_user[caller.id].add(sid)
            for stream in streams:
                self._enter(connection, stream)

    def remove(self, sid: str) -> None:
        """Forget a socket that has gone; neither writes nor emits, because it can run inside an emit."""
        with self.lock:
            connection = self._by_sid.pop(sid, None)
            if connection is None:
                return
            self._by_user[connection.caller.id].discard(sid)
            for stream in list(connection.streams):
                self._leave(connection, stream)

    def is_known(self, sid: str) -> bool:
        """Tell whether a socket is registered, also while it is being ended."""
        return sid in self._by_sid

    def get(self, sid: str) -> Connection | None:
        """Return a socket that is connected and not being ended."""
        connection = self._by_sid.get(sid)
        return None if connection is None or connection.is_ending else connection

    def everyone(self) -> list[Connection]:
        """Return all sockets."""
        with self.lock:
            return list(self._by_sid.values())

    def of_user(self, user_id: int) -> list[Connection]:
        """Return the person's sockets."""
        with self.lock:
            return [self._by_sid[sid] for sid in self._by_user.get(user_id, ())]

    def present_ids(self) -> frozenset[int]:
        """Return who has an open socket.

        It waits for no lock, because a unit of work asks too: copying the values is one step.
        """
        return frozenset(each.caller.id for each in list(self._by_sid.values()) if not each.is_ending)

    def is_active(self, user_id: int) -> bool:
        """Tell whether the person is at any of their devices."""
        return any(not (each.is_ending or each.is_away) for each in self.of_user(user_id))

    def has_session(self, user_id: int, session_id: int) -> bool:
        """Tell whether a page of the person's is connected that is signed in with the session."""
        return any(each.caller.session_id == session_id and not each.is_ending for each in self.of_user(user_id))

    def is_heard(self, stream: str) -> bool:
        """Tell whether any socket hears the stream."""
        return bool(self._listeners.get(stream))

    def enter(self, user_id: int, stream: str) -> None:
        """Let the person's sockets hear the stream from here on."""
        with self.lock:
            for connection in self.of_user(user_id):
                self._enter(connection, stream)

    def leave(self, user_id: int, stream: str) -> None:
        """Let the person's sockets hear nothing of the stream any more."""
        with self.lock:
            for connection in self.of_user(user_id):
                self._leave(connection, stream)

    def note_positions(self, connection: Connection, epoch: str, positions: Mapping[str, int]) -> None:
        """Remember how far a client has come; only forward in one history, and only in streams that it hears."""
        with self.lock:
            if connection.epoch != epoch:
                connection.epoch = epoch
                connection.positions.clear()
            for stream, position in positions.items():
                if stream in connection.streams:
                    connection.positions[stream] = max(position, connection.positions.get(stream, 0))

    def mute(self, connection: Connection) -> None:
        """Take a socket that is being ended out of every stream at once."""
        with self.lock:
            connection.is_ending = True
            for stream in list(connection.streams):
                self._leave(connection, stream)

    def _enter(self, connection: Connection, stream: str) -> None:
        if connection.is_ending or stream in connection.streams or not self.is_known(connection.sid):
            return
        try:
            _server().enter_room(connection.sid, stream, namespace=NAMESPACE)
        except (KeyError, ValueError):
            # The client has gone, and `remove` came before `add`, or comes in a moment.
            self.remove(connection.sid)
            return
        connection.streams.add(stream)
        self._listeners[stream].add(connection.sid)

    def _leave(self, connection: Connection, stream: str) -> None:
        if stream not in connection.streams:
            return
        connection.streams.discard(stream)
        connection.positions.pop(stream, None)
        self._listeners[stream].discard(connection.sid)
        _server().leave_room(connection.sid, stream, namespace=NAMESPACE)


def is_here(sid: str) -> bool:
    """Tell whether Socket.IO knows the socket, also while it is being let in."""
    # `is_connected` is false until the connect handler, which registers the socket, has returned and been answered.
    return _server().manager.eio_sid_from_sid(sid, NAMESPACE) is not None


def transport(sid: str) -> Any:
    """Return the Engine.IO socket under a Socket.IO one, None when it has gone.

    An internal of python-engineio, which offers neither a queue length nor a close that does not block: the contract
    test `tests/contract/test_engineio.py` holds it still.
    """
    server = _server()
    return server.eio.sockets.get(server.manager.eio_sid_from_sid(sid, NAMESPACE))


def waiting_packets(sid: str) -> int:
    """Return how many packets wait for a client to take them."""
    socket = transport(sid)
    return 0 if socket is None else int(socket.queue.qsize())


def cut(sid: str) -> None:
    """Close a socket without waiting for its client; the client notices and comes back by itself."""
    socket = transport(sid)
    if socket is not None:
        # `disconnect(sid)` would block on a slow client, and after `sio.disconnect` the JavaScript client stays away.
        socket.close(wait=False, abort=True)


def _server() -> Any:
    return socketio.server
