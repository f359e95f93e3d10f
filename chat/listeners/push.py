"""Web Push: whoever is to be told of a message and is at none of their devices hears of it on those they subscribed.

Planned with the message, decided when it is sent: a push is held back for a few seconds, and falls away if the message
was read, deleted or muted by then.
"""

import base64
import datetime as dt
import hashlib
import json
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask import current_app
from flask_babel import force_locale, gettext, ngettext

from chat.actions.plan_delivery import plan_delivery
from chat.actions.push_subscription import CARRIER, end_push_subscription
from chat.clock import now, now_text, wire_time
from chat.config import Settings
from chat.extensions import db
from chat.listeners.carrier import Parcel, PermanentError, PlanningListener, carrier
from chat.listeners.listener import listener
from chat.log import Entry
from chat.models import Message, PushSubscription, User
from chat.outgoing.client import Answer, ForbiddenAddressError, OutgoingError
from chat.outgoing.push import authorization, encrypted
from chat.queries.attention import Reason, people_to_tell
from chat.queries.preferences import preferences_of
from chat.queries.push import (
    first_owner_email,
    is_session_alive,
    shown_in_push,
    subscriptions_in_room,
    waiting_under,
)
from chat.unit_of_work import unit_of_work

HELD_BACK = dt.timedelta(seconds=5)
"""Who is at another device reads it there meanwhile."""
MOST_GATHERED = 20
TTL_SECONDS = 24 * 3600
LONGEST_TEXT = 140
TOPIC_BYTES = 16
GONE = {404, 410}
COMES_AGAIN = {408, 425, 429}
CLIENT_ERROR, SERVER_ERROR = 400, 500
URGENT: set[Reason] = {"direct", "mention"}


class RefusedError(Exception):
    """The push service could not take it now."""


class Push(NamedTuple):
    """What is sent to one browser."""

    content: dict[str, Any]
    is_urgent: bool
    topic: str


class Addressed(NamedTuple):
    """A push on its way: everything of it that the database had."""

    push: Push
    endpoint: str
    p256dh: str
    auth: str
    contact: str


@listener(CARRIER, types={"message_posted"})
class Pushes(PlanningListener):
    """Plans a push for every subscription of those whom a message concerns."""

    def plan(self, entry: Entry) -> None:
        """Plan what one message asks for; inside a unit of work."""
        room_id = int(entry.stream.removeprefix("room-"))
        subscriptions = subscriptions_in_room(room_id)
        if not subscriptions or entry.message_id is None:
            return
        told = {user_id for user_id, _ in people_to_tell(entry.message_id, now())}
        for user_id, subscription_id in subscriptions:
            if user_id in told:
                _plan_one(entry, entry.message_id, room_id, str(subscription_id))


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
        _note(parcel, f"{error}")
        if isinstance(error, ForbiddenAddressError):
            raise PermanentError(str(error)) from error
        raise
    if answer.status in GONE:
        _end(parcel)
        return "the browser is not subscribed any more"
    _note(parcel, None)
    return f"HTTP {answer.status}"


def _plan_one(entry: Entry, message_id: int, room_id: int, lane: str) -> None:
    """Gather what one room says: the first message says when, and a later one that is not to be told hides none."""
    collapse = f"room-{room_id}"
    earlier = waiting_under(CARRIER, lane, collapse)
    due_at = wire_time(now() + HELD_BACK)
    if earlier is not None:
        # What has been due for long, because nobody answers, is as new as the latest message in it.
        due_at = max(now_text(), min(due_at, earlier.due_at))
    message_ids = [message_id] if earlier is None else [*earlier.message_ids, message_id][-MOST_GATHERED:]
    plan_delivery(
        CARRIER,
        lane,
        seq=entry.seq,
        payload={"message_ids": message_ids, "room_id": room_id},
        due_at=due_at,
        collapse=collapse,
    )


def _addressed(parcel: Parcel) -> Addressed | None:
    subscription = db.session.get(PushSubscription, int(parcel.lane))
    if subscription is None:
        return None
    if not is_session_alive(subscription.session_id):
        _end(parcel)
        return None
    user = db.session.get_one(User, subscription.user_id)
    push = _push(user, parcel.payload)
    if push is None:
        return None
    return Addressed(push, subscription.endpoint, subscription.p256dh, subscription.auth, _contact())


def _push(user: User, payload: dict[str, Any]) -> Push | None:
    if not payload:
        return _test(user)
    if current_app.extensions["connections"].is_active(user.id):
        return None
    for message_id in reversed(payload["message_ids"]):
        reason = dict(people_to_tell(message_id, now())).get(user.id)
        if reason is not None:
            return _message(user, message_id, reason)
    return None


def _message(user: User, message_id: int, reason: Reason) -> Push:
    shown = shown_in_push(message_id)
    message, room = shown.message, shown.room
    with force_locale(_locale(user)):
        title = shown.author
        if room.kind != "direct":
            title = gettext("{name} in {room}").format(name=shown.author, room=f"#{room.name}")
        body = gettext("A new message")
        if preferences_of(user)["push_text"]:
            files = ngettext("{n} file", "{n} files", shown.file_count).format(n=shown.file_count)
            body = _short(message) or (files if shown.file_count else body)
    content = {
        "room_id": room.id,
        "message_id": message.id,
        "title": title,
        "body": body,
        "url": f"/rooms/{room.id}/messages/{message.id}",
        "at": message.created_at,
    }
    return Push(content, is_urgent=reason in URGENT, topic=_topic(f"{user.id} {room.id}"))


def _test(user: User) -> Push:
    with force_locale(_locale(user)):
        title, body = gettext("This is a test"), gettext("So it looks when somebody writes to you.")
    content = {
        "room_id": None,
        "message_id": None,
        "title": title,
        "body": body,
        "url": "/settings/notifications",
        "at": now_text(),
    }
    return Push(content, is_urgent=True, topic=_topic(f"{user.id} test"))


def _short(message: Message) -> str:
    text = " ".join(message.text.split())
    return text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]}…"


def _topic(word: str) -> str:
    # Push services see it, and learn nothing from it.
    hashed = hashlib.blake2b(word.encode(), key=current_app.config["FINGERPRINT_KEY"], digest_size=TOPIC_BYTES)
    return base64.urlsafe_b64encode(hashed.digest()).rstrip(b"=").decode()


def _locale(user: User) -> str:
    return user.language.replace("-", "_")


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
        "Urgency": "high" if push.is_urgent else "normal",
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
    raise RefusedError(msg)


def _note(parcel: Parcel, error: str | None) -> None:
    values: dict[str, Any] = {"last_error": error}
    if error is None:
        values["last_ok_at"] = now_text()
    mine = PushSubscription.id == int(parcel.lane)
    with unit_of_work():
        db.session.execute(sa.update(PushSubscription).where(mine).values(values))


def _end(parcel: Parcel) -> None:
    with unit_of_work():
        subscription = db.session.get(PushSubscription, int(parcel.lane))
        if subscription is not None:
            end_push_subscription(subscription)
