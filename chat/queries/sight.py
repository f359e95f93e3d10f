"""Whom a person sees: everybody, or for a guest only the people with whom they share a room.

A guest also remembers, by name and picture, who left such a room and whose words are still in it.
"""

from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from chat.extensions import db
from chat.log import user_stream
from chat.models import FormerMember, Membership, User
from chat.payloads import UserPayload, remembered_user_payload, user_payload
from chat.permissions import BOT, Person, sees_everybody


def people_seen_by(person: Person) -> list[UserPayload]:
    """Return everybody whom the person sees, themselves too, deactivated people included: messages name them."""
    query = sa.select(User).order_by(User.id)
    if sees_everybody(person):
        return [user_payload(user) for user in db.session.scalars(query)]
    shared = shared_ids(person.id)
    users = db.session.scalars(query.where(User.id.in_(shared | remembered_ids(person.id))))
    return [user_payload(user) if user.id in shared else remembered_user_payload(user) for user in users]


def sees_all(person: Person, user_ids: Collection[int]) -> bool:
    """Tell whether the person has all of these people in the workspace, or as a guest in one of their rooms."""
    return sees_everybody(person) or shared_ids(person.id).issuperset(user_ids)


def shared_ids(user_id: int) -> set[int]:
    """Return who shares a room with the person, with themselves among them."""
    return sharing([user_id])[user_id]


def sharing(user_ids: Collection[int]) -> dict[int, set[int]]:
    """Return, for each person, who shares a room with them, themselves included."""
    mine, others = aliased(Membership), aliased(Membership)
    query = (
        sa.select(mine.user_id, others.user_id)
        .join(others, others.room_id == mine.room_id)
        .where(mine.user_id.in_(user_ids))
        .distinct()
    )
    found = {user_id: {user_id} for user_id in user_ids}
    for user_id, other_id in db.session.execute(query) if user_ids else ():
        found[user_id].add(other_id)
    return found


def remembered_ids(user_id: int) -> set[int]:
    """Return who left words in a room of the person's; some of them may share another room with them."""
    mine = sa.select(Membership.room_id).where(Membership.user_id == user_id)
    return set(db.session.scalars(sa.select(FormerMember.user_id).where(FormerMember.room_id.in_(mine))))


def guests_in(room_id: int) -> list[int]:
    """Return the guests of a room."""
    query = (
        sa.select(User.id)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.room_id == room_id, User.role == "guest")
        .order_by(User.id)
    )
    return list(db.session.scalars(query))


def room_people(room_id: int) -> set[int]:
    """Return who is in the room, and who left words in it."""
    present = sa.select(Membership.user_id).where(Membership.room_id == room_id)
    former = sa.select(FormerMember.user_id).where(FormerMember.room_id == room_id)
    return set(db.session.scalars(sa.union(present, former)))


def streams_about(user_id: int) -> list[str]:
    """Return the own streams of those who see the person: of everybody but guests, and of guests who share a room.

    Bots hear of nobody.

    Deactivated people too: nobody reads their streams, but whoever is brought back goes on without a hole.
    """
    theirs, others = aliased(Membership), aliased(Membership)
    sharing = (
        sa.select(others.user_id)
        .join(theirs, theirs.room_id == others.room_id)
        .where(theirs.user_id == user_id)
        .scalar_subquery()
    )
    seeing = sa.or_(User.role != "guest", User.id == user_id, User.id.in_(sharing))
    return _streams(sa.select(User.id).where(seeing, User.role != BOT).order_by(User.id))


def remembering_streams(user_id: int) -> list[str]:
    """Return the own streams of the guests who know the person only by what they left behind."""
    remembering = (
        sa.select(Membership.user_id)
        .join(FormerMember, FormerMember.room_id == Membership.room_id)
        .where(FormerMember.user_id == user_id)
    )
    query = sa.select(User.id).where(User.role == "guest", User.id.in_(remembering)).order_by(User.id)
    sharing = set(streams_about(user_id))
    return [stream for stream in _streams(query) if stream not in sharing]


def members_streams() -> list[str]:
    """Return the own streams of everybody but guests and bots: where news go of what is open to all."""
    return _streams(sa.select(User.id).where(User.role.not_in(("guest", BOT))).order_by(User.id))


def standing_out() -> Sequence[tuple[int, bool, bool]]:
    """Return id, whether a guest, and whether away by their own word, of whoever is one of both."""
    query = sa.select(User.id, User.role == "guest", User.is_away).where(sa.or_(User.role == "guest", User.is_away))
    return [(user_id, bool(is_guest), bool(is_away)) for user_id, is_guest, is_away in db.session.execute(query)]


def _streams(query: sa.Select[int]) -> list[str]:
    return [user_stream(user_id) for user_id in db.session.scalars(query)]
