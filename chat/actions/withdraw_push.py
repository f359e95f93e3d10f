"""Keep in mind what browsers show of pushes, and plan to withdraw it."""

import uuid
from collections.abc import Iterable

import sqlalchemy as sa

from chat.actions.plan_delivery import plan_delivery
from chat.actions.push_subscription import CARRIER
from chat.extensions import db
from chat.models import PushSubscription, ShownPush
from chat.outgoing.push_services import may_be_silent
from chat.queries.shown_pushes import Stale

WITHDRAWAL = "withdrawal"
"""What waits under this word is one push, whatever is withdrawn by it."""


def note_shown(subscription_id: int, room_id: int, message_id: int) -> None:
    """Remember what was sent; what was shown of the room before has given place to it."""
    if db.session.get(PushSubscription, subscription_id) is not None:
        db.session.merge(ShownPush(subscription_id=subscription_id, room_id=room_id, message_id=message_id))
        db.session.flush()


def forget_shown(stale: Iterable[Stale]) -> None:
    """Forget what was withdrawn, unless something later of the room was sent meanwhile."""
    for each in stale:
        db.session.execute(
            sa.delete(ShownPush).where(
                ShownPush.subscription_id == each.subscription_id,
                ShownPush.room_id == each.room_id,
                ShownPush.message_id == each.message_id,
            )
        )


def plan_withdrawals(stale: Iterable[Stale], *, seq: int | None, due_at: str) -> None:
    """Plan one push for each browser that shows any of it, and takes a push for that alone."""
    lanes = {each.subscription_id for each in stale if each.is_gone or may_be_silent(each.endpoint)}
    for lane in sorted(lanes):
        plan_delivery(
            CARRIER,
            str(lane),
            seq=seq,
            key=None if seq is not None else f"withdrawal-{uuid.uuid4()}",
            payload={WITHDRAWAL: True},
            due_at=due_at,
            collapse=WITHDRAWAL,
        )
