"""People."""

import unicodedata
from functools import lru_cache

import sqlalchemy as sa

from chat.clock import now_text
from chat.errors import NotFoundError, SignedOutError
from chat.extensions import db
from chat.log import user_stream
from chat.markup import People
from chat.models import Membership, User
from chat.payloads import UserPayload, user_payload
from chat.permissions import BOT, Caller, Person, sees_everybody
from chat.queries.caller import is_still_in
from chat.queries.sight import shared_ids


def everybody() -> list[UserPayload]:
    """Return all people of the workspace, deactivated ones too, because messages name them."""
    return [user_payload(user) for user in db.session.scalars(sa.select(User).order_by(User.id))]


def people_with_expired_status(*, limit: int) -> list[User]:
    """Return people whose status was to last until before now."""
    query = sa.select(User).where(User.status_expires_at <= now_text()).order_by(User.id).limit(limit)
    return list(db.session.scalars(query))


def everybodys_streams() -> list[str]:
    """Return the own streams of all people, guests too, but not of bots: where workspace-wide events go.

    What is about one person goes to `sight.streams_about`, about open rooms to `sight.members_streams`.

    Deactivated people too: nobody reads their streams, but whoever is brought back goes on without a hole.
    """
    return [
        user_stream(user_id)
        for user_id in db.session.scalars(sa.select(User.id).where(User.role != BOT).order_by(User.id))
    ]


def person(user_id: int) -> User:
    """Return the person, deactivated or not.

    Raises:
        NotFoundError: there is nobody with this id.
    """
    user = db.session.get(User, user_id)
    if user is None:
        raise NotFoundError
    return user


def person_behind(caller: Caller) -> User:
    """Return the person who asks, with the role that they have at this moment.

    Raises:
        SignedOutError: what they signed in with has ended since the request began.
    """
    if not is_still_in(caller):
        raise SignedOutError
    return db.session.get_one(User, caller.id)


def account_of(email: str) -> User | None:
    """Return the active person with this email, in the form of `email_key`."""
    query = sa.select(User).where(User.email == email, User.deactivated_at.is_(None), User.role != BOT)
    return db.session.scalars(query).first()


def email_key(email: str) -> str:
    """Return the email as it is stored and compared: NFC and in lower case."""
    return unicodedata.normalize("NFC", email.strip().lower())


def is_last_owner(user: User) -> bool:
    """Tell whether nobody else owns the workspace and can sign in."""
    if user.role != "owner" or user.deactivated_at is not None:
        return False
    others = sa.select(User.id).where(User.role == "owner", User.deactivated_at.is_(None), User.id != user.id)
    return db.session.execute(others.limit(1)).first() is None


def member_count() -> int:
    """Return how many people can sign in."""
    people = sa.select(sa.func.count()).where(User.deactivated_at.is_(None), User.role != BOT)
    return db.session.scalar(people) or 0


def people_in(room_id: int) -> list[tuple[Membership, User]]:
    """Return who is in the room, by id."""
    query = (
        sa.select(Membership, User)
        .join(User, User.id == Membership.user_id)
        .where(Membership.room_id == room_id)
        .order_by(User.id)
    )
    return [(membership, user) for membership, user in db.session.execute(query)]


def mentionable(author: Person) -> People:
    """Return the matcher of the names of the active people whom the author sees, built anew when one of them changes.

    A name that a guest only guesses looks like any other word.
    """
    query = sa.select(User.id, User.name).where(User.deactivated_at.is_(None), User.role != BOT).order_by(User.id)
    if not sees_everybody(author):
        query = query.where(User.id.in_(shared_ids(author.id)))
    return _matcher(tuple((user_id, name) for user_id, name in db.session.execute(query)))


@lru_cache(maxsize=4)
def _matcher(names: tuple[tuple[int, str], ...]) -> People:
    return People(names)
