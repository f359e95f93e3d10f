"""What must be: rooms, messages, who is where and what they have read, as plain values and without any server.

`seen_by` says what one person must be shown. `shown` brings what a client or a snapshot says into the same form.
"""

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

SNAPSHOT_MESSAGES = 50


@dataclass
class Said:
    """A message as it must stand."""

    id: int
    room_id: int
    author_id: int
    key: str
    text: str
    parent_id: int | None = None
    is_also_in_room: bool = False
    version: int = 1
    is_deleted: bool = False
    mentions: list[int] = field(default_factory=list)
    reactions: list[tuple[str, int]] = field(default_factory=list)
    """(emoji, person), in the order in which they came."""

    @property
    def is_in_timeline(self) -> bool:
        """Whether it is not in a thread alone."""
        return self.parent_id is None or self.is_also_in_room


@dataclass
class Place:
    """A room as it must stand."""

    id: int
    kind: str
    name: str | None
    topic: str = ""
    is_archived: bool = False
    members: dict[int, str] = field(default_factory=dict)
    """Role by person."""
    marks: dict[int, int] = field(default_factory=dict)
    """Up to which message each person has read."""

    @property
    def stream(self) -> str:
        """The name of its stream."""
        return f"room-{self.id}"


@dataclass
class Plain:
    """The workspace as it must stand."""

    people: dict[int, str]
    owner_id: int
    rooms: dict[int, Place] = field(default_factory=dict)
    messages: dict[int, Said] = field(default_factory=dict)

    def said_in(self, room_id: int) -> list[Said]:
        """Return the messages of a room, oldest first."""
        return [said for said in self.messages.values() if said.room_id == room_id]

    def is_in(self, person_id: int, room_id: int) -> bool:
        """Tell whether the person is in the room."""
        return person_id in self.rooms[room_id].members

    def may_manage(self, person_id: int, room_id: int) -> bool:
        """Tell whether somebody in the room may rename it, archive it and take people out."""
        return person_id == self.owner_id or self.rooms[room_id].members[person_id] == "owner"

    def streams_of(self, person_id: int) -> set[str]:
        """Return what the person may see."""
        mine = {room.stream for room in self.rooms.values() if person_id in room.members}
        return {f"user-{person_id}"} | mine

    def named_in(self, text: str, room_id: int) -> list[int]:
        """Return whom a text mentions: people who are in the room."""
        return sorted(i for i, name in self.people.items() if f"@{name}" in text and self.is_in(i, room_id))

    def enter(self, room_id: int, person_id: int, role: str = "member") -> None:
        """Put a person into a room; what was said before counts as read."""
        room = self.rooms[room_id]
        if person_id not in room.members:
            room.members[person_id] = role
            room.marks[person_id] = max((said.id for said in self.said_in(room_id)), default=0)

    def leave(self, room_id: int, person_id: int) -> None:
        """Take a person out of a room."""
        del self.rooms[room_id].members[person_id], self.rooms[room_id].marks[person_id]

    def seen_by(self, person_id: int) -> dict[str, Json]:
        """Return what the person must be shown, by stream."""
        mine = [room for room in self.rooms.values() if person_id in room.members]
        own = {"people": self.people, "rooms": {room.id: self._room(room, person_id) for room in mine}}
        return {f"user-{person_id}": own} | {room.stream: self._stream(room, person_id) for room in mine}

    def _stream(self, room: Place, person_id: int) -> Json:
        said = self.said_in(room.id)
        return {
            "room": self._room(room, person_id),
            "members": room.members,
            "people": {i: self.people[i] for i in room.members},
            "messages": [_message(one, said) for one in said[-SNAPSHOT_MESSAGES:]],
            "has_before": len(said) > SNAPSHOT_MESSAGES,
        }

    def _room(self, room: Place, person_id: int) -> Json:
        mark = room.marks[person_id]
        after = [said for said in self.said_in(room.id) if said.id > mark and said.author_id != person_id]
        unread = [said for said in after if said.is_in_timeline and not said.is_deleted]
        return {
            "kind": room.kind,
            "name": room.name,
            "topic": room.topic,
            "is_archived": room.is_archived,
            "role": room.members[person_id],
            "member_count": len(room.members),
            "member_ids": sorted(room.members) if room.kind == "direct" else None,
            "read": mark,
            "unread": len(unread),
            "mentions": sum(person_id in said.mentions for said in unread),
        }


def _message(said: Said, others: list[Said]) -> Json:
    replies = [one for one in others if one.parent_id == said.id and not one.is_deleted]
    return {
        "id": said.id,
        "author": said.author_id,
        "parent": said.parent_id,
        "is_in_timeline": said.is_in_timeline,
        "thread": (len(replies), list(dict.fromkeys(one.author_id for one in reversed(replies)))) if replies else None,
        "key": said.key,
        "text": said.text,
        "version": said.version,
        "is_deleted": said.is_deleted,
        "mentions": said.mentions,
        "reactions": [(emoji, [i for other, i in said.reactions if other == emoji]) for emoji in _emojis(said)],
    }


def _emojis(said: Said) -> list[str]:
    return list(dict.fromkeys(emoji for emoji, _ in said.reactions))


def shown(streams: dict[str, Json]) -> dict[str, Json]:
    """Return snapshots, fetched or kept by a client, in the form of `seen_by`."""
    return {name: _shown_room(state) if "messages" in state else _shown_own(state) for name, state in streams.items()}


def _shown_own(state: Json) -> Json:
    return {
        "people": _names(state["users"]),
        "rooms": {room["id"]: _shown_as(room) for room in state["rooms"]},
    }


def _shown_room(state: Json) -> Json:
    return {
        "room": _shown_as(state["room"]),
        "members": {member["user_id"]: member["role"] for member in state["members"]},
        "people": _names(state["users"]),
        "messages": [_shown_message(message) for message in state["messages"]][-SNAPSHOT_MESSAGES:],
        "has_before": state["has_before"] or len(state["messages"]) > SNAPSHOT_MESSAGES,
    }


def _names(users: list[Json]) -> dict[int, str]:
    return {user["id"]: user["name"] for user in users}


def _shown_as(room: Json) -> Json:
    return {
        "kind": room["kind"],
        "name": room["name"],
        "topic": room["topic"],
        "is_archived": room["archived_at"] is not None,
        "role": room["role"],
        "member_count": room["member_count"],
        "member_ids": room["member_ids"],
        "read": room["read_message_id"],
        "unread": room["unread_count"],
        "mentions": room["mention_count"],
    }


def _shown_message(message: Json) -> Json:
    return {
        "id": message["id"],
        "author": message["author_id"],
        "parent": message["parent_id"],
        "is_in_timeline": message["parent_id"] is None or message["also_in_room"],
        "thread": message["thread"] and (message["thread"]["reply_count"], message["thread"]["user_ids"]),
        "key": message["client_id"],
        "text": message["text"],
        "version": message["version"],
        "is_deleted": message["deleted_at"] is not None,
        "mentions": message["mentions"],
        "reactions": [(reaction["emoji"], reaction["user_ids"]) for reaction in message["reactions"]],
    }
