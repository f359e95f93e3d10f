"""Where a search looks: the caller's rooms, and what the operators name of them."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple, TypedDict
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from chat.clock import now, wire_time
from chat.extensions import db
from chat.models import Membership, Message, Room, Stream, User
from chat.permissions import Caller, sees_everybody
from chat.queries.search_query import SearchQuery, span_of_days
from chat.queries.sight import remembered_ids, shared_ids
from chat.search_words import composed, folded

MOST_ID_DIGITS = 15
MOST = 0.8
"""Who sees more than this share of what was said needs no help of the index in finding the own rooms."""


class Named(TypedDict):
    """A room or a person, to show as a filter."""

    id: int
    name: str | None


# `in` and `from` are no names for Python.
Understood = TypedDict(
    "Understood",
    {
        "words": list[str],
        "phrases": list[str],
        "in": Named | None,
        "from": Named | None,
        "before": str | None,
        "after": str | None,
        "has": list[str],
    },
)


@dataclass
class Scope:
    """Where to look."""

    understood: Understood
    unknown: list[str]
    """Operators that name nothing that the caller can see, as typed: then nothing is found."""
    room_ids: list[int]
    sees_most: bool = False
    newest_id: int = 0
    room_id: int | None = None
    author_id: int | None = None
    since: str | None = None
    before: str | None = None
    from_id: int = 1
    until_id: int = 0
    """Between these ids lie all messages of the days that are looked at."""


class _MyRoom(NamedTuple):
    id: int
    kind: str
    name: str | None
    direct_key: str | None
    head: int


class _Person(NamedTuple):
    id: int
    name: str
    email: str


def scope_of(caller: Caller, query: SearchQuery) -> Scope:
    """Return where the caller's query looks."""
    rooms = _my_rooms(caller)
    newest_id = db.session.scalar(sa.select(sa.func.max(Message.id))) or 0
    scope = Scope(
        understood={
            "words": [term.text for term in query.terms if not term.is_phrase],
            "phrases": [term.text for term in query.terms if term.is_phrase],
            "in": None,
            "from": None,
            "before": None,
            "after": None,
            "has": [],
        },
        unknown=[],
        room_ids=[room.id for room in rooms],
        # A stream has an event for each message, and some more.
        sees_most=sum(room.head for room in rooms) > MOST * newest_id,
        newest_id=newest_id,
        until_id=newest_id,
    )
    _Reading(caller, rooms, scope).read(query)
    return scope


def _my_rooms(caller: Caller) -> list[_MyRoom]:
    query = (
        sa.select(Room.id, Room.kind, Room.name, Room.direct_key, sa.func.coalesce(Stream.head, 0))
        .join(Membership, Membership.room_id == Room.id)
        .outerjoin(Stream, Stream.id == sa.literal("room-").concat(sa.cast(Room.id, sa.String)))
        .where(Membership.user_id == caller.id)
        .order_by(Room.id)
    )
    return [_MyRoom(*row) for row in db.session.execute(query)]


class _Reading:
    """Puts operators into a scope."""

    def __init__(self, caller: Caller, rooms: list[_MyRoom], scope: Scope) -> None:
        self._caller = caller
        self._rooms = rooms
        self._scope = scope
        self._days: dict[str, dt.date] = {}
        self._zone: ZoneInfo | None = None

    def read(self, query: SearchQuery) -> None:
        """Take all operators; of two of a kind the last one holds."""
        take: dict[str, Callable[[str], bool]] = {
            "in": self._in,
            "from": self._from,
            "before": lambda value: self._day(value, before=0),
            "after": lambda value: self._day(value, after=0),
            "on": lambda value: self._day(value, after=0, before=1),
            "has": self._has,
        }
        for operation in query.operations:
            if not take[operation.name](operation.value):
                self._scope.unknown.append(operation.typed)
        self._bound()

    def _in(self, value: str) -> bool:
        room = self._room(value)
        if room is not None:
            self._scope.room_id = room.id
            self._scope.understood["in"] = {"id": room.id, "name": room.name or self._names_in(room)}
        return room is not None

    def _room(self, value: str) -> _MyRoom | None:
        wanted = _plain(value.removeprefix("#"))
        by_name = [room for room in self._rooms if room.name is not None and _plain(room.name) == wanted]
        if by_name:
            return by_name[0]
        if _is_id(value):
            return next((room for room in self._rooms if room.id == int(value)), None)
        other = self._person(value)
        if other is None:
            return None
        key = ",".join(map(str, sorted({self._caller.id, other["id"]})))
        return next((room for room in self._rooms if room.direct_key == key), None)

    def _names_in(self, room: _MyRoom) -> str:
        query = sa.select(User.id, User.name).join(Membership, Membership.user_id == User.id)
        people = db.session.execute(query.where(Membership.room_id == room.id).order_by(User.id)).all()
        others = [name for user_id, name in people if user_id != self._caller.id]
        return ", ".join(others or [name for _, name in people])

    def _from(self, value: str) -> bool:
        person = self._person(value)
        if person is not None:
            self._scope.author_id = person["id"]
            self._scope.understood["from"] = person
        return person is not None

    def _person(self, value: str) -> Named | None:
        if folded(value) in {"me", "@me", "나", "@나"}:
            return {"id": self._caller.id, "name": self._caller.name}
        wanted = _plain(value.removeprefix("@"))
        if not wanted:
            return None
        query = sa.select(User.id, User.name, User.email)
        if not sees_everybody(self._caller):
            query = query.where(User.id.in_(shared_ids(self._caller.id) | remembered_ids(self._caller.id)))
        people = [_Person(*row) for row in db.session.execute(query)]
        found = _only(row for row in people if wanted in {_plain(row.name), row.email})
        if found is None and _is_id(value):
            found = _only(row for row in people if row.id == int(value))
        if found is None:
            found = _only(row for row in people if _plain(row.name).startswith(wanted))
        return None if found is None else {"id": found.id, "name": found.name}

    def _has(self, value: str) -> bool:
        kind = _KINDS.get(folded(value))
        if kind is not None and kind not in self._scope.understood["has"]:
            self._scope.understood["has"].append(kind)
        return kind is not None

    def _day(self, value: str, *, after: int | None = None, before: int | None = None) -> bool:
        span = span_of_days(value, now().astimezone(self._time_zone()).date())
        if span is None:
            return False
        if after is not None:
            self._days["after"] = span[after]
        if before is not None:
            self._days["before"] = span[before]
        return True

    def _bound(self) -> None:
        scope = self._scope
        if (first := self._days.get("after")) is not None:
            scope.understood["after"] = first.isoformat()
            scope.since = self._beginning_of(first)
            scope.from_id = _first_id_from(scope.since[:10]) or scope.newest_id + 1
        if (end := self._days.get("before")) is not None:
            scope.understood["before"] = end.isoformat()
            scope.before = self._beginning_of(end)
            scope.until_id = _last_id_to(scope.before[:10]) or 0

    def _beginning_of(self, day: dt.date) -> str:
        return wire_time(dt.datetime.combine(day, dt.time(), self._time_zone()).astimezone(dt.UTC))

    def _time_zone(self) -> ZoneInfo:
        if self._zone is None:
            self._zone = ZoneInfo(db.session.get_one(User, self._caller.id).time_zone)
        return self._zone


_KINDS = {"file": "file", "link": "link", "파일": "file", "링크": "link"}


def _plain(name: str) -> str:
    return "".join(folded(composed(name)).split())


def _is_id(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) <= MOST_ID_DIGITS


def _only(people: Iterable[_Person]) -> _Person | None:
    found = list(people)
    return found[0] if len(found) == 1 else None


def _first_id_from(day: str) -> int | None:
    # By day and not by the message's own time: clocks may have been set back, so that times do not rise with ids.
    query = sa.text("SELECT min(first_id) FROM search_day WHERE day >= :day")
    return db.session.execute(query, {"day": day}).scalar()


def _last_id_to(day: str) -> int | None:
    query = sa.text("SELECT max(last_id) FROM search_day WHERE day <= :day")
    return db.session.execute(query, {"day": day}).scalar()
