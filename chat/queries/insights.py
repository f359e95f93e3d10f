"""How a workspace is used over a span of its days, from the rollups: counts of everybody, names of what one may see.

Direct rooms are counted together, and so are the closed rooms that the caller is not in. Nothing here is about one
person.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any, Literal, NamedTuple, TypedDict

import sqlalchemy as sa

from chat.extensions import db
from chat.models import DailyActivity, Message, ResponseTime, Room, User
from chat.permissions import BOT, Caller
from chat.queries.people import member_count
from chat.queries.rooms import my_rooms, open_rooms

Step = Literal["day", "week"]
DAY = dt.timedelta(days=1)
LAST_WEEKDAY = 6


class Figures(TypedDict):
    """What was said in some days."""

    messages: int
    active_people: int
    """How many different people posted; bots are none."""
    responses: int
    median_response_seconds: int | None


class Period(Figures):
    """A day, or what lies in the span of a week that begins on a Monday."""

    first: str
    last: str


class Totals(Figures):
    """A whole span."""

    first: str
    last: str
    active_rooms: int
    """Rooms in which something was said, without direct ones."""


class RoomUse(TypedDict):
    """One room that the caller may see, or several together."""

    messages: int
    active_people: int


class NamedRoomUse(RoomUse):
    """One room that the caller may see."""

    room_id: int
    name: str
    kind: str


class ManyRoomsUse(RoomUse):
    """Rooms that are counted together."""

    rooms: int


class QuietRoom(TypedDict):
    """A room that the caller may see, that is not archived, and in which nothing was said."""

    room_id: int
    name: str
    kind: str
    last_message_at: str | None


class Insights(TypedDict):
    """Everything about a span; days without messages are among the periods."""

    by: Step
    people: int
    """With an account that is in use."""
    totals: Totals
    before: Totals
    """Of as many days that end where the span begins."""
    periods: list[Period]
    rooms: list[NamedRoomUse]
    """The busiest first."""
    direct: ManyRoomsUse
    other_closed: ManyRoomsUse
    """Closed rooms that the caller is not in."""
    quiet_rooms: list[QuietRoom]
    """The one that has been quiet for longest first."""


class Days(NamedTuple):
    """The days from `first` to `last`, both included."""

    first: dt.date
    last: dt.date

    @property
    def before(self) -> "Days":
        """As many days before these."""
        return Days(self.first - (self.last - self.first) - DAY, self.first - DAY)

    def within(self, column: Any) -> Any:
        """Return the condition that a day of the rollup is among these."""
        return column.between(self.first.isoformat(), self.last.isoformat())

    def parts(self, step: Step) -> "list[Days]":
        """Return every day, or every week from Monday to Sunday as far as it is among these."""
        found, first = [], self.first
        while first <= self.last:
            length = LAST_WEEKDAY - first.weekday() if step == "week" else 0
            last = min(first + length * DAY, self.last)
            found.append(Days(first, last))
            first = last + DAY
        return found


def insights(caller: Caller, days: Days, by: Step) -> Insights:
    """Return the figures of a span and of the one before it."""
    by_room = _by_room(days)
    seen = {room["id"]: room for room in [*open_rooms(caller), *my_rooms(caller)] if room["kind"] != "direct"}
    named = [
        NamedRoomUse(room_id=one, name=room["name"] or "", kind=room["kind"], messages=count, active_people=people)
        for one, count, people in by_room
        if (room := seen.get(one))
    ]
    used = {one for one, _, _ in by_room}
    quiet = [
        QuietRoom(room_id=one, name=room["name"] or "", kind=room["kind"], last_message_at=room["last_message_at"])
        for one, room in seen.items()
        if one not in used and not room["archived_at"]
    ]
    unnamed = Room.id.not_in(list(seen))
    return {
        "by": by,
        "people": member_count(),
        "totals": _totals(days),
        "before": _totals(days.before),
        "periods": _periods(days, by),
        "rooms": sorted(named, key=lambda room: (-room["messages"], room["name"].casefold())),
        "direct": _together(days, Room.kind == "direct"),
        "other_closed": _together(days, sa.and_(Room.kind == "closed", unnamed)),
        "quiet_rooms": sorted(quiet, key=lambda room: (room["last_message_at"] or "", room["name"].casefold())),
    }


def is_anything_said() -> bool:
    """Tell whether anybody has ever written something."""
    return db.session.scalars(sa.select(Message.id).limit(1)).first() is not None


def _totals(days: Days) -> Totals:
    counted = _counted().where(days.within(DailyActivity.day))
    messages, people = db.session.execute(counted).one()
    rooms = sa.select(sa.func.count(sa.distinct(DailyActivity.room_id))).join(Room, Room.id == DailyActivity.room_id)
    active = db.session.scalars(rooms.where(days.within(DailyActivity.day), Room.kind != "direct")).one()
    times = _times(days, "1")
    return {
        "first": days.first.isoformat(),
        "last": days.last.isoformat(),
        "active_rooms": active,
        **_figures(messages, people, times["1"]),
    }


def _periods(days: Days, by: Step) -> list[Period]:
    key = _key(DailyActivity.day, by)
    query = _counted().add_columns(key).where(days.within(DailyActivity.day)).group_by(key)
    counted = {row[2]: (row[0], row[1]) for row in db.session.execute(query)}
    times = _times(days, _key(ResponseTime.day, by))
    found: list[Period] = []
    for part in days.parts(by):
        name = part.first if by == "day" else part.first - part.first.weekday() * DAY
        messages, people = counted.get(name.isoformat(), (0, 0))
        figures = _figures(messages, people, times[name.isoformat()])
        found.append({"first": part.first.isoformat(), "last": part.last.isoformat(), **figures})
    return found


def _by_room(days: Days) -> list[tuple[int, int, int]]:
    query = _counted().add_columns(DailyActivity.room_id).where(days.within(DailyActivity.day))
    rows = db.session.execute(query.group_by(DailyActivity.room_id))
    return [(room_id, messages, people) for messages, people, room_id in rows]


def _together(days: Days, which: Any) -> ManyRoomsUse:
    query = _counted().add_columns(sa.func.count(sa.distinct(DailyActivity.room_id)))
    chosen = query.join(Room, Room.id == DailyActivity.room_id).where(days.within(DailyActivity.day), which)
    messages, people, rooms = db.session.execute(chosen).one()
    return {"messages": messages, "active_people": people, "rooms": rooms}


def _counted() -> sa.Select[Any, Any]:
    messages = sa.func.coalesce(sa.func.sum(DailyActivity.message_count), 0)
    person = sa.case((User.role != BOT, DailyActivity.user_id))
    people = sa.func.count(sa.distinct(person))
    return sa.select(messages, people).select_from(DailyActivity).join(User, User.id == DailyActivity.user_id)


def _times(days: Days, key: Any) -> defaultdict[str, Counter[int]]:
    """Return by key how many answers came after how many seconds."""
    column = sa.literal(key) if isinstance(key, str) else key
    count = sa.func.sum(ResponseTime.response_count)
    query = sa.select(column, ResponseTime.seconds, count).where(days.within(ResponseTime.day))
    found: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for name, seconds, number in db.session.execute(query.group_by(column, ResponseTime.seconds)):
        found[name][seconds] = number
    return found


def _figures(messages: int, people: int, times: Counter[int]) -> Figures:
    return {
        "messages": messages,
        "active_people": people,
        "responses": times.total(),
        "median_response_seconds": median(times.items()),
    }


def median(counted: Iterable[tuple[int, int]]) -> int | None:
    """Return the middle of values that come with how often each is there, of two the lower; None of none."""
    values = sorted(counted)
    middle = (sum(count for _, count in values) + 1) // 2
    for value, count in values:
        middle -= count
        if middle <= 0:
            return value
    return None


def _key(day: Any, by: Step) -> Any:
    """Return the day itself, or the Monday of its week."""
    return day if by == "day" else sa.func.date(day, "-6 days", "weekday 1")
