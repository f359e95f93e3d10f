"""A client by the book: how events change what it shows, and the rules by which it follows the streams.

`ClientState` is a reducer without any network: snapshots in, events in, and it equals a fresh snapshot. `Follower` adds
positions, parking, catching up, snapshots, `gone` and `reset`, and leaves the transport to whoever uses it.
"""

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

Json = dict[str, Any]

PERSONAL = ("level", "is_muted", "is_starred", "section_id")
"""What of a room my own stream tells, and the room's stream never."""


class Count(NamedTuple):
    """A change of the unread counts that one event made."""

    seq: int
    message_id: int
    unread: int
    mentions: int


@dataclass
class ClientState:
    """What one person's client shows: per stream its snapshot, brought up to date event by event."""

    user_id: int
    streams: dict[str, Json] = field(default_factory=dict)
    recounts: set[str] = field(default_factory=set)
    """Rooms whose mention count cannot be known from events alone: take a new snapshot."""
    repeated: list[int] = field(default_factory=list)
    """Messages that were posted to this client twice; stays empty."""
    _seqs: dict[str, int] = field(default_factory=dict)
    """The last event of each stream."""
    _marks: dict[str, tuple[int, list[Count]]] = field(default_factory=dict)

    @property
    def own(self) -> str:
        """The stream of the person's own affairs."""
        return f"user-{self.user_id}"

    def begin(self, snapshot: Json) -> None:
        """Start a stream, or start it again."""
        stream = snapshot["stream"]
        self.streams[stream] = snapshot
        self.recounts.discard(stream)
        self._marks[stream] = (0, [])
        self._seqs.pop(stream, None)
        self._share_personal(stream)
        if stream == self.own:
            # Read marks travel in this stream: those that went by before the snapshot are in its rooms alone.
            self.recounts.update(room["stream"] for room in snapshot["rooms"] if self._is_ahead(room))

    def _is_ahead(self, room: Json) -> bool:
        held = self.streams.get(room["stream"])
        return held is not None and bool(room["read_seq"] > held["room"]["read_seq"])

    def _share_personal(self, stream: str) -> None:
        # A room's snapshot may be older than what the own stream has told of it.
        for room in self.streams.get(self.own, {"rooms": []})["rooms"]:
            held = self.streams.get(room["stream"])
            if held is not None and stream in {self.own, room["stream"]}:
                held["room"] |= {name: room[name] for name in PERSONAL}

    def forget(self, stream: str) -> None:
        """Drop all that is known of a stream."""
        self.streams.pop(stream, None)
        self._marks.pop(stream, None)
        self._seqs.pop(stream, None)
        self.recounts.discard(stream)

    def apply(self, stream: str, event: Json) -> None:
        """Bring a stream from one position to the next."""
        shown = self.streams[stream]
        shown["stream_seq"] = event["stream_seq"]
        self._seqs[stream] = event["seq"]
        if stream == self.own:
            self._apply_own(shown, event)
        else:
            self._apply_room(shown, event)

    def as_reloaded(self) -> dict[str, Json]:
        """Return the streams as fresh snapshots would be: each room as its own stream has it."""
        found = dict(self.streams)
        if self.own in found:
            rooms = [self.streams.get(room["stream"], {"room": room})["room"] for room in found[self.own]["rooms"]]
            found[self.own] = {**found[self.own], "rooms": rooms}
        return found

    def _apply_own(self, shown: Json, event: Json) -> None:
        """Events without a method say nothing that a page shows."""
        handle = getattr(self, f"_own_{event['type']}", None)
        if handle is not None:
            handle(shown, event["data"], event)

    def _own_user_joined(self, shown: Json, found: Json, _event: Json) -> None:
        self._show_person(shown, found["user"])

    _own_user_updated = _own_user_joined

    def _own_people_shown(self, shown: Json, found: Json, _event: Json) -> None:
        for user in found["users"]:
            self._show_person(shown, user)

    def _own_people_hidden(self, shown: Json, found: Json, _event: Json) -> None:
        shown["users"] = [user for user in shown["users"] if user["id"] not in found["user_ids"]]

    def _own_workspace_updated(self, shown: Json, found: Json, _event: Json) -> None:
        shown["workspace"] = found["workspace"]

    def _own_emoji_added(self, shown: Json, found: Json, _event: Json) -> None:
        shown["emoji"] = sorted([*shown["emoji"], found["emoji"]], key=lambda emoji: str(emoji["name"]))

    def _own_emoji_removed(self, shown: Json, found: Json, _event: Json) -> None:
        shown["emoji"] = [emoji for emoji in shown["emoji"] if emoji["id"] != found["emoji_id"]]

    def _own_room_joined(self, shown: Json, found: Json, _event: Json) -> None:
        _put(shown["rooms"], found["room"], "id")

    def _own_room_left(self, shown: Json, found: Json, _event: Json) -> None:
        shown["rooms"] = [room for room in shown["rooms"] if room["id"] != found["room_id"]]
        shown["threads"] = [thread for thread in shown["threads"] if thread["room_id"] != found["room_id"]]
        shown["drafts"] = [draft for draft in shown["drafts"] if draft["room_id"] != found["room_id"]]
        self.forget(found["stream"])

    def _own_preferences_changed(self, shown: Json, found: Json, _event: Json) -> None:
        shown["preferences"] = found["preferences"]

    def _own_room_preferences_changed(self, shown: Json, found: Json, _event: Json) -> None:
        for room in shown["rooms"]:
            if room["id"] == found["room_id"]:
                room.update(found["preferences"])
                self._share_personal(room["stream"])

    def _own_draft_changed(self, shown: Json, found: Json | None, _event: Json) -> None:
        if found is None:
            # A later event of the same draft follows.
            return
        place = _place_of(found)
        kept = [draft for draft in shown["drafts"] if _place_of(draft) != place]
        shown["drafts"] = sorted([*kept, found] if found["text"] or found["quoted_id"] else kept, key=_place_of)

    def _own_message_saved(self, shown: Json, found: Json, _event: Json) -> None:
        saved = found["saved"]
        if saved["done_at"] is None:
            _put(shown["saved"], saved, "message_id")
        else:
            self._own_message_unsaved(shown, found, _event)

    def _own_message_unsaved(self, shown: Json, found: Json, _event: Json) -> None:
        shown["saved"] = [saved for saved in shown["saved"] if saved["message_id"] != found["message_id"]]

    def _own_scheduled_changed(self, shown: Json, found: Json | None, _event: Json) -> None:
        if found is not None:
            _put(shown["scheduled"], found["scheduled"], "id")

    def _own_scheduled_removed(self, shown: Json, found: Json, _event: Json) -> None:
        shown["scheduled"] = [each for each in shown["scheduled"] if each["id"] != found["scheduled_id"]]

    def _own_reminder_changed(self, shown: Json, found: Json | None, _event: Json) -> None:
        if found is not None:
            _put(shown["reminders"], found["reminder"], "id")

    _own_reminder_due = _own_reminder_changed

    def _own_reminder_removed(self, shown: Json, found: Json, _event: Json) -> None:
        shown["reminders"] = [each for each in shown["reminders"] if each["id"] != found["reminder_id"]]

    def _own_poll_vote_changed(self, shown: Json, found: Json, _event: Json) -> None:
        others = [each for each in shown["poll_votes"] if each["message_id"] != found["message_id"]]
        mine = [found] if found["options"] else []
        shown["poll_votes"] = sorted(others + mine, key=lambda each: each["message_id"])

    def _own_read_marked(self, _shown: Json, _found: Json, event: Json) -> None:
        self._mark_read(event)

    _own_unread_marked = _own_read_marked

    def _own_thread_followed(self, shown: Json, found: Json, _event: Json) -> None:
        thread = found["follow"]
        if thread["is_following"] and thread["unread_count"]:
            _put(shown["threads"], thread, "message_id")
        else:
            shown["threads"] = [one for one in shown["threads"] if one["message_id"] != thread["message_id"]]

    _own_thread_unfollowed = _own_thread_followed
    _own_thread_read = _own_thread_followed
    _own_thread_counted = _own_thread_followed

    def _show_person(self, shown: Json, user: Json) -> None:
        _put(shown["users"], user, "id")
        if user["id"] == self.user_id:
            shown["user"] = user
        for stream, room in self.streams.items():
            if stream != self.own and any(other["id"] == user["id"] for other in room["users"]):
                _put(room["users"], user, "id")

    def _known(self, user: Json) -> Json:
        # The event may be older than what the own stream has told of the person since.
        known = self.streams.get(self.own, {"users": []})["users"]
        return next((other for other in known if other["id"] == user["id"]), user)

    def _mark_read(self, event: Json) -> None:
        mark = event["data"]
        stream = f"room-{mark['room_id']}"
        shown = self.streams.get(stream)
        if shown is None or event["seq"] <= shown["room"]["read_seq"]:
            return
        shown["room"]["read_seq"] = event["seq"]
        shown["room"]["read_message_id"] = mark["message_id"]
        shown["room"]["unread_count"] = mark["unread_count"]
        shown["room"]["mention_count"] = mark["mention_count"]
        # The counts are exact for the mark's place in the log; the room's stream may be ahead of it or behind.
        later = [c for c in self._marks[stream][1] if c.seq > event["seq"] and c.message_id > mark["message_id"]]
        self._marks[stream] = (event["seq"], later)
        for count in later:
            _add(shown["room"], count)
        if event["type"] == "unread_marked" and self._seqs.get(stream, 0) > event["seq"]:
            # What happened since to messages that counted as read was not counted.
            self.recounts.add(stream)

    def _apply_room(self, shown: Json, event: Json) -> None:
        """Events without a method say nothing that a page shows."""
        handle = getattr(self, f"_room_{event['type']}", None)
        if handle is not None:
            handle(shown, event["data"], event)

    def _room_message_posted(self, shown: Json, found: Json | None, event: Json) -> None:
        self._count(shown, event)
        if found is not None:
            self._show_message(shown, event)

    _room_message_edited = _room_message_posted
    _room_message_deleted = _room_message_posted

    def _room_reaction_added(self, shown: Json, found: Json | None, event: Json) -> None:
        _change(shown, event, "reactions", found)

    _room_reaction_removed = _room_reaction_added

    def _room_thread_updated(self, shown: Json, found: Json | None, event: Json) -> None:
        _change(shown, event, "thread", found)

    def _room_poll_voted(self, shown: Json, found: Json | None, event: Json) -> None:
        _change(shown, event, "poll", found)

    _room_poll_closed = _room_poll_voted

    def _room_previews_changed(self, shown: Json, found: Json | None, event: Json) -> None:
        _change(shown, event, "previews", found)

    def _room_member_added(self, shown: Json, found: Json, _event: Json) -> None:
        _put(shown["members"], found["member"], "user_id")
        _put(shown["users"], self._known(found["user"]), "id")
        _recount_members(shown)

    def _room_member_removed(self, shown: Json, found: Json, _event: Json) -> None:
        shown["members"] = [member for member in shown["members"] if member["user_id"] != found["user_id"]]
        shown["users"] = [user for user in shown["users"] if user["id"] != found["user_id"]]
        _recount_members(shown)

    def _room_room_updated(self, shown: Json, found: Json, _event: Json) -> None:
        shown["room"] |= found["room"]

    _room_room_archived = _room_room_updated
    _room_room_restored = _room_room_updated

    def _room_message_pinned(self, shown: Json, found: Json, _event: Json) -> None:
        _put(shown["pins"], found["pin"], "message_id")

    def _room_message_unpinned(self, shown: Json, found: Json, _event: Json) -> None:
        shown["pins"] = [pin for pin in shown["pins"] if pin["message_id"] != found["message_id"]]

    def _show_message(self, shown: Json, event: Json) -> None:
        message = event["data"]["message"]
        messages = shown["messages"]
        if event["type"] == "message_posted" and _held(shown, message["id"]) is not None:
            self.repeated.append(message["id"])
        if shown["has_before"] and message["id"] < messages[0]["id"]:
            return
        _put(messages, message, "id")
        if message["id"] == messages[-1]["id"]:
            shown["room"]["last_message_at"] = message["created_at"]

    def _count(self, shown: Json, event: Json) -> None:
        room, stream = shown["room"], shown["stream"]
        counted_up_to, counts = self._marks[stream]
        is_mine = event["actor_id"] == self.user_id
        if is_mine or event["message_id"] <= room["read_message_id"] or event["seq"] <= counted_up_to:
            return
        if event["data"] is not None and not _is_in_timeline(event["data"]["message"]):
            return
        unread = {"message_posted": 1, "message_edited": 0, "message_deleted": -1}[event["type"]]
        # What was withdrawn leaves the held message as it is: the edit or deletion that follows counts from there.
        before = self._mentions_before(shown, event)
        mentions = 0 if event["data"] is None else self._mentions_after(event) - before
        count = Count(event["seq"], event["message_id"], unread, mentions)
        counts.append(count)
        _add(room, count)

    def _mentions_after(self, event: Json) -> int:
        return int(self.user_id in event["data"]["message"]["mentions"])

    def _mentions_before(self, shown: Json, event: Json) -> int:
        held = _held(shown, event["message_id"])
        if held is not None:
            return int(self.user_id in held["mentions"])
        if event["type"] != "message_posted" or event["data"] is None:
            self.recounts.add(shown["stream"])
        return 0


@dataclass
class Follower:
    """The rules of following: apply what is next, park what is ahead, ask for what is missing."""

    state: ClientState
    fetch_snapshot: Callable[[str], Json | None]
    """Return a fresh snapshot, None when the stream may not be seen (any more)."""
    epoch: str | None = None
    applied: list[tuple[Any, ...]] = field(default_factory=list)
    """All that happened, in order: ("snapshot", stream, stream_seq) and ("event", stream, event's numbers …)."""
    hole_count: int = 0
    _parked: dict[str, dict[int, Json]] = field(default_factory=dict)
    _wanted: set[str] = field(default_factory=set)

    def positions(self) -> dict[str, int]:
        """Return where the client stands, for `sync`."""
        return {stream: shown["stream_seq"] for stream, shown in self.state.streams.items()}

    def take_events(self, packet: Json) -> bool:
        """Take live events; True: something is missing, sync now."""
        if self.epoch is not None and packet["epoch"] != self.epoch:
            return True
        self._take(packet["stream"], packet["events"])
        self._fetch_wanted()
        has_hole = self._has_hole(packet["stream"])
        self.hole_count += has_hole
        return has_hole

    def take_answer(self, answer: Json) -> bool:
        """Take the answer of a sync; True: there is more to ask for."""
        if answer.get("reset"):
            self.drop_everything()
            self.epoch = answer["epoch"]
            return True
        self.epoch = answer["epoch"]
        for stream in answer["gone"]:
            self._purge(stream)
        self._wanted.update(fresh["stream"] for fresh in answer["fresh"])
        self._wanted.update(answer["stale"])
        for stream, events in answer["events"].items():
            self._take(stream, events)
        self._fetch_wanted()
        return bool(answer["more"]) or any(self._has_hole(stream) for stream in self.state.streams)

    def drop_everything(self) -> None:
        """Forget all streams, as a reloaded page has."""
        self._parked.clear()
        self._wanted.clear()
        for stream in list(self.state.streams):
            self.state.forget(stream)

    def _take(self, stream: str, events: list[Json]) -> None:
        waiting = self._parked.setdefault(stream, {})
        for event in events:
            waiting[event["stream_seq"]] = event
        self._drain(stream)

    def _drain(self, stream: str) -> None:
        while stream in self.state.streams:
            position = self.state.streams[stream]["stream_seq"]
            waiting = self._parked.get(stream, {})
            for old in [number for number in waiting if number <= position]:
                del waiting[old]
            event = waiting.pop(position + 1, None)
            if event is None:
                return
            self._apply(stream, event)

    def _apply(self, stream: str, event: Json) -> None:
        self.state.apply(stream, event)
        numbers = (event["stream_seq"], event["seq"], event["type"], event["message_id"], event["version"])
        self.applied.append(("event", stream, *numbers))
        if event["type"] == "room_joined":
            self._wanted.add(event["data"]["room"]["stream"])
        elif event["type"] == "room_left":
            self._purge(event["data"]["stream"])

    def _has_hole(self, stream: str) -> bool:
        return stream in self.state.streams and bool(self._parked.get(stream))

    def _fetch_wanted(self) -> None:
        wanted = self._wanted | self.state.recounts
        while wanted:
            stream = wanted.pop()
            snapshot = self.fetch_snapshot(stream)
            self._wanted.discard(stream)
            if snapshot is None or snapshot["epoch"] != self.epoch:
                self._purge(stream)
                continue
            self.state.begin(snapshot)
            self.applied.append(("snapshot", stream, snapshot["stream_seq"]))
            self._drain(stream)
            wanted |= self._wanted | self.state.recounts

    def _purge(self, stream: str) -> None:
        self.state.forget(stream)
        self._parked.pop(stream, None)
        self._wanted.discard(stream)


def _place_of(draft: Json) -> tuple[int, int]:
    return draft["room_id"], draft["parent_id"] or 0


def _put(rows: list[Json], row: Json, key: str) -> None:
    place = bisect_left(rows, row[key], key=lambda other: other[key])
    if place < len(rows) and rows[place][key] == row[key]:
        rows[place] = row
    else:
        rows.insert(place, row)


def _held(shown: Json, message_id: int) -> Json | None:
    place = bisect_left(shown["messages"], message_id, key=lambda message: message["id"])
    held: list[Json] = shown["messages"][place : place + 1]
    return held[0] if held and held[0]["id"] == message_id else None


def _is_in_timeline(message: Json) -> bool:
    return message["parent_id"] is None or bool(message["also_in_room"])


def _change(shown: Json, event: Json, name: str, found: Json | None) -> None:
    """Take over one field of a message; None: an edit or a deletion that follows brings all of it."""
    held = _held(shown, event["message_id"])
    if held is not None and found is not None:
        _put(shown["messages"], {**held, name: found[name]}, "id")


def _add(room: Json, count: Count) -> None:
    room["unread_count"] += count.unread
    room["mention_count"] += count.mentions


def _recount_members(shown: Json) -> None:
    bots = {user["id"] for user in shown["users"] if user["role"] == "bot"}
    ids = [member["user_id"] for member in shown["members"] if member["user_id"] not in bots]
    shown["room"]["member_count"] = len(ids)
    if shown["room"]["kind"] == "direct":
        shown["room"]["member_ids"] = ids
