"""The adapter to the async framework: the one module of the package that may know eventlet.

`app.py` patches the standard library first under eventlet, so `threading`, `queue` and `time.sleep` are green there and
native under `STET_ASYNC_MODE=threading`; the rest of Stet uses the standard library and what is here.
"""

import socket
import threading
from collections import deque
from collections.abc import Callable
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator

Result = TypeVar("Result")

MOST_KNOCKING = 2_048
"""The kernel may allow fewer: net.core.somaxconn."""

_run: Callable[..., Any] | None = None


def use(async_mode: str) -> None:
    """Choose how blocking calls leave the event loop; `async_mode` is eventlet or threading."""
    global _run  # noqa: PLW0603 - set once at start-up, like the patching itself
    if async_mode != "eventlet":
        _run = None
        return
    from eventlet import tpool

    _run = tpool.execute


def off_loop(function: Callable[..., Result], *args: object) -> Result:
    """Run a blocking call in a real thread, so that the event loop goes on; plain under threading.

    `function` must not touch anything green: no SQLAlchemy, no logging, no locks of this process.
    """
    result: Result = function(*args) if _run is None else _run(function, *args)
    return result


def look_up(host: str, port: int) -> list[Any]:
    """Return what the system says of a name, as `socket.getaddrinfo` does; the event loop goes on meanwhile.

    Raises:
        OSError: it knows none.
    """
    if _run is None:
        return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    from eventlet import patcher

    # Not the one of eventlet's own: that asks name servers by itself, and knows less than the system.
    plain = patcher.original("socket")
    found: list[Any] = off_loop(partial(plain.getaddrinfo, type=plain.SOCK_STREAM), host, port)
    return found


def prepare_listening(async_mode: str) -> None:
    """Let a thousand connections wait until they are accepted, and send at once, before the server listens.

    By default eventlet lets 50 wait and Werkzeug 128. When everybody comes back at once, the kernel drops the others'
    packets, and they try again after 1, 3, 7 and 15 s. And by default the kernel holds the end of an answer or a small
    packet back until the client has acknowledged what came before, often for 40 ms.
    """
    if async_mode == "eventlet":
        import eventlet

        eventlet.listen = partial(_listen_without_delay, eventlet.listen)
    else:
        from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler

        BaseWSGIServer.request_queue_size = MOST_KNOCKING
        WSGIRequestHandler.disable_nagle_algorithm = True


def _listen_without_delay(listen: Callable[..., socket.socket], *address: Any, **options: Any) -> socket.socket:
    listening = listen(*address, **options, backlog=MOST_KNOCKING)
    # What is accepted inherits it.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


class Turn:
    """A lock that is passed on first come, first served, and that knows whether somebody waits."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._is_taken = False
        self._waiting: deque[threading.Lock] = deque()

    def take(self) -> None:
        """Wait until everybody who came earlier has passed the turn on."""
        with self._guard:
            if not self._is_taken:
                self._is_taken = True
                return
            ticket = threading.Lock()
            ticket.acquire()
            self._waiting.append(ticket)
        ticket.acquire()

    def pass_on(self) -> None:
        """Give the turn to whoever has waited longest, or leave it free."""
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._is_taken = False

    @property
    def is_wanted(self) -> bool:
        """Tell whether somebody waits."""
        return bool(self._waiting)


class Slots:
    """At most `count` callers at a time inside `taken()`; the others wait in line."""

    def __init__(self, count: int) -> None:
        self._semaphore = threading.BoundedSemaphore(count)

    @contextmanager
    def taken(self) -> "Iterator[None]":
        """Hold one slot."""
        with self._semaphore:
            yield
