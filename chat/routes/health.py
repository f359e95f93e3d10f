"""Whether the server answers and its database can be read."""

from flask import Blueprint

from chat.log import read_epoch

bp = Blueprint("health", __name__, url_prefix="/api/health")


@bp.get("")
def show() -> dict[str, str]:
    """Answer from the database, so that a green light means more than a running process."""
    read_epoch()
    return {"status": "ok"}
