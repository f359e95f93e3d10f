"""What the lanes of carriers are called, so that people know the ends; without the secrets in their addresses."""

from collections.abc import Callable, Iterable
from typing import NamedTuple
from urllib.parse import urlsplit

import sqlalchemy as sa

from chat.extensions import db
from chat.models import OutgoingHook, PushSubscription, User
from chat.queries.people import account_of

ASKED = ("invite ", "reset ")


class LaneName(NamedTuple):
    """Whose end it is, and which one of theirs."""

    name: str
    detail: str | None


def lane_names(carrier: str, lanes: Iterable[str]) -> dict[str, LaneName]:
    """Return whose the lanes are: a webhook and its host, a person and their browser's `User-Agent` or address."""
    find = _FINDERS.get(carrier)
    return {} if find is None else find(set(lanes))


def _hooks(lanes: set[str]) -> dict[str, LaneName]:
    # Of the address no more than the host: with many services the rest is a password.
    query = sa.select(OutgoingHook).where(OutgoingHook.id.in_(_ids(lanes)))
    return {str(hook.id): LaneName(hook.name, urlsplit(hook.url).hostname) for hook in db.session.scalars(query)}


def _browsers(lanes: set[str]) -> dict[str, LaneName]:
    query = (
        sa.select(PushSubscription.id, User.name, PushSubscription.user_agent)
        .join(User, User.id == PushSubscription.user_id)
        .where(PushSubscription.id.in_(_ids(lanes)))
    )
    return {str(number): LaneName(name, agent) for number, name, agent in db.session.execute(query)}


def _mailboxes(lanes: set[str]) -> dict[str, LaneName]:
    people = sa.select(User.id, User.name, User.email).where(User.id.in_(_ids(lanes)))
    found = {str(number): LaneName(name, email) for number, name, email in db.session.execute(people)}
    for lane in lanes - found.keys():
        email = next((lane.removeprefix(word) for word in ASKED if lane.startswith(word)), None)
        if email is not None:
            person = account_of(email)
            found[lane] = LaneName(email, None) if person is None else LaneName(person.name, email)
    return found


def _ids(lanes: set[str]) -> list[int]:
    return [int(lane) for lane in lanes if lane.isascii() and lane.isdecimal()]


_FINDERS: dict[str, Callable[[set[str]], dict[str, LaneName]]] = {
    "webhooks": _hooks,
    "push": _browsers,
    "mail": _mailboxes,
}
