"""A team's own listeners: files in the data folder, and installed packages; docs/listeners.md.

What cannot be loaded is said, and the server starts without it: people go on writing, and its events wait in the log.
"""

import importlib.metadata
import importlib.util
import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from chat.config import Settings
from chat.listeners.broker import NAME as BROKER
from chat.listeners.listener import Declaration, Listener, declaring_apart, registered
from chat.queries.provided_search import SearchProvider

logger = logging.getLogger(__name__)

FOLDER = "listeners"
GROUP = "stet.listeners"
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
OTHERS_WRITE = 0o002
RESERVED = frozenset({"broadcaster", BROKER, "link_preview", "push", "webhooks"})
"""Names of ours beside those that are registered."""
LONGEST_ERROR = 300

_of_packages: dict[str, list[Declaration]] = {}
"""A module declares once in a process, however many apps are made."""


@dataclass(frozen=True, slots=True)
class NotLoaded:
    """A file or a package whose listeners are not there, and why."""

    source: str
    error: str


@dataclass
class OwnListeners:
    """What a team has added."""

    listeners: list[Listener] = field(default_factory=list)
    search_provider: SearchProvider | None = None
    """The one that `STET_SEARCH` names."""
    not_loaded: list[NotLoaded] = field(default_factory=list)


class UnusableListenerError(Exception):
    """Why a file or a package is not taken, in one sentence."""


def load_own(settings: Settings) -> OwnListeners:
    """Load `<data>/listeners/*.py` and the entry points `stet.listeners`, each as a whole or not at all."""
    own = OwnListeners()
    providers: dict[str, SearchProvider] = {}
    for source, load in _sources(settings):
        try:
            declared = load()
            _check(declared, {listener.name for listener in own.listeners} | set(providers))
        except (Exception, SystemExit) as error:  # noqa: BLE001 - it is their code; whatever it does, the server starts
            _note(own, source, error)
            continue
        own.listeners += [one for one in declared if isinstance(one, Listener)]
        providers |= {one.name: one for one in declared if isinstance(one, SearchProvider)}
        logger.info("listeners_loaded: %s from %s", ", ".join({one.name: one for one in declared}), source)
    own.search_provider = providers.get(settings.search)
    if settings.search and own.search_provider is None:
        msg = f"there is no search provider {settings.search}; Stet's own search answers"
        _note(own, "STET_SEARCH", UnusableListenerError(msg))
    return own


def _sources(settings: Settings) -> Iterator[tuple[str, Callable[[], list[Declaration]]]]:
    folder = settings.data.resolve() / FOLDER
    for path in sorted(folder.glob("*.py")):
        if not path.name.startswith(("_", ".")):
            yield f"{FOLDER}/{path.name}", _FileLoad(path)
    for point in sorted(importlib.metadata.entry_points(group=GROUP), key=lambda point: point.name):
        yield f"{GROUP}: {point.name}", _PackageLoad(point)


@dataclass(frozen=True, slots=True)
class _FileLoad:
    path: Path

    def __call__(self) -> list[Declaration]:
        for place in (self.path, self.path.parent):
            if place.stat().st_mode & OTHERS_WRITE:
                # Its code would run with all that Stet may do.
                msg = f"everybody on this machine may write {place.name}; chmod o-w {place}"
                raise UnusableListenerError(msg)
        spec = importlib.util.spec_from_file_location(f"stet_own_{self.path.stem}", self.path)
        if spec is None or spec.loader is None:
            msg = "this is no Python file"
            raise UnusableListenerError(msg)
        module = importlib.util.module_from_spec(spec)
        with declaring_apart() as declared:
            spec.loader.exec_module(module)
        return declared


@dataclass(frozen=True, slots=True)
class _PackageLoad:
    point: importlib.metadata.EntryPoint

    def __call__(self) -> list[Declaration]:
        if self.point.value not in _of_packages:
            with declaring_apart() as declared:
                self.point.load()
            _of_packages[self.point.value] = declared
        return _of_packages[self.point.value]


def _check(declared: list[Declaration], taken: set[str]) -> None:
    if not declared:
        msg = "nothing in it is declared with @listener or @search_provider"
        raise UnusableListenerError(msg)
    listeners: set[str] = set()
    for one in declared:
        if not NAME.fullmatch(one.name):
            msg = f"a name is made of small letters, digits and _, up to 40: {one.name!r} is not"
            raise UnusableListenerError(msg)
        if one.name in RESERVED | registered.keys() | taken or (isinstance(one, Listener) and one.name in listeners):
            msg = f"the name {one.name} is taken"
            raise UnusableListenerError(msg)
        if isinstance(one, Listener):
            listeners.add(one.name)


def _note(own: OwnListeners, source: str, error: BaseException) -> None:
    said = str(error) if isinstance(error, UnusableListenerError) else f"{type(error).__name__}: {error}"
    own.not_loaded.append(NotLoaded(source, " ".join(said.split())[:LONGEST_ERROR]))
    trace = None if isinstance(error, UnusableListenerError) else error
    logger.error("listener_not_loaded: %s: %s; the server goes on without it", source, said, exc_info=trace)
