"""What every socket handler shares: who asks, how often, and an answer even when something fails."""

import logging
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import Any

from flask import current_app, request
from flask_babel import gettext
from pydantic import ValidationError

from chat.concurrency import Slots
from chat.connections import Connection, Connections, cut
from chat.errors import InvalidError, Refusal, SignedOutError, TooManyRequestsError
from chat.extensions import socketio
from chat.queries.caller import is_still_in

logger = logging.getLogger(__name__)

BURST = 60
PER_SECOND = 20
MOST_REFUSALS = 200
MOST_AT_WORK = 4

_at_work = Slots(MOST_AT_WORK)


@dataclass
class Bucket:
    """A token bucket per socket; who goes on pouring when it is empty is cut off."""

    left: float = BURST
    at: float = 0.0
    refusals: int = 0

    def take(self) -> bool:
        """Take one, if there is one."""
        present = time.monotonic()
        self.left = min(BURST, self.left + (present - self.at) * PER_SECOND)
        self.at = present
        if self.left < 1:
            self.refusals += 1
            return False
        self.left -= 1
        return True


def handles(handler: Callable[..., Any]) -> Callable[..., Any]:
    """Run a handler with its Connection and the event's data; a refusal or fault becomes `{ok: false, error}`.

    python-socketio sends no acknowledgement at all when a handler raises, and the client would wait for ever.
    """

    @wraps(handler)
    def answer(data: object = None, *_: object) -> Any:
        try:
            if not pour():
                raise TooManyRequestsError
            with turn_to_work():
                return handler(present_connection(), data if isinstance(data, dict) else {})
        except Refusal as refusal:
            return _refused(refusal)
        except ValidationError:
            return _refused(InvalidError())
        except Exception:
            fault_id = secrets.token_hex(6)
            logger.exception("socket_handler_failed %s in %s", fault_id, handler.__name__)
            return {"ok": False, "error": {"code": "unexpected", "detail": "", "id": fault_id}}

    return answer


@contextmanager
def turn_to_work() -> Iterator[None]:
    """Wait in line while many others ask.

    When everybody comes back at once, a thousand handlers in a row would keep the event loop for so long that pings are
    answered too late, and clients that are here would be taken for gone, come back, and ask again.
    """
    with _at_work.taken():
        # Those who came in the same moment see that the slots are taken, and the event loop goes round before the work.
        socketio.sleep(0)
        yield


def connections() -> Connections:
    """Return the app's sockets."""
    found: Connections = current_app.extensions["connections"]
    return found


def present_connection() -> Connection:
    """Return the socket that asks, if what it signed in with still holds.

    Raises:
        SignedOutError: it does not.
    """
    connection = connections().get(sid())
    if connection is None or not is_still_in(connection.caller):
        raise SignedOutError
    return connection


def pour() -> bool:
    """Count one event of the present socket; cut it off when it does not stop."""
    if not connections().is_known(sid()):
        # It has gone since it asked.
        return False
    buckets: dict[str, Bucket] = current_app.extensions.setdefault("socket_buckets", {})
    bucket = buckets.setdefault(sid(), Bucket(at=time.monotonic()))
    if bucket.take():
        return True
    if bucket.refusals >= MOST_REFUSALS:
        cut(sid())
    return False


def forget_bucket() -> None:
    """Drop the count of a socket that has gone."""
    current_app.extensions.get("socket_buckets", {}).pop(sid(), None)


def sid() -> str:
    """Return the Socket.IO id of the socket that asks."""
    found: str = request.sid  # type: ignore[attr-defined]
    return found


def _refused(refusal: Refusal) -> dict[str, Any]:
    return {"ok": False, "error": {"code": refusal.code, "detail": gettext(refusal.detail)}}
