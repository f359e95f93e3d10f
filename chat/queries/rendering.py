"""Message text to HTML, with the people that it calls and the rooms that it names."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import sqlalchemy as sa

from chat.extensions import db
from chat.markup import Call, People, Rooms, render
from chat.models import Membership, Mention, Room, User
from chat.permissions import BOT, Person, sees_everybody
from chat.queries.emoji import own_emoji_in
from chat.queries.people import mentionable

MentionKind = Literal["name", "here", "room"]
NOBODY = People(())
MAY_CALL = re.compile("@(?:here|room|여기|모두)", re.IGNORECASE)
MOST_IN_A_PAIR = 2


@dataclass(frozen=True)
class Written:
    """The HTML of a message, and whom it calls: by id, each with how."""

    html: str
    kinds: dict[int, MentionKind]

    @property
    def mentions(self) -> list[int]:
        """Everybody whom it calls."""
        return list(self.kinds)

    @property
    def mentions_room(self) -> Call | None:
        """How those are called who are not named."""
        return call_of(self.kinds.values())


def render_message(
    room_id: int,
    author: Person,
    text: str,
    *,
    present: Collection[int] = (),
    message_id: int | None = None,
    calls_people: bool = True,
) -> Written:
    """Return the HTML, and as mentions only people who are in the room.

    `present` are those whom `@here` reaches. Who is called by an edit of `message_id` as before stays called.
    Without `calls_people` names are text.
    """
    own, rooms = own_emoji_in(text), linkable_rooms(author) if "#" in text else None
    if "@" not in text or not calls_people:
        return Written(render(text, NOBODY, own, rooms).html, {})
    takes_calls = MAY_CALL.search(text) is not None and _takes_calls(room_id)
    rendered = render(text, mentionable(author), own, rooms, takes_calls=takes_calls)
    kinds: dict[int, MentionKind] = dict.fromkeys(_in_room(room_id, rendered.mentions), "name")
    if rendered.call is not None:
        for user_id in _called(room_id, rendered.call, author.id, present, message_id):
            kinds.setdefault(user_id, rendered.call)
    return Written(rendered.html, dict(sorted(kinds.items())))


def call_of(kinds: Collection[str]) -> Call | None:
    """Return how a message calls those whom it does not name."""
    if "room" in kinds:
        return "room"
    return "here" if "here" in kinds else None


def linkable_rooms(author: Person) -> Rooms:
    """Return the matcher of the names of open rooms; to link a closed one would tell outsiders that it exists.

    A name that a guest only guesses looks like any other word.
    """
    query = sa.select(Room.id, Room.name).where(Room.kind == "open").order_by(Room.id)
    if not sees_everybody(author):
        query = query.where(sa.exists().where(Membership.room_id == Room.id, Membership.user_id == author.id))
    return _matcher(tuple((room_id, name or "") for room_id, name in db.session.execute(query)))


@lru_cache(maxsize=4)
def _matcher(names: tuple[tuple[int, str], ...]) -> Rooms:
    return Rooms(names)


def _takes_calls(room_id: int) -> bool:
    # Whoever writes to one person has their attention anyway.
    kind = db.session.scalars(sa.select(Room.kind).where(Room.id == room_id)).one()
    return kind != "direct" or len(_active_members(room_id)) > MOST_IN_A_PAIR


def _called(
    room_id: int, call: Call, author_id: int, present: Collection[int], message_id: int | None
) -> Collection[int]:
    before = sa.select(Mention.user_id).where(Mention.message_id == message_id, Mention.kind == call)
    members = {user_id for user_id in _active_members(room_id) if user_id != author_id}
    if reached := set() if message_id is None else set(db.session.scalars(before)):
        return members & reached
    return members if call == "room" else members & set(present)


def _active_members(room_id: int) -> list[int]:
    query = (
        sa.select(Membership.user_id)
        .join(User, User.id == Membership.user_id)
        .where(Membership.room_id == room_id, User.deactivated_at.is_(None), User.role != BOT)
    )
    return list(db.session.scalars(query))


def _in_room(room_id: int, user_ids: tuple[int, ...]) -> list[int]:
    if not user_ids:
        return []
    query = sa.select(Membership.user_id).where(Membership.room_id == room_id, Membership.user_id.in_(user_ids))
    return list(db.session.scalars(query))
