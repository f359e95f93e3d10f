"""One listener's way along the log: from its cursor on, event by event, whatever happens to the others.

Local effects are stored with the cursor, in one transaction. External ones come first and the cursor after, so that a
crash in between repeats the event under the same key.
"""

import logging
import random
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa
from flask import Flask

from chat import failpoints
from chat.clock import moment_of, now, now_text, wire_time
from chat.errors import StorageError
from chat.extensions import db
from chat.listeners.listener import EndDownError, Listener, LocalListener, Send
from chat.log import Entry, read_after, read_payload
from chat.models import DeadLetter, ListenerState, LoggedEvent, Message
from chat.unit_of_work import present_epoch, present_seq, unit_of_work

logger = logging.getLogger(__name__)

CHUNK = 64
POLL_SECONDS = 0.5
PAUSE_SECONDS = 0.05
"""Between rounds that were not full, so that a busy log is taken in batches and not commit by commit."""
MOST_ATTEMPTS = 10
FIRST_WAIT_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 300.0
LONGEST_DOWN_WAIT_SECONDS = 60.0
"""A try at an end that is down costs little, and everything waits for it."""
JITTER = 0.25
LONGEST_ERROR = 1_000
GONE = "the event is not in the log any more"


class _MovedError(Exception):
    """Somebody else moved the cursor meanwhile, as `flask listeners` does: look again."""


class Follower:
    """One listener, its place and its troubles; the place itself is in the database."""

    def __init__(self, app: Flask, listener: Listener) -> None:
        self.listener = listener
        self.woken = threading.Event()
        self._app = app
        self._is_stopped = False
        self._stepping = threading.Lock()
        self._careful_until = 0
        """Up to this event they are taken one by one, because one of them failed in a batch."""
        self._has_more = False
        """The last round took as much as goes in one: there is probably more."""

    def follow(self) -> None:
        """Follow the log until the app is closed."""
        while not self._is_stopped:
            self.woken.clear()
            started = time.monotonic()
            try:
                with self._app.app_context():
                    is_progress = self.step()
            except Exception:
                logger.exception("listener_interrupted: %s; all events are stored", self.listener.name)
                is_progress = False
            if is_progress:
                # Others have their turn for as long as this round took: a long rebuild must not slow people down.
                took = time.monotonic() - started
                time.sleep(took if self._has_more else max(PAUSE_SECONDS, took))
            else:
                self.woken.wait(POLL_SECONDS)

    def stop(self) -> None:
        """End the loop after the round it is at."""
        self._is_stopped = True
        self.woken.set()

    def step(self) -> bool:
        """Take the next events, as many as go in one round; return whether there was anything to do."""
        with self._stepping:
            try:
                return self._step()
            except _MovedError:
                return True
            except StorageError:
                # Not the event's fault, so it does not count as a try; the database is busy or the disk is full.
                logger.warning("listener_waits_for_storage: %s", self.listener.name)
                return False
            finally:
                db.session.remove()

    def retry(self, seq: int | None = None) -> int:
        """Try dead letters again, in order, and whatever waits for its next attempt; return how many are left."""
        with self._stepping:
            query = sa.select(DeadLetter.seq).where(DeadLetter.listener == self.listener.name).order_by(DeadLetter.seq)
            for letter in db.session.scalars(query).all():
                if seq in {None, letter} and not self._retry_letter(letter):
                    break
            with unit_of_work():
                state = db.session.get(ListenerState, self.listener.name)
                if state is not None:
                    state.next_attempt_at = None
            self.woken.set()
            return len(db.session.scalars(query).all())

    def skip(self) -> int | None:
        """Put the event that fails among the dead letters and go on after it."""
        with self._stepping, unit_of_work():
            state = db.session.get(ListenerState, self.listener.name)
            if state is None or (state.attempts == 0 and state.down_since is None):
                return None
            return self._give_up(state, state.last_error or "skipped")

    def discard(self, seq: int) -> bool:
        """Forget a dead letter."""
        with unit_of_work():
            letter = self._letter(seq)
            if letter is not None:
                db.session.delete(letter)
            return letter is not None

    def replay(self, from_seq: int | None = None) -> None:
        """Begin again, or, external, once more after `from_seq`; never ahead of where it is, so that it skips nothing.

        Dead letters stay when what they are about is not sent again.

        Raises:
            ValueError: a local listener cannot begin in the middle.
        """
        effect = self.listener.effect
        if isinstance(effect, LocalListener) and not effect.is_rebuilt:
            msg = f"{self.listener.name} begins at the present; what it planned is sent again by itself"
            raise ValueError(msg)
        if isinstance(effect, LocalListener) and from_seq is not None:
            msg = f"{self.listener.name} is rebuilt as a whole"
            raise ValueError(msg)
        with self._stepping, unit_of_work():
            state = db.session.get(ListenerState, self.listener.name)
            furthest = present_seq()
            if state is not None:
                furthest = state.cursor
                db.session.delete(state)
                db.session.flush()
            state = self._begin()
            letters = sa.delete(DeadLetter).where(DeadLetter.listener == self.listener.name)
            if isinstance(effect, LocalListener):
                effect.reset()
            else:
                oldest = db.session.scalars(sa.select(sa.func.min(LoggedEvent.seq))).one()
                first = present_seq() + 1 if oldest is None else oldest
                state.cursor = min(max(first, from_seq or first) - 1, furthest)
                letters = letters.where(DeadLetter.seq > state.cursor)
            db.session.execute(letters)
        self.woken.set()

    def _step(self) -> bool:
        self._has_more = False
        state = db.session.get(ListenerState, self.listener.name)
        if state is None:
            with unit_of_work():
                self._begin()
            return True
        if state.next_attempt_at is not None and _is_ahead(state.next_attempt_at):
            return False
        if state.rebuild_after is not None and state.rebuild_until is not None:
            self._has_more = True
            self._rebuild(state.rebuild_after, state.rebuild_until, state)
            return True
        entries = read_after(state.cursor, 1 if state.cursor < self._careful_until or state.attempts else CHUNK)
        if not entries:
            return False
        self._has_more = len(entries) == CHUNK
        effect = self.listener.effect
        if isinstance(effect, LocalListener):
            self._apply(effect, entries, state.cursor)
        else:
            self._send(effect, entries, state.cursor)
        return True

    def _begin(self) -> ListenerState:
        state = ListenerState(name=self.listener.name, cursor=present_seq(), attempts=0)
        newest = db.session.scalars(sa.select(sa.func.max(Message.id))).one()
        if isinstance(self.listener.effect, LocalListener) and self.listener.effect.is_rebuilt and newest is not None:
            # What is stored already comes from the tables: the log may not reach back to it any more.
            state.rebuild_after, state.rebuild_until = 0, newest
        db.session.add(state)
        db.session.flush()
        return state

    def _apply(self, effect: LocalListener, entries: Sequence[Entry], cursor: int) -> None:
        concerned = self._concerned(entries)
        try:
            with unit_of_work():
                state = self._state_at(cursor)
                if concerned:
                    effect.apply(concerned)
                failpoints.reach("before_cursor")
                _move(state, entries[-1].seq)
        except (_MovedError, StorageError):
            raise
        except Exception as error:  # noqa: BLE001 - logged with its trace and tried again
            if len(entries) > 1:
                self._careful_until = entries[-1].seq
                return
            self._note_failure(entries[0].seq, cursor, error)

    def _send(self, effect: Send, entries: Sequence[Entry], cursor: int) -> None:
        done = cursor
        for entry in entries:
            if self._is_stopped:
                break
            if not self.listener.wants(entry):
                done = entry.seq
                continue
            present = _as_it_is_now(entry)
            try:
                effect(present, f"{present_epoch()}:{entry.seq}:{self.listener.name}")
                failpoints.reach("before_cursor")
            except EndDownError as error:
                self._keep_progress(cursor, done)
                self._note_down(entry.seq, done, error)
                return
            except Exception as error:  # noqa: BLE001 - the same
                self._keep_progress(cursor, done)
                self._note_failure(entry.seq, done, error)
                return
            self._keep_progress(cursor, entry.seq)
            cursor = done = entry.seq
        self._keep_progress(cursor, done)

    def _keep_progress(self, cursor: int, done: int) -> None:
        if done > cursor:
            with unit_of_work():
                _move(self._state_at(cursor), done)

    def _rebuild(self, after: int, until: int, seen: ListenerState) -> None:
        effect, cursor = self.listener.effect, seen.cursor
        limit = 1 if after < self._careful_until or seen.attempts else CHUNK
        try:
            with unit_of_work():
                state = self._state_at(cursor, rebuild_after=after)
                state.rebuild_after = effect.rebuild(after, until, limit) if isinstance(effect, LocalListener) else None
                failpoints.reach("before_cursor")
                _forget_troubles(state)
                if state.rebuild_after is None:
                    state.rebuild_until = None
                    self._careful_until = 0
        except (_MovedError, StorageError):
            raise
        except Exception as error:  # noqa: BLE001 - the same
            if limit > 1:
                # Here the messages' ids count, not the events'.
                self._careful_until = after + limit
                return
            self._note_failure(None, cursor, error)

    def _note_failure(self, seq: int | None, cursor: int, error: Exception) -> None:
        name = self.listener.name
        with unit_of_work():
            state = self._state_at(cursor)
            state.attempts += 1
            state.down_since = None
            _note_error(state, error)
            attempts = state.attempts
            if attempts >= MOST_ATTEMPTS:
                self._give_up(state, state.last_error or "")
            else:
                longest = min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2 ** (attempts - 1))
                state.next_attempt_at = _moment_after(longest)
        logger.error(
            "listener_failed: %s at event %s, try %d of %d; the event is stored",
            name,
            seq,
            attempts,
            MOST_ATTEMPTS,
            exc_info=error,
        )

    def _note_down(self, seq: int, cursor: int, error: EndDownError) -> None:
        with unit_of_work():
            state = self._state_at(cursor)
            state.down_since = since = state.down_since or now_text()
            _note_error(state, error)
            # As long again as it has been down: the wait doubles without a count of the tries.
            so_far = (now() - moment_of(since)).total_seconds()
            state.next_attempt_at = _moment_after(min(LONGEST_DOWN_WAIT_SECONDS, max(FIRST_WAIT_SECONDS, so_far)))
        logger.warning("listener_end_down: %s since %s: %s; event %d waits", self.listener.name, since, error, seq)

    def _give_up(self, state: ListenerState, error: str) -> int | None:
        seq = self._pass_message(state) if state.rebuild_after is not None else self._pass_event(state)
        attempts, last_error_at = max(1, state.attempts), state.last_error_at
        if seq is not None and self._letter(seq) is None:
            letter = DeadLetter(listener=state.name, seq=seq, attempts=attempts, error=error, at=now_text())
            db.session.add(letter)
        _forget_troubles(state)
        state.last_error, state.last_error_at = error, last_error_at
        logger.error("dead_letter: %s gave up on event %s; the event is stored", state.name, seq)
        return seq

    def _pass_event(self, state: ListenerState) -> int | None:
        following = sa.select(sa.func.min(LoggedEvent.seq)).where(LoggedEvent.seq > state.cursor)
        seq = db.session.scalars(following).one()
        state.cursor = seq or state.cursor
        return seq

    def _pass_message(self, state: ListenerState) -> int | None:
        following = sa.select(Message.id, Message.seq).where(Message.id > state.rebuild_after).order_by(Message.id)
        row = db.session.execute(following.limit(1)).first()
        if row is None:
            return None
        state.rebuild_after = row.id
        seq: int = row.seq
        return seq

    def _retry_letter(self, seq: int) -> bool:
        """Try it again; return whether it makes sense to go on with the next one."""
        found = read_after(seq - 1, 1)
        entries = [entry for entry in found if entry.seq == seq]
        effect = self.listener.effect
        try:
            if not isinstance(effect, LocalListener):
                if not entries:
                    raise LookupError(GONE)
                effect(entries[0], f"{present_epoch()}:{seq}:{self.listener.name}")
            with unit_of_work():
                letter = self._letter(seq)
                if letter is None:
                    return True
                if isinstance(effect, LocalListener):
                    self._redo(effect, seq, entries)
                db.session.delete(letter)
        except StorageError:
            raise
        except Exception as error:
            with unit_of_work():
                letter = self._letter(seq)
                if letter is not None:
                    letter.attempts += 1
                    letter.error = f"{type(error).__name__}: {error}"[:LONGEST_ERROR]
                    letter.at = now_text()
            logger.exception("dead_letter_failed_again: %s at event %d", self.listener.name, seq)
            return not isinstance(error, EndDownError)
        return True

    @staticmethod
    def _redo(effect: LocalListener, seq: int, entries: Sequence[Entry]) -> None:
        if entries:
            effect.apply(entries)
            return
        # The event has left the log: what it was about comes from the tables, as in a rebuild.
        message_id = db.session.scalars(sa.select(Message.id).where(Message.seq == seq)).first()
        if message_id is None:
            raise LookupError(GONE)
        effect.rebuild(message_id - 1, message_id, 1)

    def _concerned(self, entries: Sequence[Entry]) -> list[Entry]:
        return [entry for entry in entries if self.listener.wants(entry)]

    def _state_at(self, cursor: int, rebuild_after: int | None = None) -> ListenerState:
        state = db.session.get(ListenerState, self.listener.name)
        if (
            state is None
            or state.cursor != cursor
            or (rebuild_after is not None and state.rebuild_after != rebuild_after)
        ):
            raise _MovedError
        return state

    def _letter(self, seq: int) -> DeadLetter | None:
        query = sa.select(DeadLetter).where(DeadLetter.listener == self.listener.name, DeadLetter.seq == seq)
        return db.session.scalars(query).first()


def _is_ahead(moment: str) -> bool:
    """Tell whether a wait has not ended; one that could not be so long was written under a clock that was set back."""
    longest = LONGEST_WAIT_SECONDS * (1 + JITTER)
    return 0 < (moment_of(moment) - now()).total_seconds() <= longest


def _move(state: ListenerState, seq: int) -> None:
    state.cursor = seq
    _forget_troubles(state)


def _forget_troubles(state: ListenerState) -> None:
    state.attempts = 0
    state.down_since = None
    state.next_attempt_at = None


def _note_error(state: ListenerState, error: Exception) -> None:
    state.last_error = f"{type(error).__name__}: {error}"[:LONGEST_ERROR]
    state.last_error_at = now_text()


def _moment_after(seconds: float) -> str:
    wait = seconds * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 - jitter
    return wire_time(now() + timedelta(seconds=wait))


def _as_it_is_now(entry: Entry) -> Entry:
    # The chunk was read before those ahead of it were sent, which may have taken a while: what was deleted meanwhile is
    # sent to nobody. And no snapshot is held during the effect, which would keep the database from shrinking its WAL.
    present = entry if entry.payload is None else replace(entry, payload=read_payload(entry.seq))
    db.session.remove()
    return present
