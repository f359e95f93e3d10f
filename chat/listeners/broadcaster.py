"""The broadcaster: committed events to Socket.IO rooms, in the order of the log.

A signal after the commit only wakes it. It reads what is committed, applies changes of membership at their place, and
emits. An emit that fails is logged and goes no further: the event is stored, and clients notice the gap and ask.
"""

import logging
import threading
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from operator import attrgetter

import sqlalchemy as sa
from flask import Flask

from chat import failpoints
from chat.connections import Connection, Connections, cut
from chat.extensions import db, socketio
from chat.log import Entry, read_after
from chat.models import LogState
from chat.unit_of_work import Writer

logger = logging.getLogger(__name__)

CHUNK = 500
LARGEST_PACKET_BYTES = 256 * 1024
"""Of the events in one packet, about; one event is never split. So what waits for a slow client is bounded."""
FAREWELL_SECONDS = 0.2


class Broadcaster:
    """Follows the log of one app; its place lives in memory, because every client brings positions of its own."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._writer: Writer = app.extensions["writer"]
        self._connections: Connections = app.extensions.setdefault("connections", Connections())
        self._poll_seconds: float = app.config["SETTINGS"].broadcast_poll_seconds
        self._woken = threading.Event()
        self.is_stopped = False
        self._draining = threading.Lock()
        self.place = self._writer.heads.seq

    def wake(self, _sender: object, **_: object) -> None:
        """Look at the log now; the receiver of the `committed` signal."""
        self._woken.set()

    def start(self) -> None:
        """Follow the log in the background."""
        socketio.start_background_task(self._follow)

    def stop(self) -> None:
        """End the background loop after the chunk it is at."""
        self.is_stopped = True
        self._woken.set()

    def drain(self, *, by_others: bool = True) -> None:
        """Broadcast everything that is committed by now; what other processes wrote only if asked to."""
        with self._draining:
            while entries := self._next_entries(by_others=by_others):
                self.place = entries[-1].seq
                self._broadcast(entries)

    def _follow(self) -> None:
        while not self.is_stopped:
            is_woken = self._woken.wait(self._poll_seconds)
            self._woken.clear()
            try:
                # Nobody signals what another process commits: the poll finds it, or our writer when it follows.
                self.drain(by_others=not is_woken)
            except Exception:
                logger.exception("broadcast_interrupted after event %d; all events are stored", self.place)

    def _next_entries(self, *, by_others: bool) -> list[Entry]:
        recent = self._writer.recent.take_after(self.place, CHUNK)
        if recent is not None:
            return recent
        if not by_others and self._writer.heads.seq == self.place:
            return []
        with self._app.app_context():
            if db.session.scalars(sa.select(LogState.head_seq)).one() == self.place:
                return []
            return read_after(self.place, CHUNK)

    def _broadcast(self, entries: list[Entry]) -> None:
        removals = _removals(entries)
        for user_id, stream in removals:
            # Before anything of the chunk goes out: from the commit of a removal on, nothing reaches the person.
            self._connections.leave(user_id, stream)
        for stream, run in groupby(entries, key=attrgetter("stream")):
            events = list(run)
            for entry in events:
                self._apply(entry, removals)
            for packet in _packets(events):
                self._emit(stream, packet)
                failpoints.reach("between_emits")

    def _apply(self, entry: Entry, removals: Mapping[tuple[int, str], int]) -> None:
        if entry.type == "member_added":
            user_id = entry.wire()["data"]["member"]["user_id"]
            if removals.get((user_id, entry.stream), 0) < entry.seq:
                self._connections.enter(user_id, entry.stream)
        elif entry.type in {"session_ended", "token_ended"}:
            for connection in self._ended_by(entry):
                self._connections.mute(connection)
                socketio.start_background_task(_say_farewell, connection.sid)

    def _ended_by(self, entry: Entry) -> Iterator[Connection]:
        data = entry.wire()["data"]
        user_id = int(entry.stream.removeprefix("user-"))
        for connection in self._connections.of_user(user_id):
            caller = connection.caller
            if entry.type == "session_ended" and caller.session_id == data["session_id"]:
                yield connection
            if entry.type == "token_ended" and caller.token_id == data["token_id"]:
                yield connection

    def _emit(self, stream: str, entries: list[Entry]) -> None:
        if not self._connections.is_heard(stream):
            return
        try:
            packet = {"epoch": self._writer.heads.epoch, "stream": stream, "events": [e.wire() for e in entries]}
            socketio.emit("events", packet, to=stream)
        except Exception:
            messages = [entry.message_id for entry in entries if entry.message_id is not None]
            logger.exception(
                "broadcast_failed: stream %s, events %d to %d; they are stored, messages %s among them",
                stream,
                entries[0].seq,
                entries[-1].seq,
                messages,
            )
        else:
            logger.debug("broadcast stream %s, events %d to %d", stream, entries[0].seq, entries[-1].seq)


def _removals(entries: Iterable[Entry]) -> dict[tuple[int, str], int]:
    """Return who is removed from which stream, with the place of the last removal."""
    removed = (entry for entry in entries if entry.type == "member_removed")
    return {(entry.wire()["data"]["user_id"], entry.stream): entry.seq for entry in removed}


def _packets(entries: list[Entry]) -> Iterator[list[Entry]]:
    """Part the events of one stream into packets that are not too large."""
    packet: list[Entry] = []
    size = 0
    for entry in entries:
        size += entry.size_bytes
        if packet and size > LARGEST_PACKET_BYTES:
            yield packet
            packet, size = [], entry.size_bytes
        packet.append(entry)
    yield packet


def _say_farewell(sid: str) -> None:
    socketio.emit("bye", {"reason": "signed_out", "retry_ms": None}, to=sid)
    socketio.sleep(FAREWELL_SECONDS)
    cut(sid)
