"""Delivery: how far the log, the listeners and the clients are, for owners; and one message's way, for its room."""

import logging
import time
from dataclasses import asdict
from typing import Any

from flask import Blueprint, current_app, request
from pydantic import Field

from chat.backups.keeping import last_backup
from chat.clock import now_text
from chat.disk_use import disk_use
from chat.errors import N_, InvalidError, NotAllowedError, NotFoundError
from chat.extensions import db
from chat.permissions import may_watch_delivery
from chat.queries.deliveries import has_failure, queue_facts
from chat.queries.delivery import connected_clients, dead_letters, has_dead_letter, log_facts, message_delivery
from chat.queries.people import person_behind
from chat.routes.bodies import AnyBody, Body, read_body
from chat.routes.identity import current_user
from chat.routes.numbers import MOST_ID

logger = logging.getLogger(__name__)

bp = Blueprint("delivery", __name__, url_prefix="/api")

STARTED_AT = now_text()
STARTED = time.monotonic()


class EventBody(Body):
    """One event, or none in particular."""

    seq: int | None = Field(default=None, ge=1, le=MOST_ID)


class DeliveryBody(Body):
    """One delivery, or none in particular."""

    id: int | None = Field(default=None, ge=1, le=MOST_ID)


class ReplayBody(Body):
    """Where to begin again."""

    from_seq: int | None = Field(default=None, ge=1, le=MOST_ID)


@bp.get("/messages/<int:message_id>/delivery")
def show_message(message_id: int) -> dict[str, Any]:
    """Return whom and what a message has reached."""
    connections = current_app.extensions["connections"]
    return message_delivery(current_user(), message_id, connections, _runner().names)


@bp.get("/delivery")
def show() -> dict[str, Any]:
    """Return everything that there is to know about delivery."""
    allow_owner()
    return report()


@bp.post("/listeners/<name>/retry")
def retry(name: str) -> dict[str, Any]:
    """Try dead letters again, one or all, and end the listener's wait."""
    allow_owner()
    retry_listener(name, _optional(EventBody).seq)
    return {"listener": _listener(name)}


@bp.post("/listeners/<name>/skip")
def skip(name: str) -> dict[str, Any]:
    """Forget a dead letter; without an event, put the one that fails at present among them and go on."""
    allow_owner()
    skip_event(name, _optional(EventBody).seq)
    return {"listener": _listener(name)}


@bp.post("/listeners/<name>/replay")
def replay(name: str) -> dict[str, Any]:
    """Let a listener begin again."""
    allow_owner()
    replay_listener(name, _optional(ReplayBody).from_seq)
    return {"listener": _listener(name)}


@bp.post("/carriers/<name>/retry")
def retry_carrier(name: str) -> dict[str, Any]:
    """Try what fails or was given up on now, one delivery or all."""
    allow_owner()
    retry_deliveries(name, _optional(DeliveryBody).id)
    return {"carrier": _carrier(name)}


@bp.post("/carriers/<name>/skip")
def skip_carrier(name: str) -> dict[str, Any]:
    """Give up on a delivery that fails, or forget one that was given up on."""
    allow_owner()
    skip_delivery(name, read_body(DeliveryBody).id)
    return {"carrier": _carrier(name)}


def allow_owner() -> None:
    """Refuse everybody but owners.

    Raises:
        NotAllowedError: the caller is none, at this moment.
    """
    if not may_watch_delivery(person_behind(current_user())):
        raise NotAllowedError


def report() -> dict[str, Any]:
    """Return the state of the log, the broadcaster, the listeners, the clients, the disk and the process."""
    log = log_facts()
    place = current_app.extensions["broadcaster"].place
    settings = current_app.config["SETTINGS"]
    return {
        "at": now_text(),
        "log": log,
        "broadcaster": {
            "state": "up_to_date" if _runner().is_running else "stopped",
            "place": place,
            "lag_events": max(0, log["head_seq"] - place),
        },
        "listeners": [_facts(status) for status in _runner().status()],
        "carriers": [_carrier(name) for name in _postman().names],
        "not_loaded": [asdict(one) for one in current_app.extensions["own_listeners"].not_loaded],
        "clients": connected_clients(current_app.extensions["connections"]),
        "storage": asdict(disk_use(settings)),
        "last_backup": last_backup(settings),
        "process": {
            "started_at": STARTED_AT,
            "uptime_seconds": int(time.monotonic() - STARTED),
            "async_mode": settings.async_mode,
        },
    }


def retry_listener(name: str, seq: int | None) -> None:
    """Try dead letters of the listener again; belongs outside of any unit of work.

    Raises:
        NotFoundError: there is no such listener, or no such dead letter.
    """
    _check(name, seq)
    left = _runner().retry(name, seq)
    logger.info("listener_retried: %s, event %s, by user %d; %d left", name, seq or "any", current_user().id, left)


def skip_event(name: str, seq: int | None) -> None:
    """Forget a dead letter, or give up on the event that fails; belongs outside of any unit of work.

    Raises:
        NotFoundError: there is no such listener, no such dead letter, or nothing fails.
    """
    _check(name, seq)
    is_done = _runner().skip(name) is not None if seq is None else _runner().discard(name, seq)
    if not is_done:
        raise NotFoundError
    logger.info("listener_skipped: %s, event %s, by user %d", name, seq or "that fails", current_user().id)


def replay_listener(name: str, from_seq: int | None) -> None:
    """Let a listener begin again; belongs outside of any unit of work.

    Raises:
        NotFoundError: there is no such listener.
        InvalidError: it cannot begin in the middle.
    """
    _check(name, None)
    try:
        _runner().replay(name, from_seq)
    except ValueError as error:
        raise InvalidError(from_seq=N_("This listener is rebuilt as a whole.")) from error
    logger.info("listener_replayed: %s, from event %s, by user %d", name, from_seq or "the first", current_user().id)


def retry_deliveries(name: str, delivery_id: int | None) -> None:
    """Let deliveries of a carrier be tried now; belongs outside of any unit of work.

    Raises:
        NotFoundError: there is no such carrier, or no such trouble.
    """
    if name not in _postman().names or (delivery_id is not None and not has_failure(name, delivery_id)):
        raise NotFoundError
    db.session.remove()
    _postman().retry(name, delivery_id)
    logger.info("deliveries_retried: %s, %s, by user %d", name, delivery_id or "all", current_user().id)


def skip_delivery(name: str, delivery_id: int | None) -> None:
    """Give up on a delivery that fails, or forget it; belongs outside of any unit of work.

    Raises:
        NotFoundError: there is no such carrier, or no such trouble.
    """
    if name not in _postman().names or delivery_id is None or not has_failure(name, delivery_id):
        raise NotFoundError
    db.session.remove()
    _postman().skip(name, delivery_id)
    logger.info("delivery_skipped: %s, %d, by user %d", name, delivery_id, current_user().id)


def _check(name: str, seq: int | None) -> None:
    if name not in _runner().names or (seq is not None and not has_dead_letter(name, seq)):
        raise NotFoundError
    # What was read so far is a snapshot: the listener may take its time, and the answer tells how it is after that.
    db.session.remove()


def _optional(shape: type[AnyBody]) -> AnyBody:
    # Not by its length: a body that comes in chunks has none.
    return read_body(shape) if request.get_data() else shape()


def _listener(name: str) -> dict[str, Any]:
    return next(_facts(status) for status in _runner().status() if status.name == name)


def _facts(status: Any) -> dict[str, Any]:
    state = status.state if _runner().is_running else "stopped"
    return {**asdict(status), "state": state, "dead_letters": dead_letters(status.name)}


def _runner() -> Any:
    # Routes and listeners do not import each other: `listeners.register` has put it there.
    return current_app.extensions["listeners"]


def _carrier(name: str) -> dict[str, Any]:
    facts = queue_facts(name)
    state = "waiting" if facts["failing_count"] else "up_to_date"
    return {"name": name, "state": state if _postman().is_running else "stopped", **facts}


def _postman() -> Any:
    return current_app.extensions["postman"]
