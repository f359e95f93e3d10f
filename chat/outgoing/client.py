"""Requests to elsewhere: the name is resolved once, every address checked, and the one that is used pinned.

A redirect is a new request, checked anew. The whole takes a bounded time, whatever the other end does, and no more of
an answer is read than is wanted.
"""

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from chat.outgoing.addresses import Address, Network, is_allowed, resolve
from chat.outgoing.retry_after import retry_after_seconds

SECONDS = 5.0
MOST_BYTES = 1_000_000
LONGEST_URL = 4_000
PORTS = {"http": 80, "https": 443}
REDIRECTS = {301, 302, 303, 307, 308}
KEEPING_METHOD = {307, 308}
SECRET_HEADERS = {"authorization", "cookie"}
IN_URLS = "%/:=&?~#+!$,;'@()*[]"
TOO_LATE = "it took too long"
NO_ADDRESS = "not an address that the server can ask"
AGENT = "Stet (self-hosted team chat)"


class OutgoingError(Exception):
    """No answer came: the address is not one, nobody is there, or it took too long."""


class ForbiddenAddressError(OutgoingError):
    """The server does not connect there."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other end said."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case; of a repeated one the last."""
    body: bytes
    is_whole: bool
    """False: the body was longer than wanted, and this is its beginning."""
    url: str
    """Where it came from, after redirects."""

    @property
    def is_success(self) -> bool:
        """A 2xx."""
        return 200 <= self.status < 300  # noqa: PLR2004 - what 2xx means

    @property
    def retry_after_seconds(self) -> float | None:
        """For how long the other end asks to be left alone."""
        return retry_after_seconds(self.headers)


@dataclass(frozen=True, slots=True)
class Client:
    """The door of one app; the operator's networks are open to it besides the public ones."""

    networks: tuple[Network, ...] = ()

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        redirects: int = 0,
        most_bytes: int = MOST_BYTES,
        seconds: float = SECONDS,
    ) -> Answer:
        """Ask, and return the answer, whatever its status; belongs outside of any unit of work.

        Follows up to `redirects` redirects; a further one is the answer.

        Raises:
            ForbiddenAddressError: the address, or that of a redirect, is not public.
            OutgoingError: there was no answer within `seconds`.
        """
        deadline = time.monotonic() + seconds
        sent = {"User-Agent": AGENT, "Accept-Encoding": "identity", **(headers or {})}
        while True:
            answer = self._ask(method, url, sent, body, most_bytes, deadline)
            location = answer.headers.get("location")
            if answer.status not in REDIRECTS or not location or not redirects:
                return answer
            redirects -= 1
            following = urljoin(url, quote(location.encode("latin-1", "replace"), safe=IN_URLS))
            if _origin(following) != _origin(url):
                sent = {name: value for name, value in sent.items() if name.lower() not in SECRET_HEADERS}
            if answer.status not in KEEPING_METHOD and method != "HEAD":
                method, body = "GET", b""
            url = following

    def check(self, url: str) -> None:
        """Tell early that an address will not do, as somebody gives it; `send` checks again.

        Raises:
            ForbiddenAddressError: it is not a http address, or not a public one.
            OutgoingError: its name has no address.
        """
        parts = _parts(url)
        self._addresses(parts, _port(parts), time.monotonic() + SECONDS)

    def _ask(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes, most_bytes: int, deadline: float
    ) -> Answer:
        parts = _parts(url)
        port = _port(parts)
        addresses = self._addresses(parts, port, deadline)
        try:
            with _connected(parts, port, addresses, deadline) as connection:
                target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
                connection.request(method, target, body=body or None, headers={"Connection": "close", **headers})
                with connection.getresponse() as response:
                    text = response.read(most_bytes + 1)
                    _check_time(deadline)
                    named = {name.lower(): value for name, value in response.getheaders()}
                    return Answer(response.status, named, text[:most_bytes], len(text) <= most_bytes, url)
        except (OSError, http.client.HTTPException, ValueError) as error:
            if time.monotonic() >= deadline:
                raise OutgoingError(TOO_LATE) from error
            msg = f"{type(error).__name__}: {error}"
            raise OutgoingError(msg) from error

    def _addresses(self, parts: SplitResult, port: int, deadline: float) -> list[Address]:
        host = parts.hostname or ""
        try:
            found = resolve(host, port, deadline - time.monotonic())
        except (OSError, UnicodeError, ValueError) as error:
            msg = f"{host} cannot be found"
            raise OutgoingError(msg) from error
        # One that is not public among public ones is a trick, or a mistake: none of them is used.
        if not found or not all(is_allowed(address, self.networks) for address in found):
            msg = f"{host} is not a public address"
            raise ForbiddenAddressError(msg)
        return found


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        is_good = parts.scheme in PORTS and bool(parts.hostname) and parts.username is None and parts.port != 0
    except ValueError:
        is_good = False
    if not is_good or len(url) > LONGEST_URL or not url.isascii() or any(char <= " " or char == "\x7f" for char in url):
        raise ForbiddenAddressError(NO_ADDRESS)
    return parts


def _port(parts: SplitResult) -> int:
    return parts.port or PORTS[parts.scheme]


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = _parts(url)
    return parts.scheme, parts.hostname, _port(parts)


def _check_time(deadline: float) -> None:
    # An end that was left in the middle looks like one that has said everything.
    if time.monotonic() >= deadline:
        raise TimeoutError


@contextmanager
def _connected(
    parts: SplitResult, port: int, addresses: Sequence[Address], deadline: float
) -> Iterator[http.client.HTTPConnection]:
    """Connect to the first address that answers; at the deadline the connection ends, whoever waits for what."""
    host = parts.hostname or ""
    reached = _reach(addresses, port, deadline)
    # Wrapping takes the socket over; this one is the same connection.
    watched = reached.dup()
    watch = threading.Timer(max(0.0, deadline - time.monotonic()), _end, (watched,))
    watch.daemon = True
    watch.start()
    try:
        if parts.scheme == "https":
            connection: http.client.HTTPConnection = http.client.HTTPSConnection(host, port)
            secure = _trust().wrap_socket(reached, server_hostname=host, do_handshake_on_connect=False)
            connection.sock = secure
        else:
            connection = http.client.HTTPConnection(host, port)
            connection.sock = reached
        try:
            if isinstance(connection.sock, ssl.SSLSocket):
                connection.sock.do_handshake()
            yield connection
        finally:
            connection.close()
    finally:
        watch.cancel()
        watched.close()
        reached.close()


def _reach(addresses: Sequence[Address], port: int, deadline: float) -> socket.socket:
    failure: OSError = TimeoutError("no time left")
    for address in addresses:
        left = deadline - time.monotonic()
        if left <= 0:
            break
        try:
            return socket.create_connection((str(address), port), timeout=left)
        except OSError as error:
            failure = error
    raise failure


def _end(reached: socket.socket) -> None:
    try:
        # Both directions, so that whoever reads or writes is told; closing would not wake them.
        reached.shutdown(socket.SHUT_RDWR)
    except OSError:
        return


@cache
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()
