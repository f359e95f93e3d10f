"""Numbers in query strings."""

from flask import request

from chat.errors import N_, InvalidError

MOST_ID = 2**53 - 1
"""The largest number that JavaScript and SQLite both hold exactly."""


def number_argument(name: str, *, least: int, most: int, default: int) -> int:
    """Return a number from the query string; raises InvalidError when it is none, or outside its range."""
    given = request.args.get(name)
    if given is None:
        return default
    if not given.isascii() or not given.isdigit() or len(given) > 16 or not least <= int(given) <= most:  # noqa: PLR2004 - digits of MOST_ID
        raise InvalidError(**{name: N_("This number is out of range.")})
    return int(given)
