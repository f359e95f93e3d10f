"""Fields of what somebody else's tool sent: whatever is not of the kind that it should be is not there."""

from collections.abc import Mapping
from typing import Any


def things(value: object) -> list[Mapping[str, Any]]:
    """Return the objects of a list."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def thing(value: object) -> Mapping[str, Any]:
    """Return an object."""
    return value if isinstance(value, dict) else {}


def words(of: Mapping[str, Any], name: str) -> str:
    """Return a text; numbers count, because fields of attachments often are some."""
    value = of.get(name)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) else ""
