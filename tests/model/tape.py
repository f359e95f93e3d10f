"""What one client was told, step by step, and what the server would have answered to any question in between.

A tape is a vector for other clients, such as the browser's: it plays what came over the wire, in the order and with the
losses of the run, answers what that client asks at its own pace from the same states of the server, and says what must
be shown at the end. Changes of the server's state are kept as differences, and what is repeated once.
"""

import json
from collections.abc import Callable
from typing import Any

from tests.model.host import Host

Json = dict[str, Any]

REPEATED = ({"text", "html"}, {"email"}, {"joined_at"}, {"stream_seq", "seq", "type"}, {"stream", "kind"})
"""Fields by which messages, people, members, events and rooms are known."""

EVENTS = (
    "SELECT stream_id, stream_seq, seq, type, message_id, version, client_id, actor_id, at, payload FROM event"
    " WHERE stream_id = ? AND stream_seq > ? ORDER BY stream_seq"
)
FIELDS = ("stream_seq", "seq", "type", "message_id", "version", "client_id", "actor_id", "at")


class Tape:
    """Records one person's client."""

    def __init__(self, user_id: int, host: Callable[[], Host], fetch: Callable[[str], Json | None]) -> None:
        self.user_id = user_id
        self.steps: list[Json] = []
        self._host = host
        self._fetch = fetch
        self._known: Json = {"epoch": None, "begins": {}, "marks": {}}
        self._events: dict[str, dict[int, Json]] = {}
        self._places: dict[str, tuple[int, int]] = {}

    def note(self, step: Json) -> None:
        """Keep what happens to the client now, and before it what has changed at the server."""
        change = self._change()
        if change:
            self.steps.append({"server": change})
        self.steps.append(step)

    def vector(self, seed: int, end: dict[str, Json]) -> Json:
        """Return everything as JSON, with what must be shown when all is at rest."""
        self.note({"end": end})
        pool = _Pool()
        steps = pool.encode(self.steps)
        return {"seed": seed, "user_id": self.user_id, "pool": pool.values, "steps": steps}

    def _change(self) -> Json:
        host, own = self._host(), f"user-{self.user_id}"
        ((epoch,),) = host.read("SELECT epoch FROM log_state")
        change: Json = {}
        if epoch != self._known["epoch"]:
            self._known = {"epoch": epoch, "begins": {}, "marks": {}}
            self._events, self._places = {}, {}
            change["epoch"] = epoch
        rooms = host.read("SELECT room_id, from_seq FROM membership WHERE user_id = ?", self.user_id)
        begins = {own: 1} | {f"room-{room_id}": from_seq for room_id, from_seq in rooms}
        if list(begins.items()) != list(self._known["begins"].items()):
            self._known["begins"] = change["begins"] = begins
        marks = {row[0]: [row[1], row[2]] for row in host.read("SELECT id, head, floor FROM stream")}
        marks = {stream: marks[stream] for stream in begins if stream in marks}
        if marks != self._known["marks"]:
            self._known["marks"] = change["marks"] = marks
        events = {stream: self._new_events(host, stream, marks[stream][1]) for stream in marks}
        if any(events.values()):
            change["events"] = {stream: found for stream, found in events.items() if found}
        snapshots = self._new_snapshots(marks, own)
        if snapshots:
            change["snapshots"] = snapshots
        return change

    def _new_events(self, host: Host, stream: str, floor: int) -> list[Json]:
        known = self._events.setdefault(stream, {})
        found = []
        for _, *numbers, payload in host.read(EVENTS, stream, floor):
            event = {
                **dict(zip(FIELDS, numbers, strict=True)),
                "data": None if payload is None else json.loads(payload),
            }
            if known.get(event["stream_seq"]) != event:
                known[event["stream_seq"]] = event
                found.append(event)
        return found

    def _new_snapshots(self, marks: dict[str, list[int]], own: str) -> dict[str, Json]:
        found = {}
        for stream, (head, _) in marks.items():
            # A room's snapshot holds what the own stream tells as well; the own one holds the counts of all rooms.
            place = (head, marks[own][0]) if stream != own else (sum(mark[0] for mark in marks.values()), head)
            if self._places.get(stream) != place:
                self._places[stream] = place
                snapshot = self._fetch(stream)
                assert snapshot is not None
                found[stream] = snapshot
        return found


class _Pool:
    """Values that are repeated, each once."""

    def __init__(self) -> None:
        self.values: list[Any] = []
        self._places: dict[str, int] = {}

    def encode(self, value: Any) -> Any:
        """Return the value with `{"$": place}` for each part that is in the pool."""
        if isinstance(value, list):
            return [self.encode(part) for part in value]
        if not isinstance(value, dict):
            return value
        encoded = {key: self.encode(part) for key, part in value.items()}
        if not any(names <= value.keys() for names in REPEATED) or "messages" in value or "users" in value:
            return encoded
        name = json.dumps(encoded, sort_keys=True)
        if name not in self._places:
            self._places[name] = len(self.values)
            self.values.append(encoded)
        return {"$": self._places[name]}
