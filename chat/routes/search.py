"""Search."""

import base64
import binascii
import json
from typing import Any

from flask import Blueprint, current_app, request

from chat.errors import N_, InvalidError
from chat.queries.provided_search import search_through
from chat.queries.search import Place, Sort
from chat.routes.identity import current_user
from chat.routes.numbers import MOST_ID, number_argument
from chat.routes.throttling import limit

bp = Blueprint("search", __name__, url_prefix="/api/search")

SEARCHES = limit("search", "120 per minute")
LONGEST_CURSOR = 200


@bp.get("")
def index() -> dict[str, Any]:
    """Return messages of the caller's rooms that say what was typed."""
    caller = current_user()
    SEARCHES.hit(str(caller.id))
    page = search_through(
        current_app.extensions["own_listeners"].search_provider,
        caller,
        request.args.get("q", ""),
        sort=_sort(),
        limit=number_argument("limit", least=1, most=50, default=20),
        place=_place(request.args.get("cursor")),
    )
    return page._asdict() | {"next": _cursor(page.next)}


def _sort() -> Sort:
    given = request.args.get("sort", "relevance")
    if given == "newest":
        return "newest"
    if given != "relevance":
        raise InvalidError(sort=N_("This is not valid."))
    return "relevance"


def _cursor(place: Place | None) -> str | None:
    return None if place is None else base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def _place(cursor: str | None) -> Place | None:
    """Return where a page goes on; what somebody else wrote into it only changes where they look themselves."""
    if cursor is None:
        return None
    try:
        numbers = json.loads(base64.urlsafe_b64decode(cursor[:LONGEST_CURSOR] + "=="))
    except (ValueError, binascii.Error, RecursionError):
        numbers = None
    if not isinstance(numbers, list) or len(numbers) != len(Place._fields) or not all(map(_is_number, numbers)):
        raise InvalidError(cursor=N_("This is not valid."))
    return Place(*numbers)


def _is_number(number: object) -> bool:
    return type(number) is int and 0 <= number <= MOST_ID
