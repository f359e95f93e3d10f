"""Everything that people, networks and disks do to Stet, one step at a time, beside a plain model of what must be.

Each step takes a few small numbers, which choose among what there is, so that Hypothesis and a dice can both play. The
promises are checked at every step: nobody hears of a room that they are not in; nothing is said that is not stored;
no text that an edit or a deletion withdrew is sent; positions only go forward; a repeated key changes nothing; and at
rest every client shows what a reload shows, which is what the model says.
"""

import copy
import json
import re
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.model.device import Device
from tests.model.host import PEOPLE, Host
from tests.model.plain import Place, Plain, Said, shown
from tests.model.tape import Tape

Json = dict[str, Any]

EMOJI = ("👍", "🎉", "👀")
WORDS = ("", "@Alice Kim", "@Bob Lee and @Carol Park", "@Dana Cho", "**bold**", "회의")
LIMITS = (1, 2, 3, 7, 40, 500)
MOST_ROOMS = 6
OUTSIDER = 6
"""From this number on, anybody does it, whether they are in the room or not."""
UNIQUE = re.compile(r"\bt\d+t\b")
"""A word that stands in one version of one message only, so that what is sent can be searched for it."""


@dataclass(frozen=True)
class Request:
    """A write, as it was sent under its key, and its answer."""

    person_id: int
    method: str
    path: str
    body: Json | None
    key: str
    status: int
    answer: Json


@dataclass
class Past:
    """A moment to which a restored backup leads back."""

    copy: Path
    plain: Plain
    ledger: list[Request]
    withdrawn: set[str]


@dataclass
class World:
    """The server, its people with a client each, and the model."""

    folder: Path
    prepared: Path
    tokens: dict[str, str]
    counter: int = 0
    ledger: list[Request] = field(default_factory=list)
    withdrawn: set[str] = field(default_factory=set)
    """Words of versions that nobody may be sent any more."""
    past: Past | None = None
    taped: int | None = None
    """Whose client is recorded, from its place among the devices."""

    def __post_init__(self) -> None:
        """Open the server, two rooms, and everybody's clients."""
        self.host = Host(self.folder, self.prepared)
        self.plain = Plain(dict(enumerate(PEOPLE, start=1)), owner_id=1)
        self.devices = [
            Device(name, number, self.tokens[name], self.watch) for number, name in enumerate(PEOPLE, start=1)
        ]
        if self.taped is not None:
            device = self.devices[self.taped]
            device.tape = Tape(device.user_id, lambda: self.host, device.fetch)
        self._meet()
        self.create_room(who=0, kind=1, other=1, spread=0)
        self.create_room(who=1, kind=0, other=2, spread=0)
        for device in self.devices:
            device.connect(self.host)
            device.sync_all(500)

    def close(self) -> None:
        """Leave nothing open."""
        for device in self.devices:
            device.disconnect()
        self.host.close()

    # What people do

    def post(self, who: int, room: int, words: int, spread: int) -> None:
        """Somebody posts; in answer to something if the room has a fitting message."""
        place = self._room(room)
        parents = [said.id for said in self.plain.said_in(place.id) if said.parent_id is None]
        parent_id = parents[-1] if parents and words in {1, 2, 3, 4} else None
        self._post(self._somebody_of(place, who), place, self._text(words), parent_id, is_also_in_room=words == 4)
        self._spread(spread)

    def post_often(self, who: int, room: int, count: int, spread: int) -> None:
        """Somebody posts again and again, so that pages and snapshots do not hold everything."""
        place = self._room(room)
        for _ in range(count):
            self._post(self._somebody_of(place, who), place, self._text(0), None)
        self._spread(spread)

    def edit(self, by: int, message: int, words: int, stale: int, spread: int) -> None:
        """An author edits, or somebody else tries to; the version may be an old one, or the text the same."""
        said = self._message(message)
        if said is None:
            return
        person_id = self._author_or(by, said)
        text = said.text if words == 5 else self._text(words)
        base = said.version - 1 if stale == 0 else said.version
        body = {"text": text or "x", "base_version": max(base, 1)}
        status = self._may_change(person_id, said)
        if status == 200 and said.is_deleted:
            status = 409
        if status == 200 and (body["base_version"] != said.version or self.plain.rooms[said.room_id].is_archived):
            status = 409
        self._write(person_id, "PATCH", f"/api/messages/{said.id}", body, expected=status)
        if status == 200 and text != said.text:
            self._withdraw(said.text)
            said.text, said.version = text, said.version + 1
            said.mentions = self.plain.named_in(text, said.room_id)
        self._spread(spread)

    def delete(self, by: int, message: int, spread: int) -> None:
        """An author deletes, or somebody else tries to."""
        said = self._message(message)
        if said is None:
            return
        person_id = self._author_or(by, said)
        status = self._may_change(person_id, said)
        self._write(person_id, "DELETE", f"/api/messages/{said.id}", None, expected=status)
        if status == 200 and not said.is_deleted:
            self._withdraw(said.text)
            said.text, said.version, said.is_deleted = "", said.version + 1, True
            said.mentions, said.reactions = [], []
        self._spread(spread)

    def react(self, who: int, message: int, emoji: int, is_on: int, spread: int) -> None:
        """Somebody puts an emoji under a message, or takes it back."""
        said = self._message(message)
        if said is None:
            return
        person_id = self._somebody_of(self.plain.rooms[said.room_id], who)
        reaction = (EMOJI[emoji], person_id)
        if not is_on and said.reactions:
            # One that is there, mostly; taking others back changes nothing.
            reaction = said.reactions[emoji % len(said.reactions)]
            person_id = reaction[1] if who < OUTSIDER else person_id
            reaction = (reaction[0], person_id)
        status = 200 if self.plain.is_in(person_id, said.room_id) else 404
        if status == 200 and is_on and (said.is_deleted or self.plain.rooms[said.room_id].is_archived):
            status = 409
        path = f"/api/messages/{said.id}/reactions/{reaction[0]}"
        self._write(person_id, "PUT" if is_on else "DELETE", path, None, expected=status)
        if status == 200 and is_on and reaction not in said.reactions:
            said.reactions.append(reaction)
        if status == 200 and not is_on and reaction in said.reactions:
            said.reactions.remove(reaction)
        self._spread(spread)

    def mark_read(self, who: int, message: int, again: int, spread: int) -> None:
        """Somebody reads up to a message, perhaps to an earlier one afterwards; marks never go back."""
        said = self._message(message)
        if said is None:
            return
        person_id = self._somebody_of(self.plain.rooms[said.room_id], who)
        self._mark_read(person_id, said)
        if again == 0:
            self._mark_read(person_id, self.plain.said_in(said.room_id)[0])
        self._spread(spread)

    def create_room(self, who: int, kind: int, other: int, spread: int) -> None:
        """Somebody makes an open, closed or direct room."""
        if len(self.plain.rooms) >= MOST_ROOMS:
            return
        person_id, other_id = self._person(who), self._person(other)
        if kind == 2:
            self._open_direct(person_id, other_id)
        else:
            self._create_named(person_id, other_id, ("open", "closed")[kind])
        self._spread(spread)

    def join(self, who: int, room: int, spread: int) -> None:
        """Somebody joins an open room."""
        person_id, place = self._person(who), self._room(room)
        status = 200 if place.kind == "open" or person_id in place.members else 404
        if status == 200 and place.is_archived:
            status = 409
        self._write(person_id, "POST", f"/api/rooms/{place.id}/join", None, expected=status)
        if status == 200:
            self.plain.enter(place.id, person_id)
        self._spread(spread)

    def add(self, who: int, room: int, other: int, spread: int) -> None:
        """Somebody adds somebody."""
        place, other_id = self._room(room), self._person(other)
        person_id = self._somebody_of(place, who)
        status = 201 if person_id in place.members else 404
        if status == 201 and (place.kind == "direct" or place.is_archived):
            status = 409
        self._write(person_id, "POST", f"/api/rooms/{place.id}/members", {"user_id": other_id}, expected=status)
        if status == 201:
            self.plain.enter(place.id, other_id)
        self._spread(spread)

    def remove(self, who: int, room: int, other: int, spread: int) -> None:
        """Somebody takes somebody out of a room, or leaves it."""
        person_id, place, other_id = self._person(who), self._room(room), self._person(other)
        status = 200 if person_id in place.members else 404
        if status == 200 and other_id != person_id and not self.plain.may_manage(person_id, place.id):
            status = 403
        if status == 200 and place.kind == "direct":
            status = 409
        if status == 200 and other_id not in place.members:
            status = 404
        self._write(person_id, "DELETE", f"/api/rooms/{place.id}/members/{other_id}", None, expected=status)
        if status == 200:
            self.plain.leave(place.id, other_id)
        self._spread(spread)

    def leave(self, who: int, room: int, spread: int) -> None:
        """Somebody leaves a room."""
        self.remove(who, room, who, spread)

    def rename(self, who: int, room: int, spread: int) -> None:
        """Whoever manages a room gives it another name."""
        place = self._room(room)
        person_id = self._somebody_of(place, who)
        name = f"room {self._next()}"
        status = self._may_manage(person_id, place)
        if status == 200 and place.kind == "direct":
            status = 409
        self._write(person_id, "PATCH", f"/api/rooms/{place.id}", {"name": name}, expected=status)
        if status == 200:
            place.name = name
        self._spread(spread)

    def set_topic(self, who: int, room: int, spread: int) -> None:
        """Anybody in a room gives it another topic."""
        place = self._room(room)
        person_id = self._somebody_of(place, who)
        topic = f"topic {self._next()}"
        status = 200 if person_id in place.members else 404
        if status == 200 and place.kind == "direct":
            status = 409
        self._write(person_id, "PATCH", f"/api/rooms/{place.id}", {"topic": topic}, expected=status)
        if status == 200:
            place.topic = topic
        self._spread(spread)

    def archive(self, who: int, room: int, is_archived: int, spread: int) -> None:
        """Whoever manages a room closes it for good, or brings it back."""
        place = self._room(room)
        person_id = self._somebody_of(place, who)
        status = self._may_manage(person_id, place)
        if status == 200 and place.kind == "direct" and is_archived:
            status = 409
        body = {"archived": bool(is_archived)}
        self._write(person_id, "PATCH", f"/api/rooms/{place.id}", body, expected=status)
        if status == 200:
            place.is_archived = bool(is_archived)
        self._spread(spread)

    def repeat(self, request: int) -> None:
        """Somebody sends an earlier request again, under its key: nothing changes, and the answer is the same."""
        if not self.ledger:
            return
        first = self.ledger[-1 - request % len(self.ledger)]
        head = self._head()
        again = self._send(first.person_id, first.method, first.path, first.body, first.key)
        assert self._head() == head, f"{first} was carried out twice"
        self._check_repeat(first, again)

    # What the network does

    def broadcast(self) -> None:
        """The broadcaster looks at the log."""
        self.host.broadcast()
        self.listen()

    def hear(self, who: int, count: int) -> None:
        """A client gets its next packets."""
        for _ in range(count):
            self._device(who).hear()

    def hear_late(self, who: int, place: int) -> None:
        """A client gets a packet before others that were sent earlier."""
        self._device(who).hear(place)

    def hear_twice(self, who: int) -> None:
        """A client gets a packet, and will get it again."""
        self._device(who).hear_twice()

    def lose(self, who: int, place: int) -> None:
        """A packet is lost."""
        self._device(who).lose(place)

    def disconnect(self, who: int) -> None:
        """A connection breaks."""
        self._device(who).disconnect()

    def connect(self, who: int) -> None:
        """A client comes back."""
        self._device(who).connect(self.host)

    def sync(self, who: int, limit: int, over_socket: int) -> None:
        """A client asks for one page."""
        self._device(who).sync(LIMITS[limit], over_socket=bool(over_socket))

    def come_back(self, who: int, limit: int) -> None:
        """A client comes back and asks until there is no more."""
        device = self._device(who)
        if not device.is_connected:
            device.connect(self.host)
        device.sync_all(LIMITS[limit])

    def reload(self, who: int) -> None:
        """A page is reloaded."""
        self._device(who).reload()
        self._device(who).connect(self.host)

    # What happens to the server

    def crash(self, at: int, who: int, room: int, is_late: int) -> None:
        """The process is killed: between writes, or in one, before or after its commit; the write is repeated."""
        place = self._room(room)
        person_id = self._somebody_of(place, who)
        post = ("POST", f"/api/rooms/{place.id}/messages", {"text": self._text(0)}, str(uuid.uuid4()))
        is_allowed = person_id in place.members and not place.is_archived
        if at and is_allowed:
            with self.host.failing(("before_commit", "after_commit")[at - 1]):
                answer = self._send(person_id, *post)
            assert answer.status_code >= 500
            self.listen()
        if at == 2 and is_allowed:
            # It was stored, and nobody was told: now it may be withdrawn like any other.
            self._note_post(self._stored_id(post[3]), person_id, place, post[2], post[3])
        if is_late:
            # The broadcaster has had its turn once more.
            self.broadcast()
        self.host.kill()
        self._meet()
        if at and is_allowed:
            method, path, body, key = post
            answer = self._write(person_id, method, path, body, key=key, expected=200 if at == 2 else 201)
            if at == 1:
                self._note_post(answer["message"]["id"], person_id, place, body, key)

    def compact(self, limit: int) -> None:
        """The oldest events leave the log."""
        self.host.compact(limit)

    def back_up(self) -> None:
        """The database is copied."""
        copied = self.host.back_up(f"backup-{self._next()}")
        self.past = Past(copied, copy.deepcopy(self.plain), list(self.ledger), set(self.withdrawn))

    def restore(self) -> None:
        """The copy takes the place of the database, under another epoch."""
        if self.past is None:
            return
        self.host.restore(self.past.copy)
        self.plain = copy.deepcopy(self.past.plain)
        self.ledger = list(self.past.ledger)
        self.withdrawn = set(self.past.withdrawn)
        self._meet()

    # What must be so

    def rest(self) -> None:
        """Everything is delivered, everybody comes back and asks until there is no more; then all must agree."""
        self.broadcast()
        for device in self.devices:
            device.hear_all()
            if device.is_whole:
                self._check_state(device, "live")
        for number, device in enumerate(self.devices):
            if not device.is_connected:
                device.connect(self.host)
            device.sync_all(LIMITS[(self.counter + number) % len(LIMITS)])
            self._check_state(device, "after a sync")
        self.host.check_log()

    def listen(self) -> None:
        """Take off every socket what was sent."""
        for device in self.devices:
            device.listen()

    def watch(self, device: Device, how: str, sent: Json) -> None:
        """Check what the server sends to somebody at the moment at which it does."""
        said = set(UNIQUE.findall(json.dumps(sent)))
        assert not said & self.withdrawn, f"{device.name} was sent {said & self.withdrawn} ({how}), which is withdrawn"
        may_see = self.plain.streams_of(device.user_id)
        if how == "live":
            assert sent["stream"] in may_see, f"{device.name} heard of {sent['stream']}: {sent}"
            self._check_stored(device, sent)
        elif how == "sync" and not sent.get("reset"):
            streams = {*sent["events"], *sent["stale"], *(fresh["stream"] for fresh in sent["fresh"])}
            assert streams <= may_see, f"{device.name} was answered with {streams - may_see}"
            assert not may_see & set(sent["gone"]), f"{device.name} was told to forget {may_see & set(sent['gone'])}"
        elif how == "snapshot":
            assert sent["stream"] in may_see, f"{device.name} got a snapshot of {sent['stream']}"

    def _check_stored(self, device: Device, packet: Json) -> None:
        for event in packet["events"]:
            rows = self.host.read("SELECT stream_id, stream_seq, type FROM event WHERE seq = ?", event["seq"])
            told = (packet["stream"], event["stream_seq"], event["type"])
            assert rows == [told], f"{device.name} was told {told} as event {event['seq']}; the log has {rows}"

    def _check_state(self, device: Device, when: str) -> None:
        fresh = device.fetch_everything()
        state = device.follower.state.as_reloaded()
        _agree(shown(fresh), self.plain.seen_by(device.user_id), f"a reload by {device.name} and the model, {when}")
        _agree(_comparable(state), _comparable(fresh), f"what {device.name} shows and a reload, {when}")
        assert device.follower.state.repeated == [], f"{device.name} got messages twice"

    def _check_repeat(self, first: Request, again: Any) -> None:
        if again.status_code == 404:
            # Whoever has left the room since is not told of it again, not even of what they did in it.
            room_id = self._room_of(first)
            assert room_id is not None
            assert not self.plain.is_in(first.person_id, room_id), f"{first} is not known any more"
            return
        is_post = first.method == "POST" and first.path.endswith("/messages")
        assert again.status_code == (200 if is_post else first.status), f"{first}: {again.get_data(as_text=True)}"
        body = again.get_json()
        if "message" in first.answer:
            assert body["message"]["id"] == first.answer["message"]["id"]
            assert [body.get(name) for name in ("stream", "stream_seq", "seq")] == [
                first.answer.get(name) for name in ("stream", "stream_seq", "seq")
            ]
        else:
            assert body == first.answer

    def _room_of(self, request: Request) -> int | None:
        if "message" in request.answer:
            found: int = request.answer["message"]["room_id"]
            return found
        match = re.match(r"/api/rooms/(\d+)", request.path)
        return int(match[1]) if match else None

    # Doing

    def _mark_read(self, person_id: int, said: Said) -> None:
        status = 200 if self.plain.is_in(person_id, said.room_id) else 404
        body = {"message_id": said.id}
        self._write(person_id, "PUT", f"/api/rooms/{said.room_id}/read", body, expected=status)
        if status == 200:
            marks = self.plain.rooms[said.room_id].marks
            marks[person_id] = max(marks[person_id], said.id)

    def _post(
        self, person_id: int, place: Place, text: str, parent_id: int | None, *, is_also_in_room: bool = False
    ) -> None:
        status = 201 if person_id in place.members else 404
        if status == 201 and place.is_archived:
            status = 409
        body: Json = {"text": text}
        if parent_id is not None:
            body |= {"parent_id": parent_id, "also_in_room": is_also_in_room}
        key = str(uuid.uuid4())
        answer = self._write(person_id, "POST", f"/api/rooms/{place.id}/messages", body, key=key, expected=status)
        if status == 201:
            self._note_post(answer["message"]["id"], person_id, place, body, key)

    def _note_post(self, message_id: int, person_id: int, place: Place, body: Json, key: str) -> None:
        text = body["text"]
        said = Said(message_id, place.id, person_id, key, text, mentions=self.plain.named_in(text, place.id))
        said.parent_id, said.is_also_in_room = body.get("parent_id"), body.get("also_in_room", False)
        self.plain.messages[message_id] = said

    def _open_direct(self, person_id: int, other_id: int) -> None:
        ids = {person_id, other_id}
        known = [room for room in self.plain.rooms.values() if room.kind == "direct" and set(room.members) == ids]
        body = {"kind": "direct", "member_ids": [other_id]}
        answer = self._write(person_id, "POST", "/api/rooms", body, expected=200 if known else 201)
        if not known:
            room = Place(answer["room"]["id"], "direct", None)
            self.plain.rooms[room.id] = room
            for user_id in sorted(ids):
                self.plain.enter(room.id, user_id, answer["room"]["role"])

    def _create_named(self, person_id: int, other_id: int, kind: str) -> None:
        name = f"room {self._next()}"
        body = {"kind": kind, "name": name, "member_ids": [other_id]}
        answer = self._write(person_id, "POST", "/api/rooms", body, expected=201)
        room = Place(answer["room"]["id"], kind, name)
        self.plain.rooms[room.id] = room
        self.plain.enter(room.id, person_id, "owner")
        self.plain.enter(room.id, other_id)

    def _write(
        self, person_id: int, method: str, path: str, body: Json | None, *, expected: int, key: str | None = None
    ) -> Json:
        key = key or str(uuid.uuid4())
        answer = self._send(person_id, method, path, body, key)
        told = f"{self.plain.people[person_id]}: {method} {path} {body}: {answer.get_data(as_text=True)}"
        assert answer.status_code == expected, told
        found: Json = answer.get_json()
        if expected < 400:
            # What was refused was not done, and may be done when it is sent again.
            self.ledger.append(Request(person_id, method, path, body, key, answer.status_code, found))
        self.listen()
        return found

    def _send(self, person_id: int, method: str, path: str, body: Json | None, key: str) -> Any:
        api = self.devices[person_id - 1].api
        return api.open(path, method=method, json=body, headers={"Idempotency-Key": key})

    def _spread(self, spread: int) -> None:
        """Let what was done be broadcast, or also heard: most of it is, or little else would happen."""
        if spread > 0:
            self.broadcast()
        if spread > 1:
            for device in self.devices:
                device.hear_all()

    def _meet(self) -> None:
        for device in self.devices:
            device.meet(self.host)

    # Choosing

    def _person(self, who: int) -> int:
        return 1 + who % len(PEOPLE)

    def _somebody_of(self, place: Place, who: int) -> int:
        """Return somebody in the room, mostly; others would only be refused."""
        inside = sorted(place.members)
        return inside[who % len(inside)] if inside and who < OUTSIDER else self._person(who)

    def _device(self, who: int) -> Device:
        return self.devices[who % len(self.devices)]

    def _room(self, room: int) -> Place:
        return list(self.plain.rooms.values())[room % len(self.plain.rooms)]

    def _message(self, message: int) -> Said | None:
        ids = list(self.plain.messages)
        return self.plain.messages[ids[-1 - message % len(ids)]] if ids else None

    def _author_or(self, by: int, said: Said) -> int:
        return self._person(said.author_id) if by == 0 else said.author_id

    def _may_change(self, person_id: int, said: Said) -> int:
        if not self.plain.is_in(person_id, said.room_id):
            return 404
        return 200 if person_id == said.author_id else 403

    def _may_manage(self, person_id: int, place: Place) -> int:
        if person_id not in place.members:
            return 404
        return 200 if self.plain.may_manage(person_id, place.id) else 403

    def _text(self, words: int) -> str:
        return f"t{self._next()}t {WORDS[words % len(WORDS)]}".strip()

    def _withdraw(self, text: str) -> None:
        self.withdrawn |= set(UNIQUE.findall(text))

    def _next(self) -> int:
        self.counter += 1
        return self.counter

    def _head(self) -> int:
        return int(self.host.read("SELECT head_seq FROM log_state")[0][0])

    def _stored_id(self, key: str) -> int:
        return int(self.host.read("SELECT id FROM message WHERE client_id = ?", key)[0][0])


def _comparable(streams: dict[str, Json]) -> dict[str, Json]:
    """Return the streams with as many messages as a snapshot has: a client keeps what it has seen."""
    return {name: _shortened(state) if "messages" in state else state for name, state in streams.items()}


def _shortened(state: Json) -> Json:
    kept = state["messages"][-50:]
    return {**state, "messages": kept, "has_before": state["has_before"] or len(kept) < len(state["messages"])}


def _agree(one: object, other: object, what: str, path: str = "") -> None:
    """Compare two trees of plain values; the assertion names the first place at which they differ."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        for key in one:
            _agree(one[key], other[key], what, f"{path}.{key}")
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for number, (left, right) in enumerate(zip(one, other, strict=True)):
            _agree(left, right, what, f"{path}[{number}]")
    else:
        assert one == other, f"{what}: {path} is {one}, and {other}"


NUMBERS = (0, 3)
SOMEBODY = (0, 7)
STEPS: dict[str, dict[str, tuple[int, int]]] = {
    "post": {"who": SOMEBODY, "room": (0, 5), "words": (0, 5), "spread": NUMBERS},
    "post_often": {"who": SOMEBODY, "room": (0, 5), "count": (2, 30), "spread": NUMBERS},
    "edit": {"by": (0, 6), "message": (0, 12), "words": (0, 5), "stale": (0, 6), "spread": NUMBERS},
    "delete": {"by": (0, 6), "message": (0, 12), "spread": NUMBERS},
    "react": {"who": SOMEBODY, "message": (0, 12), "emoji": (0, 2), "is_on": (0, 1), "spread": NUMBERS},
    "mark_read": {"who": SOMEBODY, "message": (0, 12), "again": (0, 2), "spread": NUMBERS},
    "create_room": {"who": NUMBERS, "kind": (0, 2), "other": NUMBERS, "spread": NUMBERS},
    "join": {"who": NUMBERS, "room": (0, 5), "spread": NUMBERS},
    "add": {"who": SOMEBODY, "room": (0, 5), "other": NUMBERS, "spread": NUMBERS},
    "remove": {"who": NUMBERS, "room": (0, 5), "other": NUMBERS, "spread": NUMBERS},
    "leave": {"who": NUMBERS, "room": (0, 5), "spread": NUMBERS},
    "rename": {"who": SOMEBODY, "room": (0, 5), "spread": NUMBERS},
    "set_topic": {"who": SOMEBODY, "room": (0, 5), "spread": NUMBERS},
    "archive": {"who": SOMEBODY, "room": (0, 5), "is_archived": (0, 1), "spread": NUMBERS},
    "repeat": {"request": (0, 12)},
    "broadcast": {},
    "hear": {"who": NUMBERS, "count": (1, 4)},
    "hear_late": {"who": NUMBERS, "place": (1, 4)},
    "hear_twice": {"who": NUMBERS},
    "lose": {"who": NUMBERS, "place": NUMBERS},
    "disconnect": {"who": NUMBERS},
    "connect": {"who": NUMBERS},
    "sync": {"who": NUMBERS, "limit": (0, 5), "over_socket": (0, 1)},
    "come_back": {"who": NUMBERS, "limit": (0, 5)},
    "reload": {"who": NUMBERS},
    "crash": {"at": (0, 2), "who": SOMEBODY, "room": (0, 5), "is_late": (0, 1)},
    "compact": {"limit": (1, 60)},
    "back_up": {},
    "restore": {},
    "rest": {},
}
"""Every step, and from where to where its numbers go."""
