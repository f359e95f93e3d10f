"""Outgoing webhooks: who sees them, which events concern them, and what was sent."""

import json
from typing import Literal, TypedDict, get_args

import sqlalchemy as sa

from chat.clock import now_text
from chat.errors import NotFoundError
from chat.extensions import db
from chat.models import Delivery, Membership, OutgoingHook, Room, User
from chat.permissions import Caller, may_manage_hooks

HookType = Literal[
    "message_posted",
    "message_edited",
    "message_deleted",
    "reaction_added",
    "reaction_removed",
    "member_added",
    "member_removed",
    "room_updated",
    "room_archived",
    "room_restored",
]
TYPES: tuple[HookType, ...] = get_args(HookType)
"""The events that an outgoing webhook may hear of, as they are in the log."""


class OutgoingHookPayload(TypedDict):
    """An outgoing webhook, as those see it who manage it."""

    id: int
    name: str
    url: str
    types: list[str]
    room_ids: list[int] | None
    user_id: int
    is_enabled: bool
    note: str | None
    created_at: str
    waiting: int
    held: int
    """What is sent once it is switched on again."""
    failing_since: str | None
    """Since when the delivery that it fails at has been due."""
    last_error: str | None
    last_sent_at: str | None


class SentPayload(TypedDict):
    """One line of what was sent."""

    id: int
    key: str
    type: str
    seq: int | None
    state: str
    attempts: int
    note: str | None
    planned_at: str
    ended_at: str | None
    next_attempt_at: str | None


def outgoing_hooks(caller: Caller) -> list[OutgoingHookPayload]:
    """Return the webhooks whose rooms the caller may see."""
    rooms = _visible_rooms(caller.id)
    hooks = db.session.scalars(sa.select(OutgoingHook).order_by(OutgoingHook.id))
    return [outgoing_hook_payload(hook) for hook in hooks if _is_seen(hook, rooms)]


def outgoing_hook_for(caller: Caller, hook_id: int) -> OutgoingHook:
    """Return a webhook whose rooms the caller may see.

    Raises:
        NotFoundError: there is none, or one of its rooms is not the caller's.
    """
    hook = db.session.get(OutgoingHook, hook_id)
    if hook is None or not _is_seen(hook, _visible_rooms(caller.id)):
        raise NotFoundError
    return hook


def check_rooms(caller: Caller, room_ids: list[int] | None) -> None:
    """Refuse rooms that the caller may not see, and direct ones.

    Raises:
        NotFoundError: nobody can tell which of the two.
    """
    if set(room_ids or []) - _visible_rooms(caller.id):
        raise NotFoundError


def outgoing_hook_payload(hook: OutgoingHook) -> OutgoingHookPayload:
    """Return a webhook without its secret."""
    mine = sa.and_(Delivery.carrier == "webhooks", Delivery.lane == str(hook.id))
    failing = sa.select(Delivery).where(mine, Delivery.state == "waiting", Delivery.attempts > 0)
    first = db.session.scalars(failing.order_by(Delivery.id).limit(1)).first()
    sent = sa.select(Delivery.ended_at).where(mine, Delivery.state == "sent").order_by(Delivery.id.desc()).limit(1)
    return {
        "id": hook.id,
        "name": hook.name,
        "url": hook.url,
        "types": hook.types,
        "room_ids": hook.room_ids,
        "user_id": hook.user_id,
        "is_enabled": hook.is_enabled,
        "note": hook.note,
        "created_at": hook.created_at,
        "waiting": _count(mine, "waiting"),
        "held": _count(mine, "held") if hook.note == "unreachable" else 0,
        "failing_since": None if first is None else first.due_at,
        "last_error": None if first is None else first.note,
        "last_sent_at": db.session.scalars(sent).first(),
    }


def hooks_to_tell() -> list[tuple[OutgoingHook, frozenset[int]]]:
    """Return every webhook that is switched on, each with the rooms that it may hear of at this moment."""
    hooks = list(db.session.scalars(sa.select(OutgoingHook).where(OutgoingHook.is_enabled).order_by(OutgoingHook.id)))
    return [(hook, heard_rooms(hook)) for hook in hooks]


def heard_rooms(hook: OutgoingHook) -> frozenset[int]:
    """Return the rooms that a webhook may hear of: chosen, and seen by whoever answers for it."""
    person = db.session.get_one(User, hook.user_id)
    if person.deactivated_at is not None or not may_manage_hooks(person):
        return frozenset()
    if hook.room_ids is None:
        return frozenset(db.session.scalars(sa.select(Room.id).where(Room.kind == "open")))
    return frozenset(hook.room_ids) & _visible_rooms(person.id)


def keepers_of(hook: OutgoingHook) -> list[User]:
    """Return whom to tell of a webhook: who answers for it and the owners, as far as they see it."""
    concerned = sa.or_(User.id == hook.user_id, User.role == "owner")
    query = sa.select(User).where(concerned, User.deactivated_at.is_(None)).order_by(User.id)
    people = [person for person in db.session.scalars(query) if may_manage_hooks(person)]
    return [person for person in people if _is_seen(hook, _visible_rooms(person.id))]


def sent_deliveries(hook: OutgoingHook, *, before: int, limit: int) -> tuple[list[SentPayload], bool]:
    """Return what was sent to a webhook, waits or was given up on, the newest first; and whether there is more."""
    query = sa.select(Delivery).where(
        Delivery.carrier == "webhooks", Delivery.lane == str(hook.id), Delivery.id < before
    )
    rows = list(db.session.scalars(query.order_by(Delivery.id.desc()).limit(limit + 1)))
    return [sent_payload(row) for row in rows[:limit]], len(rows) > limit


def delivery_of(hook: OutgoingHook, delivery_id: int) -> Delivery:
    """Return one of the webhook's deliveries.

    Raises:
        NotFoundError: there is none.
    """
    row = db.session.get(Delivery, delivery_id)
    if row is None or row.carrier != "webhooks" or row.lane != str(hook.id):
        raise NotFoundError
    return row


def sent_payload(row: Delivery) -> SentPayload:
    """Return one line of what was sent."""
    return {
        "id": row.id,
        "key": row.key,
        "type": json.loads(row.payload).get("type", "ping"),
        "seq": row.seq,
        "state": row.state,
        "attempts": row.attempts,
        "note": row.note,
        "planned_at": row.created_at,
        "ended_at": row.ended_at,
        "next_attempt_at": row.next_attempt_at,
    }


def secrets_of(hook: OutgoingHook) -> list[str]:
    """Return what a delivery is signed with at this moment, the present secret first."""
    is_former = hook.former_secret is not None and (hook.former_secret_until or "") > now_text()
    return [hook.secret, *([hook.former_secret] if is_former and hook.former_secret else [])]


def _count(mine: sa.ColumnElement[bool], state: str) -> int:
    query = sa.select(sa.func.count()).select_from(Delivery).where(mine, Delivery.state == state)
    return db.session.scalars(query).one()


def _is_seen(hook: OutgoingHook, rooms: frozenset[int]) -> bool:
    return hook.room_ids is None or set(hook.room_ids) <= rooms


def _visible_rooms(user_id: int) -> frozenset[int]:
    mine = sa.select(Membership.room_id).where(Membership.user_id == user_id)
    is_mine = sa.and_(Room.kind == "closed", Room.id.in_(mine))
    return frozenset(db.session.scalars(sa.select(Room.id).where(sa.or_(Room.kind == "open", is_mine))))
