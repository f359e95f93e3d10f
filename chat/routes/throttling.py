"""Limits on guessing and on making accounts: per address, and per account where there is one."""

from dataclasses import dataclass
from hashlib import sha256
from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil
from time import time

from flask import Response, after_this_request, current_app, request
from limits import RateLimitItem, parse

from chat.errors import TooManyRequestsError
from chat.extensions import limiter

SITE_PREFIX_LENGTH = 64
"""Whoever has one IPv6 address has all of its /64."""


@dataclass(frozen=True)
class Limit:
    """So many requests of one kind in a sliding window, counted per key."""

    kind: str
    item: RateLimitItem

    def hit(self, *keys: str) -> None:
        """Count a request; over the limit it is refused, with the time to wait in `Retry-After`.

        Raises:
            TooManyRequestsError: the limit is reached.
        """
        if _is_on() and not limiter.limiter.hit(self.item, self.kind, *keys):
            _say_when(limiter.limiter.get_window_stats(self.item, self.kind, *keys).reset_time)
            raise TooManyRequestsError

    def clear(self, *keys: str) -> None:
        """Start again: the person has shown who they are."""
        if _is_on():
            limiter.limiter.clear(self.item, self.kind, *keys)

    def remaining(self, *keys: str) -> int | None:
        """Return how many requests are left, None when nothing is limited."""
        return limiter.limiter.get_window_stats(self.item, self.kind, *keys).remaining if _is_on() else None


def limit(kind: str, rule: str) -> Limit:
    """Return a limit such as "10 per 5 minutes"."""
    return Limit(kind, parse(rule))


def address_key() -> str:
    """Return the address that a request counts for."""
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:
        return request.remote_addr or "unknown"
    if isinstance(address, IPv6Address):
        return str(ip_network((address, SITE_PREFIX_LENGTH), strict=False))
    return str(address)


def account_key(email: str) -> str:
    """Return the key of an account, of the same length for every email."""
    return sha256(email.encode()).hexdigest()


def _is_on() -> bool:
    return bool(current_app.config["SETTINGS"].rate_limits)


def _say_when(reset_time: float) -> None:
    seconds = max(1, ceil(reset_time - time()))

    @after_this_request
    def add_header(response: Response) -> Response:
        response.headers["Retry-After"] = str(seconds)
        return response
