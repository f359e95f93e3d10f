"""The postman: takes what listeners planned to its ends, each lane in order and at its own pace.

A delivery is sent first and marked after, so that a crash in between repeats it under the same key. A lane whose end is
down waits with its first parcel, and no other lane waits for it.
"""

import json
import logging
import random
import threading
import time
from collections.abc import Iterator
from datetime import timedelta

import sqlalchemy as sa
from flask import Flask

from chat import failpoints
from chat.clock import in_hours, moment_of, now, now_text, wire_time
from chat.concurrency import Slots
from chat.errors import StorageError
from chat.extensions import db, socketio
from chat.listeners.carrier import Carrier, LaterError, Parcel, PermanentError
from chat.models import Delivery
from chat.queries.deliveries import due_head, due_heads
from chat.unit_of_work import unit_of_work

logger = logging.getLogger(__name__)

POLL_SECONDS = 0.5
PAUSE_SECONDS = 0.2
"""Between looks, so that a busy log does not make each commit ask for what is due."""
AT_A_TIME = 16
"""Lanes of one carrier that are served at once."""
FIRST_WAIT_SECONDS = 1.0
JITTER = 0.25
LONGEST_NOTE = 1_000
FAILED_DAYS = 7


class UnknownCarrierError(Exception):
    """No carrier has this name."""


class Rounds:
    """The rounds of one carrier."""

    def __init__(self, app: Flask, carrier: Carrier) -> None:
        self.carrier = carrier
        self.woken = threading.Event()
        self._app = app
        self._is_stopped = False
        self._slots = Slots(AT_A_TIME)
        self._served: set[str] = set()
        self._guard = threading.Lock()

    def go(self) -> None:
        """Serve every lane that is due, until the app is closed."""
        while not self._is_stopped:
            self.woken.wait(POLL_SECONDS)
            self.woken.clear()
            try:
                for lane in self._due():
                    socketio.start_background_task(self._serve_logged, lane)
            except Exception:
                logger.exception("postman_interrupted: %s; every delivery is stored", self.carrier.name)
            time.sleep(PAUSE_SECONDS)

    def stop(self) -> None:
        """End after what is on its way."""
        self._is_stopped = True
        self.woken.set()

    def drain(self) -> None:
        """Serve every lane that is due, one after another, and return when none is."""
        while lanes := self._due():
            for lane in lanes:
                self._serve(lane)

    def _due(self) -> list[str]:
        """Return the lanes to serve now, and note that they are being served."""
        with self._app.app_context():
            try:
                lanes = [head.lane for head in due_heads(self.carrier.name)]
            finally:
                db.session.remove()
        with self._guard:
            lanes = [lane for lane in lanes if lane not in self._served]
            self._served.update(lanes)
        return lanes

    def _serve_logged(self, lane: str) -> None:
        try:
            self._serve(lane)
        except Exception:
            logger.exception("lane_interrupted: %s %s; every delivery is stored", self.carrier.name, lane)

    def _serve(self, lane: str) -> None:
        try:
            with self._slots.taken(), self._app.app_context():
                while not self._is_stopped and self._take(lane):
                    pass
        except StorageError:
            # Not the parcel's fault; the database is busy or the disk is full.
            logger.warning("postman_waits_for_storage: %s", self.carrier.name)
        finally:
            with self._guard:
                self._served.discard(lane)

    def _take(self, lane: str) -> bool:
        """Send the first parcel of a lane; return whether the next one may follow at once."""
        try:
            row = due_head(self.carrier.name, lane)
            if row is None:
                return False
            parcel = _parcel(row)
            # Nothing of the database is held while the other end takes its time.
            db.session.remove()
            try:
                note = self.carrier.carry(parcel)
                failpoints.reach("before_mark")
            except StorageError:
                raise
            except PermanentError as error:
                self._note_failure(parcel, error, is_final=True)
                return True
            except Exception as error:  # noqa: BLE001 - logged with its trace and tried again
                return self._note_failure(parcel, error, is_final=self._is_too_late(parcel))
            self._note_success(parcel, note)
            return True
        finally:
            db.session.remove()

    def _is_too_late(self, parcel: Parcel) -> bool:
        if self.carrier.gives_up_hours is None:
            return False
        age = now() - moment_of(parcel.due_at)
        return age >= timedelta(hours=self.carrier.gives_up_hours)

    def _note_success(self, parcel: Parcel, note: str | None) -> None:
        with unit_of_work():
            row = _still_waiting(parcel)
            if row is None:
                return
            if not self.carrier.keeps_days:
                db.session.delete(row)
                return
            row.state = "sent"
            row.attempts += 1
            row.next_attempt_at = None
            row.ended_at = now_text()
            row.note = None if note is None else note[:LONGEST_NOTE]

    def _note_failure(self, parcel: Parcel, error: Exception, *, is_final: bool) -> bool:
        with unit_of_work():
            row = _still_waiting(parcel) or (None if is_final else _successor(parcel, self.carrier.name))
            if row is not None:
                row.attempts += 1
                row.note = f"{type(error).__name__}: {error}"[:LONGEST_NOTE]
                if is_final:
                    row.state, row.ended_at, row.next_attempt_at = "failed", now_text(), None
                else:
                    row.next_attempt_at = wire_time(now() + timedelta(seconds=self._wait_seconds(parcel, error)))
        logger.error(
            "delivery_failed: %s to %s, event %s, try %d%s; the event is stored",
            self.carrier.name,
            parcel.lane,
            parcel.seq,
            parcel.attempt,
            ", given up on" if is_final else "",
            exc_info=None if isinstance(error, PermanentError) else error,
        )
        return is_final

    def _wait_seconds(self, parcel: Parcel, error: Exception) -> float:
        own = min(self.carrier.longest_wait_seconds, FIRST_WAIT_SECONDS * 2.0 ** min(parcel.attempt - 1, 30))
        asked = error.retry_after_seconds if isinstance(error, LaterError) else None
        jitter = random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 - not a secret
        return max(own * jitter, asked or 0.0)


class Postman:
    """The carriers of one app."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._rounds: dict[str, Rounds] = {}
        self._is_started = False

    def add(self, carrier: Carrier) -> None:
        """Take a carrier in; it begins at once if the others run."""
        rounds = Rounds(self._app, carrier)
        self._rounds[carrier.name] = rounds
        if self._is_started:
            socketio.start_background_task(rounds.go)

    def wake(self, _sender: object, **_: object) -> None:
        """Look for what is planned now; the receiver of the `committed` signal."""
        for rounds in self._rounds.values():
            rounds.woken.set()

    def start(self) -> None:
        """Send in the background."""
        self._is_started = True
        for rounds in self._rounds.values():
            socketio.start_background_task(rounds.go)

    def stop(self) -> None:
        """End after what is on its way."""
        self._is_started = False
        for rounds in self._rounds.values():
            rounds.stop()

    @property
    def is_running(self) -> bool:
        """Whether this process sends; a command beside the server does not."""
        return self._is_started

    @property
    def names(self) -> list[str]:
        """The names of all carriers."""
        return list(self._rounds)

    def drain(self, name: str | None = None) -> None:
        """Send what is due, of one carrier or of all; lanes that have to wait before they try again stay there."""
        for rounds in self._chosen(name):
            rounds.drain()

    def retry(self, name: str, delivery_id: int | None = None) -> None:
        """Let what fails or was given up on be tried now, one delivery or all; in its old place in the lane.

        Raises:
            UnknownCarrierError: no carrier has this name.
        """
        rounds = self._one(name)
        change = sa.update(Delivery).where(Delivery.carrier == name, Delivery.state.in_(("waiting", "failed")))
        is_held_up = sa.or_(Delivery.attempts > 0, Delivery.next_attempt_at.is_not(None))
        change = change.where(sa.or_(Delivery.state == "failed", is_held_up))
        if delivery_id is not None:
            change = change.where(Delivery.id == delivery_id)
        with self._app.app_context(), unit_of_work():
            now = now_text()
            db.session.execute(change.values(state="waiting", next_attempt_at=None, ended_at=None, due_at=now))
        rounds.woken.set()

    def skip(self, name: str, delivery_id: int) -> bool:
        """Give up on a delivery that fails, or forget one that was given up on; return whether there was one.

        Raises:
            UnknownCarrierError: no carrier has this name.
        """
        rounds = self._one(name)
        with self._app.app_context(), unit_of_work():
            row = db.session.get(Delivery, delivery_id)
            if row is None or row.carrier != name or row.state == "sent":
                return False
            if row.state == "failed":
                db.session.delete(row)
            else:
                row.state, row.ended_at, row.next_attempt_at = "failed", now_text(), None
        rounds.woken.set()
        return True

    def forget_old(self, limit: int = 500) -> None:
        """Remove from the record what has been on it for long enough; inside an app context."""
        for rounds in self._rounds.values():
            _forget(rounds.carrier, "sent", rounds.carrier.keeps_days, limit)
            for state in ("failed", "held"):
                _forget(rounds.carrier, state, max(FAILED_DAYS, rounds.carrier.keeps_days), limit)

    def _chosen(self, name: str | None) -> Iterator[Rounds]:
        yield from self._rounds.values() if name is None else [self._one(name)]

    def _one(self, name: str) -> Rounds:
        if name not in self._rounds:
            raise UnknownCarrierError(name)
        return self._rounds[name]


def _parcel(row: Delivery) -> Parcel:
    return Parcel(
        id=row.id,
        lane=row.lane,
        seq=row.seq,
        key=row.key,
        payload=json.loads(row.payload),
        attempt=row.attempts + 1,
        due_at=row.due_at,
    )


def _still_waiting(parcel: Parcel) -> Delivery | None:
    # It may have been called off, put aside or held while it was on its way.
    row = db.session.get(Delivery, parcel.id)
    return row if row is not None and row.state == "waiting" else None


def _successor(parcel: Parcel, carrier: str) -> Delivery | None:
    """Return what took the place of a parcel on its way: its lane has to wait all the same, or it never would.

    None when the parcel was put aside.
    """
    if db.session.get(Delivery, parcel.id) is not None:
        return None
    lane = (Delivery.carrier == carrier, Delivery.lane == parcel.lane, Delivery.state == "waiting")
    return db.session.scalars(sa.select(Delivery).where(*lane).order_by(Delivery.id).limit(1)).first()


def _forget(carrier: Carrier, state: str, days: float, limit: int) -> None:
    old = sa.select(Delivery.id).where(
        Delivery.carrier == carrier.name, Delivery.state == state, Delivery.ended_at < in_hours(-24 * days)
    )
    while True:
        with unit_of_work():
            ids = db.session.scalars(old.order_by(Delivery.id).limit(limit)).all()
            db.session.execute(sa.delete(Delivery).where(Delivery.id.in_(ids)))
        if len(ids) < limit:
            return
