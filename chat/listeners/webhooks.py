"""Outgoing webhooks: every address hears of the events that it chose, in order, signed, as they stand by then.

The headers and the signature are those of Standard Webhooks 1.0, for which every language has a library.
"""

import base64
import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask import current_app
from flask_babel import force_locale, gettext, ngettext

from chat.actions.outgoing_hook import CARRIER, hold_outgoing_hook, lane_of, switch_off_outgoing_hook
from chat.actions.plan_delivery import plan_delivery
from chat.actions.remind import Wish, set_reminder
from chat.clock import moment_of, now, now_text
from chat.config import Settings
from chat.errors import TooManyError
from chat.extensions import db
from chat.listeners.carrier import LaterError, Parcel, PermanentError, PlanningListener, carrier
from chat.listeners.listener import listener
from chat.log import Entry, read_after
from chat.models import OutgoingHook, Room, Workspace
from chat.outgoing.client import Answer, OutgoingError
from chat.queries.outgoing_hooks import TYPES, heard_rooms, hooks_to_tell, keepers_of, secrets_of
from chat.unit_of_work import unit_of_work

GONE = 410
LONGEST_SHOWN = 200
LEAST_TRIES = 10
"""Before patience ends, however long the server itself was away meanwhile; some ten minutes."""


class RefusedError(LaterError):
    """The other end answered, and not with success."""


@listener(CARRIER, types=set(TYPES))
class Webhooks(PlanningListener):
    """Plans a delivery for every webhook that an event concerns."""

    def apply(self, entries: Sequence[Entry]) -> None:
        """Plan what the events ask for; inside a unit of work."""
        hooks = hooks_to_tell()
        for entry in entries:
            room_id = _room_of(entry)
            for hook, rooms in hooks:
                if room_id in rooms and entry.type in hook.types:
                    lane = lane_of(hook.id)
                    plan_delivery(CARRIER, lane, seq=entry.seq, payload={"type": entry.type, "room_id": room_id})


@carrier(CARRIER, gives_up_hours=None, longest_wait_seconds=300, keeps_days=30)
def carry(parcel: Parcel) -> str:
    """Post one event to its address.

    Raises:
        PermanentError: the webhook or the event is gone, the one does not concern the other any more, or it has been
            tried for days.
        RefusedError: any answer but a success; it is tried again.
        OutgoingError: no answer, or the address is not public at present; it is tried again.
    """
    hook = db.session.get(OutgoingHook, int(parcel.lane))
    if hook is None or not hook.is_enabled:
        raise PermanentError("switched off")  # noqa: TRY003 - shown to people who run it
    body = json.dumps(_ping() if parcel.seq is None else _event(hook, parcel), ensure_ascii=False).encode()
    stamp = str(int(now().timestamp()))
    headers = {
        "Content-Type": "application/json",
        "webhook-id": parcel.key,
        "webhook-timestamp": stamp,
        "webhook-signature": " ".join(signature(secret, parcel.key, stamp, body) for secret in secrets_of(hook)),
    }
    url, is_doubted = hook.url, hook.passed_over_id is not None
    db.session.remove()
    try:
        answer: Answer = current_app.extensions["outgoing"].send("POST", url, headers=headers, body=body)
        if answer.status == GONE:
            _switch_off_gone(int(parcel.lane))
            raise PermanentError("HTTP 410: it wants no more, and is switched off")  # noqa: TRY003 - the same
        _judge(answer)
    except (OutgoingError, RefusedError) as error:
        _lose_patience(parcel, error)
        raise
    if is_doubted:
        _trust_again(int(parcel.lane))
    return f"HTTP {answer.status}"


def signature(secret: str, key: str, stamp: str, body: bytes) -> str:
    """Return the signature of a delivery; `secret` is Base64."""
    signed = hmac.new(base64.b64decode(secret), f"{key}.{stamp}.".encode() + body, hashlib.sha256)
    return f"v1,{base64.b64encode(signed.digest()).decode()}"


def _event(hook: OutgoingHook, parcel: Parcel) -> dict[str, Any]:
    # The event as the log has it now: what was edited or deleted meanwhile has lost its text.
    found = read_after((parcel.seq or 0) - 1, 1)
    if not found or found[0].seq != parcel.seq:
        raise PermanentError("the event has left the log")  # noqa: TRY003 - the same
    entry = found[0]
    room = db.session.get(Room, _room_of(entry))
    if room is None or room.id not in heard_rooms(hook):
        raise PermanentError("whoever answers for it may not see the room")  # noqa: TRY003 - the same
    shown = {"id": room.id, "kind": room.kind, "name": room.name}
    return _envelope(entry.type, entry.at, {"room": shown, "event": entry.wire()})


def _ping() -> dict[str, Any]:
    return _envelope("ping", now_text(), {})


def _envelope(kind: str, at: str, data: dict[str, Any]) -> dict[str, Any]:
    name = db.session.scalars(sa.select(Workspace.name)).first()
    return {"type": kind, "timestamp": at, "data": {"workspace": name, **data}}


def _room_of(entry: Entry) -> int | None:
    kind, _, number = entry.stream.partition("-")
    return int(number) if kind == "room" else None


def _judge(answer: Answer) -> None:
    if not answer.is_success:
        said = answer.body[:LONGEST_SHOWN].decode("utf-8", "replace").strip()
        msg = f"HTTP {answer.status}{f': {said}' if said else ''}"
        raise RefusedError(msg, retry_after_seconds=answer.retry_after_seconds)


def _switch_off_gone(hook_id: int) -> None:
    with unit_of_work():
        hook = db.session.get(OutgoingHook, hook_id)
        if hook is not None:
            switch_off_outgoing_hook(hook, "gone")
            _tell_keepers(hook)


def _lose_patience(parcel: Parcel, error: Exception) -> None:
    """Pass over what was tried for days, as the fault may be its own; if the next one fails too, the end is away."""
    if parcel.attempt < LEAST_TRIES:
        return
    is_late = now() - moment_of(parcel.due_at) >= dt.timedelta(hours=_patience_hours())
    with unit_of_work():
        hook = db.session.get(OutgoingHook, int(parcel.lane))
        if hook is None or not hook.is_enabled:
            return
        if hook.passed_over_id is not None and hook.passed_over_id != parcel.id:
            hold_outgoing_hook(hook)
            _tell_keepers(hook)
            return
        if is_late:
            hook.passed_over_id = parcel.id
    if is_late:
        raise PermanentError(str(error)) from error


def _trust_again(hook_id: int) -> None:
    with unit_of_work():
        hook = db.session.get(OutgoingHook, hook_id)
        if hook is not None:
            hook.passed_over_id = None


def _tell_keepers(hook: OutgoingHook) -> None:
    for person in keepers_of(hook):
        with force_locale(person.language.replace("-", "_")):
            text = _why_off(hook)
        try:
            set_reminder(person.id, Wish(text, now_text()))
        except TooManyError:
            # The page of webhooks says it as well.
            continue


def _why_off(hook: OutgoingHook) -> str:
    if hook.note == "gone":
        text = gettext("The webhook {name} is switched off: the other end said that it wants no more.")
        return str(text.format(name=hook.name))
    days = max(1, round(_patience_hours() / 24))
    text = ngettext(
        "The webhook {name} is switched off: nothing could be delivered for {n} day. What waits is kept.",
        "The webhook {name} is switched off: nothing could be delivered for {n} days. What waits is kept.",
        days,
    )
    return str(text.format(name=hook.name, n=days))


def _patience_hours() -> int:
    settings: Settings = current_app.config["SETTINGS"]
    return settings.webhook_patience_hours
