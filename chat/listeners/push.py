"""Web Push: whoever is to be told of a message and is at none of their devices hears of it on those they subscribed.

Planned with the message, decided when it is sent: a push is held back for a few seconds, and falls away if the message
was read, deleted or muted by then. What was shown and is read elsewhere, deleted or left is withdrawn (ADR 16).
"""

import base64
import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask import current_app
from flask_babel import force_locale

from chat.actions.plan_delivery import plan_delivery
from chat.actions.push_subscription import CARRIER, end_push_subscription
from chat.actions.withdraw_push import WITHDRAWAL, forget_shown, note_shown, plan_withdrawals
from chat.clock import now, now_text, wire_time
from chat.config import Settings
from chat.extensions import db
from chat.listeners.carrier import LaterError, Parcel, PermanentError, PlanningListener, carrier
from chat.listeners.listener import listener
from chat.log import Entry
from chat.models import PushSubscription, User
from chat.outgoing.client import Answer, ForbiddenAddressError, OutgoingError
from chat.outgoing.push import authorization, encrypted
from chat.outgoing.push_content import Closing, Said, message_content, trial_content, withdrawal_content
from chat.outgoing.push_services import is_accepted, may_be_silent, parse_hosts
from chat.queries.attention import Reason, people_to_tell
from chat.queries.preferences import preferences_of
from chat.queries.push import (
    first_owner_email,
    is_session_alive,
    shown_in_push,
    subscriptions_in_room,
    waiting_under,
)
from chat.queries.shown_pushes import Stale, of_message, of_person, of_subscription, stale_pushes
from chat.queries.unread import meant_for
from chat.queries.workspace import the_workspace
from chat.unit_of_work import unit_of_work

HELD_BACK = dt.timedelta(seconds=5)
"""Who is at another device reads it there meanwhile."""
WITHDRAWN_AFTER = dt.timedelta(seconds=2)
MOST_GATHERED = 20
TTL_SECONDS = 24 * 3600
TOPIC_BYTES = 16
GONE = {404, 410}
COMES_AGAIN = {408, 425, 429}
CLIENT_ERROR, SERVER_ERROR = 400, 500
URGENT: set[Reason] = {"direct", "mention"}


class RefusedError(LaterError):
    """The push service could not take it now."""


class Push(NamedTuple):
    """What is sent to one browser."""

    content: dict[str, Any]
    urgency: str
    topic: str
    shows: tuple[int, int] | None = None
    """The room and the message."""
    withdraws: tuple[Stale, ...] = ()


class Addressed(NamedTuple):
    """A push on its way: everything of it that the database had."""

    push: Push
    endpoint: str
    p256dh: str
    auth: str
    contact: str


@listener(
    CARRIER,
    types={"message_posted", "message_deleted", "read_marked", "unread_marked", "thread_read", "room_left"},
)
class Pushes(PlanningListener):
    """Plans a push for every subscription of those whom a message concerns, and takes back what became needless."""

    def plan(self, entry: Entry) -> None:
        """Plan what one event asks for; inside a unit of work."""
        if entry.type == "message_posted":
            _plan_message(entry)
        elif entry.type != "message_deleted":
            _plan_withdrawals(of_person(int(entry.stream.removeprefix("user-"))), entry.seq)
        elif entry.message_id is not None:
            _plan_withdrawals(of_message(entry.message_id), entry.seq)


@carrier(CARRIER, gives_up_hours=24, longest_wait_seconds=300, keeps_days=0)
def carry(parcel: Parcel) -> str:
    """Send one push, unless it has become needless.

    Raises:
        PermanentError: the push service does not take it.
        RefusedError: the push service cannot take it now.
        OutgoingError: no answer.
    """
    addressed = _addressed(parcel)
    if addressed is None:
        return "needless"
    try:
        answer = _send(addressed)
        _judge(answer)
    except (OutgoingError, RefusedError, PermanentError) as error:
        _note_failure(parcel, f"{error}")
        if isinstance(error, ForbiddenAddressError):
            raise PermanentError(str(error)) from error
        raise
    if answer.status in GONE:
        _end(parcel)
        return "the browser is not subscribed any more"
    _note_success(parcel, addressed.push)
    return f"HTTP {answer.status}"


def _plan_message(entry: Entry) -> None:
    room_id = int(entry.stream.removeprefix("room-"))
    subscriptions = subscriptions_in_room(room_id)
    if not subscriptions or entry.message_id is None:
        return
    told = {user_id for user_id, _ in people_to_tell(entry.message_id, now())}
    for user_id, subscription_id in subscriptions:
        if user_id in told:
            _plan_one(entry, entry.message_id, room_id, str(subscription_id))


def _plan_one(entry: Entry, message_id: int, room_id: int, lane: str) -> None:
    """Gather what one room says: the first message says when, and a later one that is not to be told hides none."""
    collapse = f"room-{room_id}"
    earlier = waiting_under(CARRIER, lane, collapse)
    due_at = wire_time(now() + HELD_BACK)
    if earlier is not None:
        # What has been due for long, because nobody answers, is as new as the latest message in it.
        due_at = max(now_text(), min(due_at, earlier.due_at))
    before = [] if earlier is None else earlier.payload["message_ids"]
    plan_delivery(
        CARRIER,
        lane,
        seq=entry.seq,
        payload={"message_ids": [*before, message_id][-MOST_GATHERED:], "room_id": room_id},
        due_at=due_at,
        collapse=collapse,
    )


def _plan_withdrawals(which: sa.ColumnElement[bool], seq: int | None) -> None:
    # Who reads on reads the next room in a moment: one push for all of them.
    plan_withdrawals(stale_pushes(which), seq=seq, due_at=wire_time(now() + WITHDRAWN_AFTER))


def _addressed(parcel: Parcel) -> Addressed | None:
    subscription = db.session.get(PushSubscription, int(parcel.lane))
    if subscription is None:
        return None
    if not is_session_alive(subscription.session_id):
        _end(parcel)
        return None
    if not is_accepted(subscription.endpoint, parse_hosts(current_app.config["SETTINGS"].push_services)):
        # It was, when the browser subscribed.
        _note_failure(parcel, "Stet does not send to this push service any more; STET_PUSH_SERVICES")
        return None
    push = _push(subscription, parcel.payload)
    if push is None:
        return None
    return Addressed(push, subscription.endpoint, subscription.p256dh, subscription.auth, _contact())


def _push(subscription: PushSubscription, payload: dict[str, Any]) -> Push | None:
    user = db.session.get_one(User, subscription.user_id)
    with force_locale(user.language.replace("-", "_")):
        if not payload:
            return Push(trial_content(now_text()), urgency="high", topic=_topic(f"{user.id} test"))
        if WITHDRAWAL in payload:
            return _withdrawal(subscription)
        if current_app.extensions["connections"].is_active(user.id):
            return None
        for message_id in reversed(payload["message_ids"]):
            reason = dict(people_to_tell(message_id, now())).get(user.id)
            if reason is not None:
                return _message(subscription, user, message_id, reason)
    return None


def _message(subscription: PushSubscription, user: User, message_id: int, reason: Reason) -> Push:
    message, author, room, file_count = shown_in_push(message_id)
    said = Said(
        room_id=room.id,
        message_id=message.id,
        parent_id=None if message.also_in_room else message.parent_id,
        author=author,
        room_name=None if room.kind == "direct" else room.name,
        text=message.text if preferences_of(user)["push_text"] else None,
        file_count=file_count,
        at=message.created_at,
    )
    stale = [each for each in stale_pushes(of_subscription(subscription.id)) if each.room_id != room.id]
    must_show = not may_be_silent(subscription.endpoint)
    return Push(
        message_content(said, closing=_closing(stale), badge=meant_for(user.id), must_show=must_show),
        urgency="high" if reason in URGENT else "normal",
        topic=_topic(f"{user.id} {room.id}"),
        shows=(room.id, message.id),
        withdraws=tuple(stale),
    )


def _withdrawal(subscription: PushSubscription) -> Push | None:
    stale = stale_pushes(of_subscription(subscription.id))
    must_show = not may_be_silent(subscription.endpoint)
    if not any(each.is_gone or not must_show for each in stale):
        return None
    if current_app.extensions["connections"].has_session(subscription.user_id, subscription.session_id):
        # Its own page knows, and closes them.
        with unit_of_work():
            forget_shown(stale)
        return None
    rooms = {each.room_id for each in stale}
    content = withdrawal_content(
        _closing(stale),
        workspace=the_workspace().name,
        badge=meant_for(subscription.user_id),
        is_read=not any(each.is_gone for each in stale),
        must_show=must_show,
    )
    # What waits at the push service under the same topic is never shown.
    about = str(rooms.pop()) if len(rooms) == 1 else WITHDRAWAL
    return Push(content, urgency="low", topic=_topic(f"{subscription.user_id} {about}"), withdraws=tuple(stale))


def _closing(stale: Sequence[Stale]) -> list[Closing]:
    return [Closing(each.room_id, each.message_id) for each in stale]


def _topic(word: str) -> str:
    # Push services see it, and learn nothing from it.
    hashed = hashlib.blake2b(word.encode(), key=current_app.config["FINGERPRINT_KEY"], digest_size=TOPIC_BYTES)
    return base64.urlsafe_b64encode(hashed.digest()).rstrip(b"=").decode()


def _contact() -> str:
    settings: Settings = current_app.config["SETTINGS"]
    is_public = settings.public_url.startswith("https://")
    return settings.public_url.rstrip("/") if is_public else f"mailto:{first_owner_email()}"


def _send(addressed: Addressed) -> Answer:
    push = addressed.push
    content = json.dumps(push.content, ensure_ascii=False).encode()
    body = encrypted(content, p256dh=addressed.p256dh, auth=addressed.auth)
    headers = {
        "Authorization": authorization(current_app.config["SECRET_KEY"], addressed.endpoint, addressed.contact),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(TTL_SECONDS),
        "Urgency": push.urgency,
        "Topic": push.topic,
    }
    # Nothing of the database is held while the push service takes its time.
    db.session.remove()
    answer: Answer = current_app.extensions["outgoing"].send(
        "POST", addressed.endpoint, headers=headers, body=body, most_bytes=4096
    )
    return answer


def _judge(answer: Answer) -> None:
    if answer.is_success or answer.status in GONE:
        return
    msg = f"HTTP {answer.status}"
    if CLIENT_ERROR <= answer.status < SERVER_ERROR and answer.status not in COMES_AGAIN:
        raise PermanentError(msg)
    raise RefusedError(msg, retry_after_seconds=answer.retry_after_seconds)


def _note_failure(parcel: Parcel, error: str) -> None:
    with unit_of_work():
        db.session.execute(_note(parcel).values(last_error=error))


def _note_success(parcel: Parcel, push: Push) -> None:
    with unit_of_work():
        db.session.execute(_note(parcel).values(last_error=None, last_ok_at=now_text()))
        forget_shown(push.withdraws)
        if push.shows is not None:
            note_shown(int(parcel.lane), *push.shows)
            # It may have been read while it was on its way, when nothing was known to be shown.
            _plan_withdrawals(of_subscription(int(parcel.lane)), None)


def _note(parcel: Parcel) -> sa.Update:
    return sa.update(PushSubscription).where(PushSubscription.id == int(parcel.lane))


def _end(parcel: Parcel) -> None:
    with unit_of_work():
        subscription = db.session.get(PushSubscription, int(parcel.lane))
        if subscription is not None:
            end_push_subscription(subscription)
