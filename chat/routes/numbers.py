"""Numbers in paths and query strings."""

from flask import Flask, request
from werkzeug.routing import IntegerConverter

from chat.errors import N_, InvalidError

MOST_ID = 2**53 - 1
"""The largest number that JavaScript and SQLite both hold exactly."""


def register(app: Flask) -> None:
    """Let `<int:…>` in a path match ids only: a number that no column can hold is not found."""
    app.url_map.converters["int"] = IdConverter


class IdConverter(IntegerConverter):
    """A number of up to 15 digits."""

    # By the pattern and not by `max`, with which Werkzeug answers 405 instead of 404.
    regex = "[0-9]{1,15}"


def number_argument(name: str, *, least: int, most: int, default: int) -> int:
    """Return a number from the query string; raises InvalidError when it is none, or outside its range."""
    given = request.args.get(name)
    if given is None:
        return default
    if not given.isascii() or not given.isdigit() or len(given) > 16 or not least <= int(given) <= most:  # noqa: PLR2004 - digits of MOST_ID
        raise InvalidError(**{name: N_("This number is out of range.")})
    return int(given)
