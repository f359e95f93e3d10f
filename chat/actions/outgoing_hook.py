"""Make an outgoing webhook, change it, delete it, and send again what it was sent."""

import base64
import secrets
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from chat.actions.plan_delivery import plan_delivery
from chat.clock import in_hours, now_text
from chat.errors import TooManyOutgoingHooksError
from chat.extensions import db
from chat.models import Delivery, OutgoingHook

CARRIER = "webhooks"
MOST_HOOKS = 50
SECRET_BYTES = 32
FORMER_SECRET_HOURS = 24


def make_outgoing_hook(
    *, name: str, url: str, types: Sequence[str], room_ids: Sequence[int] | None, user_id: int
) -> OutgoingHook:
    """Make a webhook that hears what the person may hear.

    Raises:
        TooManyOutgoingHooksError: there are as many as there can be.
    """
    if db.session.scalars(sa.select(sa.func.count()).select_from(OutgoingHook)).one() >= MOST_HOOKS:
        raise TooManyOutgoingHooksError
    hook = OutgoingHook(
        name=name,
        url=url,
        secret=_new_secret(),
        types=sorted(set(types)),
        room_ids=None if room_ids is None else sorted(set(room_ids)),
        user_id=user_id,
        created_at=now_text(),
    )
    db.session.add(hook)
    db.session.flush()
    return hook


def change_outgoing_hook(hook: OutgoingHook, changes: Mapping[str, Any], *, user_id: int) -> None:
    """Change what is named; whoever chooses what it hears, or where that goes, answers for it from then on."""
    for name, value in changes.items():
        setattr(hook, name, value)
    if changes.keys() & {"url", "types", "room_ids"}:
        hook.user_id = user_id
    if changes.get("is_enabled"):
        hook.note = hook.passed_over_id = None
        _send_held(hook)


def rotate_outgoing_hook(hook: OutgoingHook, *, ends_former: bool = False) -> None:
    """Give it another secret; the one before signs beside it for a day, unless it is to end at once."""
    hook.former_secret = None if ends_former else hook.secret
    hook.former_secret_until = None if ends_former else in_hours(FORMER_SECRET_HOURS)
    hook.secret = _new_secret()


def switch_off_outgoing_hook(hook: OutgoingHook, note: str) -> None:
    """Send it nothing more, and say why; what waits is given up on, where it can be sent again."""
    hook.is_enabled = False
    hook.note = note
    given_up = {"state": "failed", "ended_at": now_text(), "next_attempt_at": None}
    db.session.execute(_lane(hook).where(Delivery.state == "waiting").values(given_up))


def hold_outgoing_hook(hook: OutgoingHook) -> None:
    """Send it nothing more, as it cannot be reached; what waits is held, with what was passed over before it."""
    hook.is_enabled = False
    hook.note = "unreachable"
    is_passed_over = sa.and_(Delivery.id == hook.passed_over_id, Delivery.state == "failed")
    held = {"state": "held", "ended_at": now_text(), "next_attempt_at": None}
    db.session.execute(_lane(hook).where(sa.or_(Delivery.state == "waiting", is_passed_over)).values(held))


def delete_outgoing_hook(hook: OutgoingHook) -> None:
    """Delete it with everything that was sent to it or waits."""
    db.session.execute(sa.delete(Delivery).where(Delivery.carrier == CARRIER, Delivery.lane == lane_of(hook.id)))
    db.session.delete(hook)


def ping_outgoing_hook(hook: OutgoingHook) -> Delivery:
    """Send a ping the same way as everything else."""
    planned = plan_delivery(CARRIER, lane_of(hook.id), seq=None, key=f"ping-{uuid.uuid4()}", payload={})
    assert planned is not None  # noqa: S101 - nobody else has the key
    return planned


def replay_delivery(delivery: Delivery) -> None:
    """Send once more what was sent or given up on, under the same id; in its old place, before what waits.

    What is held stays so: it is sent when its webhook is switched on.
    """
    if delivery.state == "held":
        return
    delivery.state = "waiting"
    delivery.attempts = 0
    delivery.due_at = now_text()
    delivery.next_attempt_at = delivery.ended_at = None


def lane_of(hook_id: int) -> str:
    """Return the lane of a webhook."""
    return str(hook_id)


def _send_held(hook: OutgoingHook) -> None:
    again = {"state": "waiting", "attempts": 0, "due_at": now_text(), "ended_at": None}
    db.session.execute(_lane(hook).where(Delivery.state == "held").values(again))


def _lane(hook: OutgoingHook) -> sa.Update:
    return sa.update(Delivery).where(Delivery.carrier == CARRIER, Delivery.lane == lane_of(hook.id))


def _new_secret() -> str:
    return base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
