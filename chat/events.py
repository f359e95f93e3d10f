"""Every domain event: frozen, in the past tense, with all that listeners need.

An action publishes an event to one or more streams. `data()` is what goes on the wire; a field that is not named in
`wire_fields`, such as the old text of an edit, never leaves the server.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

Payload = Mapping[str, Any]
"""A shape of `payloads.py`, ready to be encoded."""


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened; `actor_id` is who did it, None for the server itself."""

    actor_id: int | None

    type: ClassVar[str]
    wire_fields: ClassVar[tuple[str, ...]] = ()
    withdraws_older_payloads: ClassVar[bool] = False
    """True: what was sent of this message before is history that must not be sent again."""

    def __init_subclass__(cls) -> None:
        """Name the event on the wire: MessagePosted is message_posted."""
        cls.type = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()

    def data(self) -> dict[str, Any]:
        """Return what clients get."""
        return {name: getattr(self, name) for name in self.wire_fields}


@dataclass(frozen=True, kw_only=True)
class MessageEvent(Event):
    """An event about one message; `message` is the whole message as it stands after it."""

    room_id: int
    message: Payload

    wire_fields: ClassVar[tuple[str, ...]] = ("message",)

    @property
    def message_id(self) -> int:
        """The message's id."""
        return int(self.message["id"])

    @property
    def version(self) -> int:
        """The message's version after the event."""
        return int(self.message["version"])

    @property
    def client_id(self) -> str:
        """The key under which the message was posted."""
        return str(self.message["client_id"])


@dataclass(frozen=True, kw_only=True)
class MessagePosted(MessageEvent):
    """A message was stored."""


@dataclass(frozen=True, kw_only=True)
class MessageEdited(MessageEvent):
    """A message has a new text."""

    old_text: str
    new_text: str
    edited_at: str

    withdraws_older_payloads: ClassVar[bool] = True


@dataclass(frozen=True, kw_only=True)
class MessageDeleted(MessageEvent):
    """A message was deleted; `message` is its tombstone."""

    deleted_at: str

    wire_fields: ClassVar[tuple[str, ...]] = ("message_id", "message")
    withdraws_older_payloads: ClassVar[bool] = True


@dataclass(frozen=True, kw_only=True)
class ReactionEvent(Event):
    """An event about one emoji of one person on one message."""

    message_id: int
    emoji: str
    user_id: int
    reactions: Sequence[Payload]
    """All reactions of the message after the event, in their order."""

    wire_fields: ClassVar[tuple[str, ...]] = ("message_id", "emoji", "user_id", "reactions")


@dataclass(frozen=True, kw_only=True)
class ReactionAdded(ReactionEvent):
    """Somebody reacted."""


@dataclass(frozen=True, kw_only=True)
class ReactionRemoved(ReactionEvent):
    """Somebody took a reaction back."""


@dataclass(frozen=True, kw_only=True)
class ThreadUpdated(Event):
    """A message has another reply, or one less; sent to the room."""

    message_id: int
    thread: Payload | None
    """What the message says of its replies after the event; None when there are none any more."""

    wire_fields: ClassVar[tuple[str, ...]] = ("message_id", "thread")


@dataclass(frozen=True, kw_only=True)
class MessagePinned(Event):
    """A message is pinned in its room; sent to the room.

    None of the events of keeping has a `message_id` of its own, by which an edit would withdraw them: there is no text.
    """

    pin: Payload

    def data(self) -> dict[str, Any]:
        """Return what clients get."""
        return {"message_id": self.pin["message_id"], "pin": self.pin}


@dataclass(frozen=True, kw_only=True)
class MessageUnpinned(Event):
    """A message is not pinned any more, or deleted; sent to the room."""

    pinned_message_id: int

    def data(self) -> dict[str, Any]:
        """Return what clients get."""
        return {"message_id": self.pinned_message_id}


@dataclass(frozen=True, kw_only=True)
class MessageSaved(Event):
    """I saved a message, am done with it, or opened it again; sent to me."""

    saved: Payload

    def data(self) -> dict[str, Any]:
        """Return what clients get."""
        return {"message_id": self.saved["message_id"], "saved": self.saved}


@dataclass(frozen=True, kw_only=True)
class MessageUnsaved(Event):
    """I do not keep a message any more; sent to me."""

    saved_message_id: int

    def data(self) -> dict[str, Any]:
        """Return what clients get."""
        return {"message_id": self.saved_message_id}


@dataclass(frozen=True, kw_only=True)
class PollEvent(Event):
    """An event about the poll of one message; `poll` has all tallies after it."""

    message_id: int
    poll: Payload

    wire_fields: ClassVar[tuple[str, ...]] = ("message_id", "poll")


@dataclass(frozen=True, kw_only=True)
class PollVoted(PollEvent):
    """Somebody voted, or took a vote back; of an anonymous poll it is not told who."""


@dataclass(frozen=True, kw_only=True)
class PollClosed(PollEvent):
    """A poll takes no more votes."""


@dataclass(frozen=True, kw_only=True)
class PollVoteChanged(Event):
    """I voted in an anonymous poll, or it was deleted; sent to me alone."""

    poll_id: int
    options: Sequence[int]

    def data(self) -> dict[str, Any]:
        """Return what clients get; the event outlives the message, so it carries no `message_id` of its own."""
        return {"message_id": self.poll_id, "options": list(self.options)}


@dataclass(frozen=True, kw_only=True)
class PreviewsChanged(Event):
    """A page that a message links to was looked at, or its card taken away; the message is the same version."""

    message_id: int
    previews: Sequence[Payload]
    """All cards of the message after the event, in the order of its links."""

    wire_fields: ClassVar[tuple[str, ...]] = ("message_id", "previews")


@dataclass(frozen=True, kw_only=True)
class MemberAdded(Event):
    """A person is in the room from here on; sent to the room."""

    room_id: int
    user_id: int
    member: Payload
    user: Payload

    wire_fields: ClassVar[tuple[str, ...]] = ("member", "user")


@dataclass(frozen=True, kw_only=True)
class MemberRemoved(Event):
    """A person is no longer in the room; sent to the room."""

    room_id: int
    user_id: int

    wire_fields: ClassVar[tuple[str, ...]] = ("user_id",)


@dataclass(frozen=True, kw_only=True)
class RoomEvent(Event):
    """An event about a room as such; `room` without what differs per person."""

    room: Payload

    wire_fields: ClassVar[tuple[str, ...]] = ("room",)


@dataclass(frozen=True, kw_only=True)
class RoomUpdated(RoomEvent):
    """A room has a new name or topic."""


@dataclass(frozen=True, kw_only=True)
class RoomArchived(RoomEvent):
    """A room takes no more messages."""


@dataclass(frozen=True, kw_only=True)
class RoomRestored(RoomEvent):
    """A room takes messages again."""


@dataclass(frozen=True, kw_only=True)
class RoomListed(RoomEvent):
    """An open room appeared or changed; sent to everybody who may join it."""


@dataclass(frozen=True, kw_only=True)
class RoomJoined(RoomEvent):
    """I am in a room; sent to me, with what is mine in it."""


@dataclass(frozen=True, kw_only=True)
class RoomLeft(Event):
    """I am no longer in a room; sent to me."""

    room_id: int
    stream: str

    wire_fields: ClassVar[tuple[str, ...]] = ("room_id", "stream")


@dataclass(frozen=True, kw_only=True)
class ReadEvent(Event):
    """An event about how far I have read a room; sent to me."""

    room_id: int
    read_message_id: int
    unread_count: int
    mention_count: int

    def data(self) -> dict[str, Any]:
        """Return what clients get; the event is about the room, so it carries no `message_id` of its own."""
        return {
            "room_id": self.room_id,
            "message_id": self.read_message_id,
            "unread_count": self.unread_count,
            "mention_count": self.mention_count,
        }


@dataclass(frozen=True, kw_only=True)
class ReadMarked(ReadEvent):
    """I read up to a message."""


@dataclass(frozen=True, kw_only=True)
class UnreadMarked(ReadEvent):
    """I want what follows a message to be unread again."""


@dataclass(frozen=True, kw_only=True)
class ThreadFollowEvent(Event):
    """An event about how I stand to a thread; sent to me."""

    follow: Payload

    wire_fields: ClassVar[tuple[str, ...]] = ("follow",)


@dataclass(frozen=True, kw_only=True)
class ThreadFollowed(ThreadFollowEvent):
    """I follow a thread: by choice, by writing in it, or because somebody named me there."""


@dataclass(frozen=True, kw_only=True)
class ThreadUnfollowed(ThreadFollowEvent):
    """I do not want to hear of a thread any more."""


@dataclass(frozen=True, kw_only=True)
class ThreadRead(ThreadFollowEvent):
    """I read a thread up to a message, or want what follows one to be unread again."""


@dataclass(frozen=True, kw_only=True)
class ThreadCounted(ThreadFollowEvent):
    """A thread that I follow has another reply, or one less, or one that names me."""


@dataclass(frozen=True, kw_only=True)
class RoomPreferencesChanged(Event):
    """I want a room otherwise; sent to me."""

    room_id: int
    preferences: Payload

    wire_fields: ClassVar[tuple[str, ...]] = ("room_id", "preferences")


@dataclass(frozen=True, kw_only=True)
class PreferencesChanged(Event):
    """I want the page otherwise; sent to me."""

    preferences: Payload

    wire_fields: ClassVar[tuple[str, ...]] = ("preferences",)


@dataclass(frozen=True, kw_only=True)
class DraftChanged(Event):
    """I typed something, or nothing is left of it; sent to me. A later one of the same draft withdraws its payload."""

    room_id: int
    parent_id: int | None
    text: str
    quoted_id: int | None
    version: int
    device: str
    updated_at: str

    wire_fields: ClassVar[tuple[str, ...]] = (
        "room_id",
        "parent_id",
        "text",
        "quoted_id",
        "version",
        "device",
        "updated_at",
    )


@dataclass(frozen=True, kw_only=True)
class ScheduledChanged(Event):
    """I scheduled a message, or it stands otherwise; sent to me. A later one of the same withdraws its payload."""

    scheduled: Payload

    wire_fields: ClassVar[tuple[str, ...]] = ("scheduled",)


@dataclass(frozen=True, kw_only=True)
class ScheduledRemoved(Event):
    """A message that I scheduled was posted, or I called it off; sent to me."""

    scheduled_id: int
    posted_id: int | None

    wire_fields: ClassVar[tuple[str, ...]] = ("scheduled_id", "posted_id")


@dataclass(frozen=True, kw_only=True)
class ReminderEvent(Event):
    """An event about something that I want to be reminded of; sent to me. A later one withdraws its payload."""

    reminder: Payload

    wire_fields: ClassVar[tuple[str, ...]] = ("reminder",)


@dataclass(frozen=True, kw_only=True)
class ReminderChanged(ReminderEvent):
    """I want to be reminded, or otherwise."""


@dataclass(frozen=True, kw_only=True)
class ReminderDue(ReminderEvent):
    """The time has come."""


@dataclass(frozen=True, kw_only=True)
class ReminderRemoved(Event):
    """It is done, or I do not want to be reminded any more; sent to me."""

    reminder_id: int

    wire_fields: ClassVar[tuple[str, ...]] = ("reminder_id",)


@dataclass(frozen=True, kw_only=True)
class UserEvent(Event):
    """An event about a person; sent to everybody who sees them."""

    user: Payload

    wire_fields: ClassVar[tuple[str, ...]] = ("user",)


@dataclass(frozen=True, kw_only=True)
class UserJoined(UserEvent):
    """Somebody joined the workspace."""


@dataclass(frozen=True, kw_only=True)
class UserUpdated(UserEvent):
    """Somebody's profile, role or standing changed."""


@dataclass(frozen=True, kw_only=True)
class PeopleShown(Event):
    """I know of these people from here on, or know them as they are here; sent to guests, who do not see everybody."""

    users: Sequence[Payload]

    wire_fields: ClassVar[tuple[str, ...]] = ("users",)


@dataclass(frozen=True, kw_only=True)
class PeopleHidden(Event):
    """I know of these people no more; sent to guests."""

    user_ids: Sequence[int]

    wire_fields: ClassVar[tuple[str, ...]] = ("user_ids",)


@dataclass(frozen=True, kw_only=True)
class WorkspaceUpdated(Event):
    """The workspace has a new name, or other settings; sent to everybody."""

    workspace: Payload

    wire_fields: ClassVar[tuple[str, ...]] = ("workspace",)


@dataclass(frozen=True, kw_only=True)
class EmojiAdded(Event):
    """The workspace has another emoji of its own; sent to everybody."""

    emoji: Payload

    wire_fields: ClassVar[tuple[str, ...]] = ("emoji",)


@dataclass(frozen=True, kw_only=True)
class EmojiRemoved(Event):
    """An emoji of the workspace is gone, and its name is what stays; sent to everybody."""

    emoji_id: int

    wire_fields: ClassVar[tuple[str, ...]] = ("emoji_id",)


@dataclass(frozen=True, kw_only=True)
class SessionEnded(Event):
    """One of my sessions is over; sent to me, and its sockets are closed."""

    session_id: int

    wire_fields: ClassVar[tuple[str, ...]] = ("session_id",)


@dataclass(frozen=True, kw_only=True)
class TokenEnded(Event):
    """One of my bearer tokens is over; sent to me, and its sockets are closed."""

    token_id: int

    wire_fields: ClassVar[tuple[str, ...]] = ("token_id",)


def concrete_events() -> list[type[Event]]:
    """Return every event that can happen, in the order of this file."""

    def leaves(cls: type[Event]) -> list[type[Event]]:
        below = cls.__subclasses__()
        return [leaf for child in below for leaf in leaves(child)] if below else [cls]

    return leaves(Event)
