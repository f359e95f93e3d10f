"""What browsers still show of pushes although it has become needless."""

from typing import NamedTuple

import sqlalchemy as sa

from chat.extensions import db
from chat.models import Membership, Message, PushSubscription, ShownPush, ThreadFollow


class Stale(NamedTuple):
    """A notification that a browser was sent and should not show any more."""

    subscription_id: int
    endpoint: str
    room_id: int
    message_id: int
    is_gone: bool
    """The message was deleted, or the person is not in the room any more; False: it was read."""


def stale_pushes(which: sa.ColumnElement[bool]) -> list[Stale]:
    """Return which of the shown pushes were read, deleted, or are of a room that their person has left."""
    member = sa.and_(Membership.room_id == Message.room_id, Membership.user_id == PushSubscription.user_id)
    follower = sa.and_(ThreadFollow.message_id == Message.parent_id, ThreadFollow.user_id == PushSubscription.user_id)
    is_in_room = sa.or_(Message.parent_id.is_(None), Message.also_in_room)
    read_up_to = sa.case((is_in_room, Membership.read_message_id), else_=ThreadFollow.read_message_id)
    is_gone = sa.or_(
        Message.deleted_at.is_not(None),
        Membership.user_id.is_(None),
        # They left, and came back later.
        Membership.from_seq > Message.stream_seq,
    )
    query = (
        sa.select(ShownPush, PushSubscription.endpoint, is_gone.label("is_gone"))
        .join(PushSubscription, PushSubscription.id == ShownPush.subscription_id)
        .join(Message, Message.id == ShownPush.message_id)
        .outerjoin(Membership, member)
        .outerjoin(ThreadFollow, follower)
        .where(which, sa.or_(is_gone, Message.id <= sa.func.coalesce(read_up_to, 0)))
        .order_by(ShownPush.subscription_id, ShownPush.room_id)
    )
    return [
        Stale(shown.subscription_id, endpoint, shown.room_id, shown.message_id, bool(gone))
        for shown, endpoint, gone in db.session.execute(query)
    ]


def of_subscription(subscription_id: int) -> sa.ColumnElement[bool]:
    """Choose what one browser shows."""
    return ShownPush.subscription_id == subscription_id


def of_person(user_id: int) -> sa.ColumnElement[bool]:
    """Choose what the browsers of one person show."""
    return PushSubscription.user_id == user_id


def of_message(message_id: int) -> sa.ColumnElement[bool]:
    """Choose where one message is shown."""
    return ShownPush.message_id == message_id
