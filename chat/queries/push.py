"""Browsers that are told by Web Push, and of what."""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple, TypedDict

import sqlalchemy as sa

from chat.clock import now_text
from chat.errors import NotFoundError
from chat.extensions import db
from chat.models import Delivery, Membership, Message, PushSubscription, Room, Session, Upload, User
from chat.permissions import Caller


class PushSubscriptionPayload(TypedDict):
    """A browser as whoever uses it sees it."""

    id: int
    user_agent: str
    is_current: bool
    created_at: str
    last_ok_at: str | None
    last_error: str | None


class PushOfSession(NamedTuple):
    """How one browser stands to pushes."""

    is_wanted: bool
    endpoint: str | None


class Waiting(NamedTuple):
    """What waits in a lane under one word."""

    payload: dict[str, Any]
    due_at: str


class Shown(NamedTuple):
    """What of a message a push shows."""

    message: Message
    author: str
    room: Room
    file_count: int


def push_subscriptions(caller: Caller) -> list[PushSubscriptionPayload]:
    """Return the caller's own, the oldest first."""
    query = sa.select(PushSubscription).where(PushSubscription.user_id == caller.id).order_by(PushSubscription.id)
    return [push_subscription_payload(row, caller) for row in db.session.scalars(query)]


def push_of_session(session_id: int | None) -> PushOfSession:
    """Return whether the browser with the session is to be pushed to, and where; never another one's address."""
    query = (
        sa.select(Session.wants_push, PushSubscription.endpoint)
        .outerjoin(PushSubscription, PushSubscription.session_id == Session.id)
        .where(Session.id == session_id)
    )
    found = db.session.execute(query).first()
    return PushOfSession(is_wanted=False, endpoint=None) if found is None else PushOfSession(*found)


def push_subscription_for(caller: Caller, subscription_id: int) -> PushSubscription:
    """Return one of the caller's own; raises NotFoundError."""
    query = sa.select(PushSubscription).where(
        PushSubscription.id == subscription_id, PushSubscription.user_id == caller.id
    )
    found = db.session.scalars(query).first()
    if found is None:
        raise NotFoundError
    return found


def push_subscription_payload(row: PushSubscription, caller: Caller) -> PushSubscriptionPayload:
    """Return the subscription as its owner sees it."""
    return {
        "id": row.id,
        "user_agent": row.user_agent,
        "is_current": row.session_id == caller.session_id,
        "created_at": row.created_at,
        "last_ok_at": row.last_ok_at,
        "last_error": row.last_error,
    }


def subscriptions_in_room(room_id: int) -> Sequence[tuple[int, int]]:
    """Return the subscriptions of everybody in the room: whose, and its id."""
    query = (
        sa.select(PushSubscription.user_id, PushSubscription.id)
        .join(Membership, Membership.user_id == PushSubscription.user_id)
        .where(Membership.room_id == room_id)
        .order_by(PushSubscription.id)
    )
    return [(user_id, subscription_id) for user_id, subscription_id in db.session.execute(query)]


def is_session_alive(session_id: int) -> bool:
    """Tell whether the browser is still signed in."""
    query = sa.select(Session.id).where(Session.id == session_id, Session.expires_at > now_text())
    return db.session.scalars(query).first() is not None


def waiting_under(carrier: str, lane: str, collapse: str) -> Waiting | None:
    """Return what waits in the lane under the word."""
    query = sa.select(Delivery.payload, Delivery.due_at).where(
        Delivery.carrier == carrier,
        Delivery.lane == lane,
        Delivery.collapse == collapse,
        Delivery.state == "waiting",
    )
    found = db.session.execute(query).first()
    return None if found is None else Waiting(json.loads(found.payload), found.due_at)


def shown_in_push(message_id: int) -> Shown:
    """Return what a push shows of a message that is there."""
    message = db.session.get_one(Message, message_id)
    author = db.session.scalars(sa.select(User.name).where(User.id == message.author_id)).one()
    files = db.session.scalars(sa.select(sa.func.count()).where(Upload.message_id == message_id)).one()
    return Shown(message, author, db.session.get_one(Room, message.room_id), files)


def first_owner_email() -> str:
    """Return where a push service can write about this server."""
    query = sa.select(User.email).where(User.role == "owner", User.deactivated_at.is_(None)).order_by(User.id)
    return db.session.scalars(query).first() or "owner@localhost"
