"""Filling a workspace: any number of people, rooms and messages, for benchmarks and tests.

Everything goes through the actions, many per unit of work, so that the log is what use would have made of it. What is
seeded beside a running server is heard by its clients like anything else.
"""

import itertools
import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from chat.actions.add_member import add_member
from chat.actions.create_room import create_room
from chat.actions.create_token import create_token
from chat.actions.post_message import Draft, post_message
from chat.actions.set_up_workspace import set_up_workspace
from chat.actions.update_room import restore_room
from chat.clock import now_text
from chat.events import UserJoined
from chat.extensions import db
from chat.log import user_stream
from chat.models import Room, User, Workspace
from chat.passwords import hash_password
from chat.payloads import user_payload
from chat.permissions import Caller
from chat.queries.rooms import member_ids, room_for
from chat.queries.sight import members_streams
from chat.unit_of_work import publish, unit_of_work

MESSAGES_PER_UNIT = 500
WORKSPACE_NAME = "Stet"

TEXTS = (
    "Deployed to staging, please have a look when you find a minute.",
    "배포 완료했습니다. 확인 부탁드려요.",
    "Could somebody check the numbers of last week?",
    "지난주 수치 한번 봐 주실 수 있나요?",
    "Yes.",
    "네, 좋습니다!",
    "The **second** test fails on my machine: `assert 3 == 4`",
    "회의는 오후 3시로 옮겼습니다. 자료는 https://example.com/notes 에 있어요.",
    "- read the draft\n- fix the typo\n- send it",
    "```python\nfor event in events:\n    apply(event)\n```",
    "> not before Thursday\n\nFine with me.",
    "점심 뭐 먹을까요?",
)


@dataclass(frozen=True, slots=True)
class Seeded:
    """Whom the workspace holds after seeding, the owner first."""

    emails: list[str]
    tokens: list[str]
    """A new bearer token each."""


def seed(*, user_count: int, room_count: int, message_count: int, password: str) -> Seeded:
    """Fill the workspace up to that many people and rooms, everybody in every room, and post the messages.

    A new workspace gets an owner, user1@example.com. In one that exists, people and rooms of an earlier seeding are
    used again, with the password that they have; the messages always come on top.
    """
    password_hash = hash_password(password)
    with unit_of_work():
        people = _people(user_count, password_hash)
        tokens = [create_token(person.id, name="seed").value for person in people]
        callers = [Caller(person.id, person.name, person.role, person.language) for person in people]
    room_ids = [_room_with_everybody(number, callers) for number in range(1, room_count + 1)]
    for count in _parts(message_count, MESSAGES_PER_UNIT):
        _post(room_ids, callers, count)
    return Seeded([person.email for person in people], tokens)


def _people(count: int, password_hash: str) -> list[User]:
    # Whoever is made here starts from a snapshot with all the others in it; only who was here before hears of them.
    listening = members_streams()
    people = [_owner(password_hash)]
    known = {user.email: user for user in db.session.scalars(sa.select(User))}
    for number in itertools.count(2):
        if len(people) >= count:
            break
        person = known.get(_email(number)) or _join(number, password_hash, listening)
        if person.deactivated_at is None and person is not people[0]:
            people.append(person)
    return people


def _owner(password_hash: str) -> User:
    if db.session.get(Workspace, 1) is None:
        return set_up_workspace(
            workspace_name=WORKSPACE_NAME,
            name="User 1",
            email=_email(1),
            password_hash=password_hash,
            language="en",
            time_zone="UTC",
        )
    query = sa.select(User).where(User.role == "owner", User.deactivated_at.is_(None)).order_by(User.id)
    return db.session.scalars(query.limit(1)).one()


def _join(number: int, password_hash: str, listening: list[str]) -> User:
    user = User(
        email=_email(number),
        name=f"User {number}",
        password_hash=password_hash,
        role="member",
        created_at=now_text(),
    )
    db.session.add(user)
    db.session.flush()
    publish(UserJoined(actor_id=user.id, user=user_payload(user)), user_stream(user.id), *listening)
    for room in db.session.scalars(sa.select(Room).where(Room.is_default).order_by(Room.id)).all():
        add_member(room, user.id, actor_id=user.id)
    return user


def _email(number: int) -> str:
    return f"user{number}@example.com"


def _room_with_everybody(number: int, callers: list[Caller]) -> int:
    name = f"room-{number}"
    with unit_of_work():
        room = db.session.scalars(sa.select(Room).where(Room.name_key == name)).first()
        if room is None:
            room = create_room(kind="open", name=name, topic="", creator_id=callers[0].id)
        restore_room(room, actor_id=callers[0].id)
        inside = set(member_ids(room.id))
        for caller in callers:
            if caller.id not in inside:
                add_member(room, caller.id, actor_id=caller.id)
        return room.id


def _post(room_ids: list[int], callers: list[Caller], count: int) -> None:
    with unit_of_work():
        rooms = [room_for(callers[0], room_id) for room_id in room_ids]
        for _ in range(count):
            draft = Draft(client_id=str(uuid.uuid4()), fingerprint="", text=random.choice(TEXTS))
            post_message(random.choice(rooms), random.choice(callers), draft)


def _parts(total: int, largest: int) -> Iterator[int]:
    for start in range(0, total, largest):
        yield min(largest, total - start)
