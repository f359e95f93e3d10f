"""What a push says, in the language of `force_locale`; the worker of the page reads it (docs/protocol.md)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext, ngettext

VERSION = 1
LONGEST_TEXT = 140


@dataclass(frozen=True, slots=True)
class Closing:
    """What is to leave the screen: notifications of a room, up to a message."""

    room_id: int
    message_id: int

    def wire(self) -> dict[str, Any]:
        """Return it as it is sent."""
        return {"tag": room_tag(self.room_id), "message_id": self.message_id}


@dataclass(frozen=True, slots=True)
class Said:
    """A message, as far as a push shows it."""

    room_id: int
    message_id: int
    parent_id: int | None
    """Of a reply that the room does not show."""
    author: str
    room_name: str | None
    """None in a conversation of people."""
    text: str | None
    """None: it is not to be in the push."""
    file_count: int
    at: str


def room_tag(room_id: int) -> str:
    """Return the tag of a room's notifications, one of which is shown at a time."""
    return f"stet-room-{room_id}"


def message_content(said: Said, *, closing: Sequence[Closing], badge: int, must_show: bool) -> dict[str, Any]:
    """Say who wrote what and where."""
    title = said.author
    if said.room_name is not None:
        title = gettext("{name} in {room}").format(name=said.author, room=f"#{said.room_name}")
    body = gettext("A new message")
    if said.text is not None:
        files = ngettext("{n} file", "{n} files", said.file_count).format(n=said.file_count)
        body = _short(said.text) or (files if said.file_count else body)
    return {
        "v": VERSION,
        "kind": "message",
        "tag": room_tag(said.room_id),
        "room_id": said.room_id,
        "message_id": said.message_id,
        "parent_id": said.parent_id,
        "title": title,
        "body": body,
        "url": f"/rooms/{said.room_id}/messages/{said.message_id}",
        "at": said.at,
        "closed": [each.wire() for each in closing],
        "badge": badge,
        "must_show": must_show,
    }


def withdrawal_content(
    closing: Sequence[Closing], *, workspace: str, badge: int, is_read: bool, must_show: bool
) -> dict[str, Any]:
    """Say what is to leave the screen, and what stands there instead where a push has to show something."""
    body = gettext("You have read it on another device.") if is_read else gettext("This is not there any more.")
    return {
        "v": VERSION,
        "kind": "withdrawal",
        "title": workspace,
        "body": body,
        "url": "/",
        "closed": [each.wire() for each in closing],
        "badge": badge,
        "must_show": must_show,
    }


def trial_content(at: str) -> dict[str, Any]:
    """Say that it is a test."""
    return {
        "v": VERSION,
        "kind": "test",
        "tag": "stet-test",
        "room_id": None,
        "message_id": None,
        "title": gettext("This is a test"),
        "body": gettext("So it looks when somebody writes to you."),
        "url": "/settings/notifications",
        "at": at,
        "closed": [],
        "must_show": True,
    }


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_TEXT else f"{line[:LONGEST_TEXT]}…"
