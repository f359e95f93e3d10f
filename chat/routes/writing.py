"""Writes other than posts: a unit of work each, and the same answer for the same idempotency key."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

import sqlalchemy as sa
from flask import Response, current_app, request

from chat.clock import now_text
from chat.errors import N_, InvalidError, KeyReusedError
from chat.extensions import db
from chat.models import StoredAnswer
from chat.payloads import ReminderPayload, ScheduledPayload, reminder_payload, scheduled_payload
from chat.queries.messages import message_as_seen, message_for
from chat.queries.planning import reminder_for, scheduled_for
from chat.routes.identity import confirm_caller, current_user
from chat.unit_of_work import unit_of_work

KEY = re.compile("[0-9a-fA-F]{8}(-?)(?:[0-9a-fA-F]{4}\\1){3}[0-9a-fA-F]{12}")
"""Not `uuid.UUID`, which also takes any number of hyphens, braces and digits of other scripts."""

Answer = tuple[Mapping[str, Any], int]
"""A JSON body and a status."""


def writes(view: Callable[..., Answer]) -> Callable[..., Response]:
    """Run the view as one unit of work; a repeat with the same key gets the stored answer and changes nothing."""

    @wraps(view)
    def answer(*args: object, **kwargs: object) -> Response:
        caller_id = current_user().id
        key = idempotency_key()
        with unit_of_work():
            confirm_caller()
            stored = _stored(caller_id, key)
            if stored is not None:
                return json_response(_told_again(stored), stored.status)
            body, status = view(*args, **kwargs)
            if key is not None:
                _keep(caller_id, key, body, status)
        return json_response(json.dumps(body, ensure_ascii=False), status)

    return answer


def idempotency_key() -> str | None:
    """Return the request's idempotency key as it was sent, None when there is none; it must be a UUID."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    if not KEY.fullmatch(key):
        raise InvalidError(idempotency_key=N_("This must be a UUID."))
    return key


def fingerprint(*parts: object) -> str:
    """Return a keyed hash that tells one request from another; without the key it gives nothing away."""
    encoded = json.dumps(parts, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(encoded, key=current_app.config["FINGERPRINT_KEY"], digest_size=16).hexdigest()


def json_response(encoded: str, status: int) -> Response:
    """Return encoded JSON as an answer."""
    return Response(encoded, status, content_type="application/json")


def _stored(caller_id: int, key: str | None) -> StoredAnswer | None:
    if key is None:
        return None
    query = sa.select(StoredAnswer).where(StoredAnswer.user_id == caller_id, StoredAnswer.key == key)
    stored = db.session.scalars(query).first()
    if stored is not None and stored.fingerprint != _request_fingerprint():
        raise KeyReusedError
    return stored


def _told_again(stored: StoredAnswer) -> str:
    body = json.loads(stored.body)
    for name, find in OWN_THINGS.items():
        if name in body:
            body[name] = find(body[name])
    if "message" in body:
        body["message"] = message_as_seen(message_for(current_user(), body["message"]))
    return json.dumps(body, ensure_ascii=False)


def _keep(caller_id: int, key: str, body: Mapping[str, Any], status: int) -> None:
    # By its id alone: what was called off since is not kept here.
    body = {**body, **{name: body[name]["id"] for name in OWN_THINGS if name in body}}
    if "message" in body:
        # By its id alone: the message may be deleted later, or the caller removed from its room.
        body = {**body, "message": body["message"]["id"]}
    db.session.add(
        StoredAnswer(
            user_id=caller_id,
            key=key,
            fingerprint=_request_fingerprint(),
            status=status,
            body=json.dumps(body, ensure_ascii=False),
            at=now_text(),
        )
    )


def _scheduled_again(scheduled_id: int) -> ScheduledPayload:
    return scheduled_payload(scheduled_for(current_user(), scheduled_id))


def _reminder_again(reminder_id: int) -> ReminderPayload:
    return reminder_payload(reminder_for(current_user(), reminder_id))


OWN_THINGS: dict[str, Callable[[int], Any]] = {"scheduled": _scheduled_again, "reminder": _reminder_again}
"""What an answer is kept of by its id, and how it is found for who asks again."""


def _request_fingerprint() -> str:
    return fingerprint(request.method, request.path, request.get_data(as_text=True))
