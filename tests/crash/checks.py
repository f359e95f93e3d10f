"""What must hold when everything has come to rest: each check returns its evidence, nothing when all is well."""

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from tests.crash.api import Api
from tests.crash.senders import Doorkeeper, Request, Sender, Written
from tests.crash.sockets import SocketClient

Json = dict[str, Any]


class Row(NamedTuple):
    """One event as it is stored."""

    seq: int
    stream: str
    stream_seq: int
    type: str
    message_id: int | None
    version: int | None
    actor_id: int | None
    payload: str | None


class Stored(NamedTuple):
    """One message as it is stored."""

    room_id: int
    author_id: int
    client_id: str
    text: str
    html: str
    version: int
    deleted_at: str | None


class Store:
    """The database, read past the server."""

    def __init__(self, file: Path, archive: "dict[int, Row] | None" = None) -> None:
        sqlite = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
        sqlite.execute("BEGIN")
        query = (
            "SELECT seq, stream_id, stream_seq, type, message_id, version, actor_id, payload FROM event ORDER BY seq"
        )
        self.kept = [Row(*row) for row in sqlite.execute(query)]
        # What retention took away is known from the archive.
        self.by_seq = (archive or {}) | {row.seq: row for row in self.kept}
        self.rows = [self.by_seq[seq] for seq in sorted(self.by_seq)]
        self.head = sqlite.execute("SELECT head_seq FROM log_state").fetchone()[0]
        self.oldest_kept = self.kept[0].seq if self.kept else self.head + 1
        self.heads = dict(sqlite.execute("SELECT id, head FROM stream"))
        self.floors = dict(sqlite.execute("SELECT id, floor FROM stream"))
        query = "SELECT id, room_id, author_id, client_id, text, html, version, deleted_at FROM message"
        self.messages = {row[0]: Stored(*row[1:]) for row in sqlite.execute(query)}
        self.reactions = set(sqlite.execute("SELECT message_id, emoji, user_id FROM reaction"))
        query = "SELECT room_id, user_id, read_message_id FROM membership"
        self.members = {(room_id, user_id): mark for room_id, user_id, mark in sqlite.execute(query)}
        self.revised = {row[0] for row in sqlite.execute("SELECT DISTINCT message_id FROM revision")}
        self.integrity = [row[0] for row in sqlite.execute("PRAGMA integrity_check")]
        sqlite.close()


def lost(store: Store, senders: list[Sender]) -> Iterator[str]:
    """Acknowledged writes that are not stored as they were acknowledged."""
    for sender in senders:
        for message_id, mine in sender.messages.items():
            yield from _lost_message(store, sender, message_id, mine)
        for (message_id, emoji), wanted in sender.reactions.items():
            stored = store.messages.get(message_id)
            is_kept = wanted and stored is not None and not stored.deleted_at
            if ((message_id, emoji, sender.user_id) in store.reactions) != is_kept:
                yield f"{sender.name}: {emoji} on {message_id} should be {is_kept}"
        for room_id, mark in sender.read_marks.items():
            if store.members.get((room_id, sender.user_id), 0) < mark:
                yield f"{sender.name}: the read mark in room {room_id} is behind {mark}"


def _lost_message(store: Store, sender: Sender, message_id: int, mine: Written) -> Iterator[str]:
    stored = store.messages.get(message_id)
    if stored is None:
        yield f"{sender.name}: message {message_id} was acknowledged and is not stored"
        return
    found = (stored.room_id, stored.author_id, stored.text, stored.version, stored.deleted_at is not None)
    expected = (mine.room_id, sender.user_id, mine.text, mine.version, mine.is_deleted)
    if found != expected:
        yield f"{sender.name}: message {message_id} is {found}, expected {expected}"
    if mine.is_deleted and (stored.html or message_id in store.revised):
        yield f"{sender.name}: message {message_id} was deleted, and text of it is left"


def lost_by_restoring(store: Store, senders: list[Sender], head: int) -> Iterator[str]:
    """Writes that were acknowledged up to the event that a backup reaches, and are not in it as they were then."""
    for sender in senders:
        expected = {message_id: replace(mine) for message_id, mine in sender.began_with.items()}
        for request in sender.ledger:
            if request.answer.status < 300 and request.answer.body.get("seq", head + 1) <= head:
                _repeat_on(expected, request)
        for message_id, mine in expected.items():
            yield from _lost_message(store, sender, message_id, mine)


def _repeat_on(messages: dict[int, Written], request: Request) -> None:
    message_id = request.answer.body["message"]["id"]
    if request.method == "POST":
        room_id = request.answer.body["message"]["room_id"]
        messages[message_id] = Written(room_id, request.answer.body["message"]["text"])
        return
    mine = messages[message_id]
    mine.version += 1
    mine.text = request.body["text"] if request.method == "PATCH" and request.body else ""
    mine.is_deleted = request.method == "DELETE"


def stored_twice(store: Store, senders: list[Sender]) -> Iterator[str]:
    """Writes that took effect more often than they were acknowledged."""
    events = Counter((row.message_id, row.type, row.actor_id) for row in store.rows)
    for sender in senders:
        mine = [message_id for message_id, row in store.messages.items() if row.author_id == sender.user_id]
        new = [message_id for message_id in mine if events[message_id, "message_posted", sender.user_id] != 1]
        if new:
            yield f"{sender.name}: messages {new[:5]} have no or several message_posted"
        for message_id, written in sender.messages.items():
            for kind, count in (("message_edited", written.edit_count), ("message_deleted", int(written.is_deleted))):
                found = events[message_id, kind, sender.user_id]
                if found != count:
                    yield f"{sender.name}: message {message_id} has {found} {kind}, {count} were acknowledged"
        for (message_id, kind), count in sender.reaction_changes.items():
            found = events[message_id, kind, sender.user_id]
            if found != count:
                yield f"{sender.name}: message {message_id} has {found} {kind}, {count} were acknowledged"


def unasked(store: Store, senders: list[Sender], seeded_up_to: int) -> Iterator[str]:
    """Messages that nobody was told of: a post that was answered late, twice, or not at all."""
    known = {message_id for sender in senders for message_id in sender.messages}
    for message_id in store.messages.keys() - known:
        if message_id > seeded_up_to:
            yield f"message {message_id} is stored, and its sender knows nothing of it: {store.messages[message_id]}"


def holes_in_store(store: Store) -> Iterator[str]:
    """Numbers of the log that are missing or double."""
    numbers = [row.seq for row in store.kept]
    if numbers != list(range(store.head - len(numbers) + 1, store.head + 1)):
        yield f"the log is not dense up to {store.head}"
    if [row.seq for row in store.rows] != list(range(1, store.head + 1)):
        yield f"events 1 to {store.head} were not all seen"
    streams = defaultdict(list)
    for row in store.kept:
        streams[row.stream].append(row.stream_seq)
    for stream, head in store.heads.items():
        if streams[stream] != list(range(store.floors[stream] + 1, head + 1)):
            yield f"{stream} is not {store.floors[stream] + 1} to {head}"
    if store.integrity != ["ok"]:
        yield f"SQLite says {store.integrity}"


def not_withdrawn(store: Store) -> Iterator[str]:
    """Payloads that are kept although the message was edited or deleted later."""
    last = {row.message_id: row.seq for row in store.rows if row.type in {"message_edited", "message_deleted"}}
    for row in store.kept:
        if row.payload is not None and row.seq < last.get(row.message_id, 0):
            yield f"event {row.seq} ({row.type}) still holds its payload"


def holes_in_clients(clients: list[SocketClient]) -> Iterator[str]:
    """Events that a client applied without the one before."""
    for client in clients:
        positions: dict[str, int] = {}
        for kind, stream, stream_seq, *_ in client.follower.applied:
            if kind == "event" and stream_seq != positions.get(stream, -1) + 1:
                yield f"{client.name}: {stream} went from {positions.get(stream)} to {stream_seq}"
            positions[stream] = stream_seq


def out_of_order(store: Store, clients: list[SocketClient]) -> Iterator[str]:
    """Events that a client applied at another place than the log has them, and so in another order than others."""
    for client in clients:
        for kind, stream, stream_seq, *numbers in client.follower.applied:
            if kind == "event":
                row = store.by_seq.get(numbers[0])
                found = None if row is None else (row.stream, row.stream_seq, row.type, row.message_id, row.version)
                if found != (stream, stream_seq, *numbers[1:]):
                    yield f"{client.name}: applied {(stream, stream_seq, *numbers)}, the log has {found}"


def applied_twice(clients: list[SocketClient]) -> Iterator[str]:
    """Messages that took effect in a client more than once."""
    for client in clients:
        for message_id in client.follower.state.repeated:
            yield f"{client.name}: message {message_id} was posted to it twice"
        for stream, shown in client.follower.state.streams.items():
            keys = Counter((m["author_id"], m["client_id"]) for m in shown.get("messages", ()))
            for key, count in keys.items():
                if count > 1:
                    yield f"{client.name}: {stream} shows {key} {count} times"


def phantoms(store: Store, clients: list[SocketClient]) -> Iterator[str]:
    """Events that some client was told, live or on catch-up, and that the log does not have."""
    for client in clients:
        for delivery in client.deliveries:
            event = delivery.event
            row = store.by_seq.get(event["seq"])
            told = (delivery.stream, event["stream_seq"], event["type"], event["message_id"], event["version"])
            if row is None:
                yield f"{client.name}: was told {told} as event {event['seq']}, which is not in the log"
            elif event["data"] is None and row.seq < store.oldest_kept:
                # What is known of a trimmed event is how it was at some time: it may have been withdrawn later.
                continue
            elif row.payload is not None and event["data"] != json.loads(row.payload):
                yield f"{client.name}: event {row.seq} was told with another payload"


def told_differently(store: Store, clients: list[SocketClient]) -> Iterator[str]:
    """Events that some client was told under a number that is another event's."""
    for client in clients:
        for delivery in client.deliveries:
            event = delivery.event
            row = store.by_seq.get(event["seq"])
            told = (delivery.stream, event["stream_seq"], event["type"], event["message_id"], event["version"])
            if row is not None and (row.stream, row.stream_seq, row.type, row.message_id, row.version) != told:
                yield f"{client.name}: was told {told} as event {event['seq']}, which is {row}"


def sent_after_withdrawal(store: Store, clients: list[SocketClient], senders: list[Sender]) -> Iterator[str]:
    """Payloads that went out on catch-up although their withdrawal had been acknowledged before the question."""
    withdrawn: dict[int, list[tuple[int, float]]] = defaultdict(list)
    for request in (request for sender in senders for request in sender.ledger):
        if request.method in {"PATCH", "DELETE"} and request.answer.status == 200 and "seq" in request.answer.body:
            found = request.answer.body
            withdrawn[found["message"]["id"]].append((found["seq"], request.answered_at))
    for client in clients:
        for delivery in client.deliveries:
            event = delivery.event
            if delivery.is_live or event["data"] is None:
                continue
            for seq, at in withdrawn.get(event["message_id"], ()):
                if event["seq"] < seq and at < delivery.at:
                    yield f"{client.name}: was sent the payload of event {event['seq']}, withdrawn by {seq}"


def leaks(store: Store, clients: list[SocketClient], doorkeeper: Doorkeeper) -> Iterator[str]:
    """Events that reached somebody who was not in the room at that place of the log, or are another person's own."""
    stays = _stays(store)
    let_in_at = [0.0] * doorkeeper.earlier_stays
    let_in_at += [request.sent_at for request in doorkeeper.ledger if request.method == "POST"]
    for client in clients:
        for delivery in client.deliveries:
            stream, place = delivery.stream, delivery.event["stream_seq"]
            inside = stays[client.user_id, stream]
            if stream == f"user-{client.user_id}" or any(start <= place < end for start, end in inside):
                continue
            following = next((number for number, (start, _) in enumerate(inside) if place < start), None)
            # A socket that opens just after its person was let in may hear the last events of before: as a member,
            # who may read all of the room.
            if following and delivery.is_live and delivery.at > let_in_at[following - 1]:
                continue
            yield f"{client.name}: got {stream} {place} ({delivery.event['type']}), not being in the room"


def _stays(store: Store) -> dict[tuple[int, str], list[tuple[int, float]]]:
    """Return from where to where each person was in each room."""
    stays: dict[tuple[int, str], list[tuple[int, float]]] = defaultdict(list)
    for row in store.rows:
        told = json.loads(row.payload or "{}")
        if row.type == "member_added":
            stays[told["member"]["user_id"], row.stream].append((row.stream_seq, float("inf")))
        elif row.type == "member_removed":
            start, _ = stays[told["user_id"], row.stream].pop()
            stays[told["user_id"], row.stream].append((start, row.stream_seq))
    return stays


def count_stays(store: Store, user_id: int, stream: str) -> int:
    """Return how often a person was let into a room."""
    return len(_stays(store)[user_id, stream])


def wrong_membership(store: Store, doorkeeper: Doorkeeper, room_id: int) -> Iterator[str]:
    """The guest is where the doorkeeper was told they are, and was let in as often as that."""
    if ((room_id, doorkeeper.guest_id) in store.members) != doorkeeper.is_inside:
        yield f"the guest should be inside: {doorkeeper.is_inside}"
    stays = len(_stays(store)[doorkeeper.guest_id, f"room-{room_id}"])
    expected = 1 + doorkeeper.change_count // 2
    if stays != expected:
        yield f"the guest was in the room {stays} times, {expected} were acknowledged"


def stale(client: SocketClient, api: Api) -> Iterator[str]:
    """What a client shows and a fresh reload does not, or the other way round."""
    shown = client.follower.state.as_reloaded()
    for stream, state in shown.items():
        fresh = api.call("GET", f"/api/streams/{stream}/snapshot").body
        if "messages" in state:
            fresh = {**fresh, "messages": _history(api, state), "has_before": state["has_before"]}
        for name in fresh.keys() | state.keys():
            if fresh.get(name) != state.get(name):
                yield f"{client.name}: {stream} {name}: {_difference(state.get(name), fresh.get(name))}"
    rooms = {room["stream"] for room in shown[client.follower.state.own]["rooms"]} if shown else set()
    if shown.keys() != rooms | {client.follower.state.own}:
        yield f"{client.name}: follows {sorted(shown)}, and is in {sorted(rooms)}"


def _history(api: Api, state: Json) -> list[Json]:
    """Return the room's messages from the oldest that the client holds on."""
    after = state["messages"][0]["id"] - 1 if state["has_before"] else 0
    found: list[Json] = []
    while True:
        page = api.call("GET", f"/api/rooms/{state['room']['id']}/messages?after={after}&limit=100").body
        found += page["messages"]
        if not page["has_after"]:
            return found
        after = found[-1]["id"]


def _difference(shown: object, fresh: object) -> str:
    if isinstance(shown, list) and isinstance(fresh, list):
        extra = [row for row in shown if row not in fresh]
        missing = [row for row in fresh if row not in shown]
        return f"shown only {extra[:2]}, fresh only {missing[:2]} ({len(extra)} and {len(missing)})"
    if isinstance(shown, dict) and isinstance(fresh, dict):
        return str({name: (shown.get(name), fresh.get(name)) for name in fresh if shown.get(name) != fresh.get(name)})
    return f"shown {shown}, fresh {fresh}"
