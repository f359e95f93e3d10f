"""Subscribe a browser to pushes, try it, and end it again."""

import uuid

import sqlalchemy as sa

from chat.actions.plan_delivery import call_off_deliveries, plan_delivery
from chat.clock import now_text
from chat.extensions import db
from chat.models import Delivery, PushSubscription, Session, ShownPush

CARRIER = "push"
MOST_OF_A_PERSON = 20
LONGEST_USER_AGENT = 300


def save_push_subscription(
    *, user_id: int, session_id: int, endpoint: str, p256dh: str, auth: str, user_agent: str
) -> PushSubscription:
    """Subscribe a browser, which the session is signed in with; again, it stays one.

    An earlier one of the session ends, and somebody else's of the same browser: they are not signed in there any more.
    """
    query = sa.select(PushSubscription).where(
        sa.or_(PushSubscription.endpoint == endpoint, PushSubscription.session_id == session_id)
    )
    found: PushSubscription | None = None
    for earlier in db.session.scalars(query).all():
        if earlier.endpoint == endpoint and earlier.user_id == user_id:
            found = earlier
        else:
            end_push_subscription(earlier)
    if found is None:
        _make_room(user_id)
        found = PushSubscription(user_id=user_id, endpoint=endpoint, created_at=now_text())
        db.session.add(found)
    found.session_id = session_id
    found.p256dh, found.auth = p256dh, auth
    found.user_agent = user_agent[:LONGEST_USER_AGENT]
    found.last_error = None
    _want(session_id, wants_push=True)
    db.session.flush()
    return found


def switch_push_off(subscription: PushSubscription) -> None:
    """Tell a browser nothing any more, as its person wants; its page will not subscribe it again."""
    _want(subscription.session_id, wants_push=False)
    end_push_subscription(subscription)


def end_push_subscription(subscription: PushSubscription) -> None:
    """Forget the browser, and what waits for it."""
    call_off_deliveries(CARRIER, str(subscription.id))
    db.session.execute(sa.delete(ShownPush).where(ShownPush.subscription_id == subscription.id))
    db.session.delete(subscription)
    db.session.flush()


def end_pushes_of_session(session_id: int) -> None:
    """Forget the browsers that were subscribed in a session that is over."""
    query = sa.select(PushSubscription).where(PushSubscription.session_id == session_id)
    for subscription in db.session.scalars(query).all():
        end_push_subscription(subscription)


def plan_test_push(subscription: PushSubscription) -> Delivery | None:
    """Send a push that says that it is a test."""
    return plan_delivery(CARRIER, str(subscription.id), seq=None, key=f"test-{uuid.uuid4()}", payload={})


def _want(session_id: int, *, wants_push: bool) -> None:
    db.session.execute(sa.update(Session).where(Session.id == session_id).values(wants_push=wants_push))


def _make_room(user_id: int) -> None:
    query = sa.select(PushSubscription).where(PushSubscription.user_id == user_id)
    oldest_first = db.session.scalars(query.order_by(PushSubscription.id)).all()
    for subscription in oldest_first[: max(0, len(oldest_first) - MOST_OF_A_PERSON + 1)]:
        end_push_subscription(subscription)
