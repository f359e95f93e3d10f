"""What a listener is: `@listener(name)` on a function or on a class, and the contract of each; docs/listeners.md."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TypeVar

from chat.log import Entry, is_personal
from chat.queries.provided_search import FindMessages, SearchProvider

Send = Callable[[Entry, str], None]
"""An external effect of one event. The key, "epoch:seq:name", is the same at every try: the other end dedupes by it.

What it raises counts as a failed try of this event, and ten of them make a dead letter; `EndDownError` does not.
"""


class EndDownError(Exception):
    """The other end as a whole does not take anything at present, whatever the event is.

    The event waits at its place, and those after it, for as long as that lasts: nothing is given up.
    """


class LocalListener(ABC):
    """An effect in our own tables, stored in the transaction that moves the cursor: exactly once.

    It is derived from the tables as they are in the transaction, not from the payloads, which an edit withdraws.
    """

    is_rebuilt = True
    """Whether it is filled from what is stored already, at its first start and when it begins again."""

    @abstractmethod
    def apply(self, entries: Sequence[Entry]) -> None:
        """Take the next events; inside a unit of work."""

    @abstractmethod
    def reset(self) -> None:
        """Empty what it keeps; inside a unit of work."""

    @abstractmethod
    def rebuild(self, after_id: int, until_id: int, limit: int) -> int | None:
        """Take up to `limit` stored messages with `after_id < id <= until_id`; inside a unit of work.

        Returns:
            The last message taken; None when there are none left.
        """


@dataclass(frozen=True, slots=True)
class Listener:
    """A listener and its name, which is the key of its cursor."""

    name: str
    effect: Send | LocalListener
    types: frozenset[str] | None = None
    """The events that concern it; None means all. Its cursor passes the others."""
    rooms_only: bool = False
    """Personal streams, with drafts, read marks and preferences, do not concern it."""

    def wants(self, entry: Entry) -> bool:
        """Tell whether an event concerns it."""
        return (self.types is None or entry.type in self.types) and not (self.rooms_only and is_personal(entry.stream))


registered: dict[str, Listener] = {}
"""Stet's own listeners, by name; a module of listeners declares its own when it is imported."""

Declaration = Listener | SearchProvider

_declared_apart: ContextVar[list[Declaration] | None] = ContextVar("declared_apart", default=None)

Effect = TypeVar("Effect", bound="Send | type[LocalListener]")


def listener(name: str, *, types: set[str] | None = None, rooms_only: bool = False) -> Callable[[Effect], Effect]:
    """Declare a listener: a function for an effect elsewhere, a LocalListener for one in our own tables.

    Raises:
        ValueError: the name is taken.
    """

    def declare(effect: Effect) -> Effect:
        made = effect() if isinstance(effect, type) else effect
        declared = Listener(name, made, None if types is None else frozenset(types), rooms_only)
        apart = _declared_apart.get()
        if apart is not None:
            apart.append(declared)
            return effect
        if name in registered:
            msg = f"there are two listeners called {name}"
            raise ValueError(msg)
        registered[name] = declared
        return effect

    return declare


def search_provider(name: str) -> Callable[[FindMessages], FindMessages]:
    """Declare a function that finds messages for the search; `STET_SEARCH=name` chooses it."""

    def declare(find: FindMessages) -> FindMessages:
        apart = _declared_apart.get()
        if apart is None:
            msg = "search providers come with the listeners of the data folder or of an installed package"
            raise ValueError(msg)
        apart.append(SearchProvider(name, find))
        return find

    return declare


@contextmanager
def declaring_apart() -> Iterator[list[Declaration]]:
    """Collect what is declared meanwhile, instead of making it one of Stet's own."""
    collected: list[Declaration] = []
    token = _declared_apart.set(collected)
    try:
        yield collected
    finally:
        _declared_apart.reset(token)
