"""Push services of browsers, and what each lets a site do."""

from urllib.parse import urlsplit

ALWAYS_VISIBLE = "push.apple.com"
"""Safari ends a subscription after three pushes that show nothing; ADR 16."""


def may_be_silent(endpoint: str) -> bool:
    """Tell whether the browser takes a push that only takes notifications away."""
    host = urlsplit(endpoint).hostname or ""
    return not f".{host}".endswith(f".{ALWAYS_VISIBLE}")
