"""People."""

from functools import lru_cache

import sqlalchemy as sa

from chat.extensions import db
from chat.log import user_stream
from chat.markup import People
from chat.models import Membership, User
from chat.payloads import UserPayload, user_payload


def everybody() -> list[UserPayload]:
    """Return all people of the workspace, deactivated ones too, because messages name them."""
    return [user_payload(user) for user in db.session.scalars(sa.select(User).order_by(User.id))]


def everybodys_streams() -> list[str]:
    """Return the own streams of all active people: where workspace-wide events go."""
    query = sa.select(User.id).where(User.deactivated_at.is_(None)).order_by(User.id)
    return [user_stream(user_id) for user_id in db.session.scalars(query)]


def people_in(room_id: int) -> list[tuple[Membership, User]]:
    """Return who is in the room, by id."""
    query = (
        sa.select(Membership, User)
        .join(User, User.id == Membership.user_id)
        .where(Membership.room_id == room_id)
        .order_by(User.id)
    )
    return [(membership, user) for membership, user in db.session.execute(query)]


def mentionable() -> People:
    """Return the matcher of the names of all active people, built again only when one of them changes."""
    query = sa.select(User.id, User.name).where(User.deactivated_at.is_(None)).order_by(User.id)
    return _matcher(tuple((user_id, name) for user_id, name in db.session.execute(query)))


@lru_cache(maxsize=4)
def _matcher(names: tuple[tuple[int, str], ...]) -> People:
    return People(names)
