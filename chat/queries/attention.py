"""Who is told of a message, and why: by a notification, a sound, a push.

`reason_to_tell` decides for one person from plain facts; `static/js/core/attention.js` decides the same in the page,
and `tests/fixtures/attention.json` holds both to it. `people_to_tell` gathers the facts as they are at this moment:
whoever cannot see the message any more, or read it meanwhile, is not among them.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import sqlalchemy as sa

from chat.clock import moment_of, wire_time
from chat.extensions import db
from chat.models import Membership, Mention, Message, Room, ThreadFollow, User
from chat.permissions import BOT
from chat.queries.preferences import preferences_of

Reason = Literal["direct", "mention", "here", "room", "keyword", "thread", "everything"]


@dataclass(frozen=True)
class Said:
    """A message, as far as it matters whom it concerns."""

    author_id: int
    is_direct: bool
    """In a room of people without a name."""
    text: str
    is_reply: bool = False
    """In a thread alone: the room does not show it."""


@dataclass(frozen=True)
class Listening:
    """A person in the room of the message, and how they want to be told."""

    user_id: int
    preferences: Mapping[str, Any]
    level: str | None = None
    """Of the room; None as in the preferences."""
    is_muted: bool = False
    called: str | None = None
    """name, here or room: how the message calls them."""
    follows: bool = False
    """The thread that the message is a reply in."""


class Told(NamedTuple):
    """Whom to tell, and why."""

    user_id: int
    reason: Reason


def reason_to_tell(said: Said, person: Listening, now: dt.datetime) -> Reason | None:
    """Return why the person is told of the message at this moment, None when they are not.

    A direct message needs no mention. What a room's own level says goes before the preferences; muted is silent.
    """
    if person.user_id == said.author_id or person.is_muted or is_resting(person.preferences, now):
        return None
    level = person.level or ("everything" if said.is_direct else person.preferences["level"])
    if level == "nothing":
        return None
    if person.called is not None:
        return _AS_CALLED[person.called]
    if names_keyword(said.text, person.preferences["keywords"]):
        return "direct" if said.is_direct and level == "everything" else "keyword"
    if said.is_reply:
        return "thread" if person.follows else None
    everything: Reason = "direct" if said.is_direct else "everything"
    return everything if level == "everything" else None


_AS_CALLED: dict[str, Reason] = {"name": "mention", "here": "here", "room": "room"}


def people_to_tell(message_id: int, now: dt.datetime) -> list[Told]:
    """Return who is told of a message as everything stands now: nobody, once it is deleted.

    Whoever left the room, read the message or cannot sign in any more is left out.
    """
    message = db.session.get(Message, message_id)
    if message is None or message.deleted_at is not None:
        return []
    kind = db.session.scalars(sa.select(Room.kind).where(Room.id == message.room_id)).one()
    is_reply = message.parent_id is not None and not message.also_in_room
    said = Said(message.author_id, kind == "direct", message.text, is_reply)
    reasons = ((person.user_id, reason_to_tell(said, person, now)) for person in _listening(message))
    return [Told(user_id, reason) for user_id, reason in reasons if reason is not None]


def _listening(message: Message) -> Iterator[Listening]:
    query = (
        sa.select(Membership, User, Mention.kind, ThreadFollow.is_following)
        .join(User, User.id == Membership.user_id)
        .outerjoin(
            ThreadFollow,
            sa.and_(ThreadFollow.message_id == message.parent_id, ThreadFollow.user_id == Membership.user_id),
        )
        .outerjoin(Mention, sa.and_(Mention.message_id == message.id, Mention.user_id == Membership.user_id))
        .where(
            Membership.room_id == message.room_id,
            Membership.user_id != message.author_id,
            _read_up_to(message) < message.id,
            Membership.from_seq <= message.stream_seq,
            User.deactivated_at.is_(None),
            User.role != BOT,
        )
        .order_by(Membership.user_id)
    )
    for membership, user, called, follows in db.session.execute(query):
        yield Listening(
            user_id=user.id,
            preferences=preferences_of(user),
            level=membership.level,
            is_muted=membership.is_muted,
            called=called,
            follows=bool(follows),
        )


def _read_up_to(message: Message) -> sa.ColumnElement[int]:
    """Return how far the person has read: in the room, or in the thread that alone has the message."""
    if message.parent_id is None or message.also_in_room:
        return sa.type_coerce(Membership.read_message_id, sa.Integer)
    return sa.func.coalesce(ThreadFollow.read_message_id, 0)


# --- Do not disturb ---


def is_resting(preferences: Mapping[str, Any], now: dt.datetime) -> bool:
    """Tell whether the person does not want to be disturbed: for a while, or by their quiet hours."""
    until = preferences["dnd_until"]
    return (until is not None and now < moment_of(until)) or _is_quiet(preferences["dnd_schedule"], now)


def resting_people(now: dt.datetime) -> frozenset[int]:
    """Return who does not want to be disturbed at this moment."""
    until, schedule = User.preferences["dnd_until"], User.preferences["dnd_schedule"]
    may_rest = sa.or_(until.as_string() > wire_time(now), schedule["is_on"].as_boolean())
    users = db.session.execute(sa.select(User.id, until, schedule).where(may_rest))
    return frozenset(
        user_id
        for user_id, paused_until, hours in users
        if is_resting({"dnd_until": paused_until, "dnd_schedule": hours}, now)
    )


def _is_quiet(schedule: Mapping[str, Any] | None, now: dt.datetime) -> bool:
    if not schedule or not schedule["is_on"]:
        return False
    try:
        local = now.astimezone(ZoneInfo(schedule["time_zone"]))
    except (ZoneInfoNotFoundError, ValueError):
        # The zone was one when it was chosen; without it the hours mean nothing.
        return False
    day, minute = local.weekday(), local.hour * 60 + local.minute
    begin, end = _minutes(schedule["starts"]), _minutes(schedule["ends"])
    if day in schedule["all_day"]:
        return True
    if begin < end:
        return day in schedule["days"] and begin <= minute < end
    # Over midnight: the hours belong to the day on which they begin.
    return (day in schedule["days"] and minute >= begin) or ((day - 1) % 7 in schedule["days"] and minute < end)


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


# --- Words to watch ---


def names_keyword(text: str, keywords: Sequence[str]) -> bool:
    """Tell whether one of the words is in the text; case does not matter.

    Latin words stand alone, so that `art` is not in `start`; Korean ones are found anywhere, because particles follow.
    """
    folded = _folded(text)
    return any(_is_in(_folded(word), folded) for word in keywords)


def _is_in(word: str, text: str) -> bool:
    start = text.find(word) if word else -1
    while start >= 0:
        end = start + len(word)
        if not (_joins(text[start - 1 : start], word[0]) or _joins(text[end : end + 1], word[-1])):
            return True
        start = text.find(word, start + 1)
    return False


def _joins(outside: str, inside: str) -> bool:
    """Tell whether two neighbours make one word, so that the inner one does not stand alone."""
    return bool(outside) and _is_letter(outside) and _is_letter(inside)


def _is_letter(char: str) -> bool:
    return (char == "_" or char.isalnum()) and not _CJK.match(char)


_CJK = re.compile(r"[\u1100-\u11ff\u2e80-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef]")


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).lower()
