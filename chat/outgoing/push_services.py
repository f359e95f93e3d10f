"""Push services of browsers: which ones Stet sends to, and what each lets a site do."""

from collections.abc import Iterable
from urllib.parse import urlsplit

KNOWN = (
    "fcm.googleapis.com",
    "jmt17.google.com",
    "*.push.services.mozilla.com",
    "*.push.apple.com",
    "*.notify.windows.com",
)
"""Of Chrome and what is built on it, of Chromium as Linux distributions build it, Firefox, Safari, Edge on Windows.

`*.` stands for any name under the rest.
"""
ALWAYS_VISIBLE = ("*.push.apple.com",)
"""Safari ends a subscription after three pushes that show nothing; ADR 16."""


def parse_hosts(text: str) -> tuple[str, ...]:
    """Return the host names of text such as `push.example.com, *.example.org`."""
    return tuple(part.strip().lower() for part in text.split(",") if part.strip())


def is_accepted(endpoint: str, more: Iterable[str] = ()) -> bool:
    """Tell whether Stet sends there: to a known service by https on its usual port, or to one of `more` hosts."""
    try:
        parts = urlsplit(endpoint)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if _is_among(host, more):
        return True
    return parts.scheme == "https" and port in {None, 443} and _is_among(host, KNOWN)


def may_be_silent(endpoint: str) -> bool:
    """Tell whether the browser takes a push that only takes notifications away."""
    return not _is_among(urlsplit(endpoint).hostname or "", ALWAYS_VISIBLE)


def _is_among(host: str, patterns: Iterable[str]) -> bool:
    return any(host.endswith(pattern[1:]) if pattern.startswith("*.") else host == pattern for pattern in patterns)
