"""The runner of listeners: a loop and a durable cursor each, so that none waits for another."""

from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from flask import Flask

from chat.clock import moment_of, now, now_text
from chat.extensions import db, socketio
from chat.listeners.follower import Follower
from chat.listeners.listener import Listener, LocalListener
from chat.models import DeadLetter, ListenerState, LoggedEvent, LogState, Message
from chat.unit_of_work import unit_of_work

KEEPS_UP_SECONDS = 2.0
"""A listener that is less behind than this is up to date: it takes a moment to notice an event."""


class UnknownListenerError(Exception):
    """No listener has this name."""


@dataclass(frozen=True, slots=True)
class ListenerStatus:
    """Where one listener stands."""

    name: str
    cursor: int
    head_seq: int
    lag_events: int
    lag_seconds: float
    """The age of the oldest event that is not done; 0 when all are."""
    attempts: int
    down_since: str | None
    """Since when the other end as a whole takes nothing; that is no failed try of an event."""
    next_attempt_at: str | None
    last_error: str | None
    last_error_at: str | None
    dead_letter_count: int
    rebuild_left: int | None
    """How many stored messages a rebuild has before it; None when there is none."""
    is_local: bool
    """Its effect is in our own tables, and replaying it is rebuilding it."""
    is_rebuilt: bool
    """Whether it can begin again; one that plans deliveries does not."""

    @property
    def state(self) -> str:
        """One word: waiting (for its next try), trying, rebuilding, catching_up, up_to_date."""
        if self.attempts or self.down_since is not None:
            is_waiting = self.next_attempt_at is not None and self.next_attempt_at > now_text()
            return "waiting" if is_waiting else "trying"
        if self.rebuild_left is not None:
            return "rebuilding"
        return "catching_up" if self.lag_events and self.lag_seconds >= KEEPS_UP_SECONDS else "up_to_date"


class Runner:
    """All listeners of one app but the broadcaster."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._followers: dict[str, Follower] = {}
        self._is_started = False

    def add(self, listener: Listener) -> None:
        """Take a listener in; it begins at once if the others run."""
        follower = Follower(self._app, listener)
        self._followers[listener.name] = follower
        if self._is_started:
            socketio.start_background_task(follower.follow)

    def wake(self, _sender: object, **_: object) -> None:
        """Let every listener look at the log now; the receiver of the `committed` signal."""
        for follower in self._followers.values():
            follower.woken.set()

    def start(self) -> None:
        """Follow the log in the background, each listener in a loop of its own."""
        self._is_started = True
        for follower in self._followers.values():
            socketio.start_background_task(follower.follow)

    def stop(self) -> None:
        """End the loops after what they are at."""
        self._is_started = False
        for follower in self._followers.values():
            follower.stop()

    @property
    def is_running(self) -> bool:
        """Whether this process follows the log; a command beside the server does not."""
        return self._is_started

    @property
    def names(self) -> list[str]:
        """The names of all listeners."""
        return list(self._followers)

    def drain(self, name: str | None = None) -> None:
        """Bring one listener or all as far as they come now; whoever has to wait before it tries again stays there."""
        for follower in self._chosen(name):
            with self._app.app_context():
                while follower.step():
                    pass

    def retry(self, name: str, seq: int | None = None) -> int:
        """Try dead letters again, one or all, and end the wait of the listener; return how many are left.

        Raises:
            UnknownListenerError: no listener has this name.
        """
        with self._app.app_context():
            return self._one(name).retry(seq)

    def skip(self, name: str) -> int | None:
        """Put the event that that fails among the dead letters; return its `seq`, None if none fails.

        Raises:
            UnknownListenerError: no listener has this name.
        """
        with self._app.app_context():
            return self._one(name).skip()

    def discard(self, name: str, seq: int) -> bool:
        """Forget a dead letter for good; return whether there was one.

        Raises:
            UnknownListenerError: no listener has this name.
        """
        with self._app.app_context():
            return self._one(name).discard(seq)

    def replay(self, name: str, from_seq: int | None = None) -> None:
        """Begin again: a local listener from the stored messages, another from an event or from the oldest one kept.

        Raises:
            UnknownListenerError: no listener has this name.
            ValueError: a local listener cannot begin in the middle.
        """
        with self._app.app_context():
            self._one(name).replay(from_seq)

    def forget(self, name: str) -> bool:
        """Forget the place and the dead letters of a listener that does not exist any more; return whether it had any.

        Raises:
            ValueError: it does exist.
        """
        if name in self._followers:
            msg = f"{name} is a listener of this Stet"
            raise ValueError(msg)
        with self._app.app_context(), unit_of_work():
            db.session.execute(sa.delete(DeadLetter).where(DeadLetter.listener == name))
            state = db.session.get(ListenerState, name)
            if state is not None:
                db.session.delete(state)
            return state is not None

    def status(self) -> list[ListenerStatus]:
        """Tell where every listener stands, in one snapshot; inside an app context."""
        head = db.session.scalars(sa.select(LogState.head_seq)).one()
        states = {state.name: state for state in db.session.scalars(sa.select(ListenerState))}
        counted = sa.select(DeadLetter.listener, sa.func.count().label("letter_count")).group_by(DeadLetter.listener)
        letters = {row.listener: row.letter_count for row in db.session.execute(counted)}
        return [
            _status(follower.listener, states.get(name), head, letters.get(name, 0))
            for name, follower in self._followers.items()
        ]

    def _chosen(self, name: str | None) -> Iterator[Follower]:
        yield from self._followers.values() if name is None else [self._one(name)]

    def _one(self, name: str) -> Follower:
        if name not in self._followers:
            raise UnknownListenerError(name)
        return self._followers[name]


def _status(listener: Listener, state: ListenerState | None, head: int, letters: int) -> ListenerStatus:
    name, is_local = listener.name, isinstance(listener.effect, LocalListener)
    is_rebuilt = not isinstance(listener.effect, LocalListener) or listener.effect.is_rebuilt
    if state is None:
        return ListenerStatus(
            name, 0, head, head, _age(0), 0, None, None, None, None, letters, None, is_local, is_rebuilt
        )
    left = None
    if state.rebuild_after is not None:
        span = sa.select(sa.func.count()).where(Message.id > state.rebuild_after, Message.id <= state.rebuild_until)
        left = db.session.scalars(span).one()
    return ListenerStatus(
        name=name,
        cursor=state.cursor,
        head_seq=head,
        lag_events=head - state.cursor,
        lag_seconds=_age(state.cursor),
        attempts=state.attempts,
        down_since=state.down_since,
        next_attempt_at=state.next_attempt_at,
        last_error=state.last_error,
        last_error_at=state.last_error_at,
        dead_letter_count=letters,
        rebuild_left=left,
        is_local=is_local,
        is_rebuilt=is_rebuilt,
    )


def _age(cursor: int) -> float:
    query = sa.select(LoggedEvent.at).where(LoggedEvent.seq > cursor).order_by(LoggedEvent.seq).limit(1)
    oldest = db.session.scalars(query).first()
    return 0.0 if oldest is None else max(0.0, (now() - moment_of(oldest)).total_seconds())
