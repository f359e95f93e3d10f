"""What calls me, in all of my rooms."""

from typing import Any

from flask import Blueprint

from chat.queries.mentions import mentions_of
from chat.routes.identity import current_user
from chat.routes.numbers import MOST_ID, number_argument

bp = Blueprint("mentions", __name__, url_prefix="/api/mentions")


@bp.get("")
def index() -> dict[str, Any]:
    """Return a page of mentions, newest first."""
    before_id = number_argument("before", least=0, most=MOST_ID, default=MOST_ID)
    limit = number_argument("limit", least=1, most=100, default=30)
    return mentions_of(current_user(), before_id=before_id, limit=limit)._asdict()
