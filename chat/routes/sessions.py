"""Where I am signed in."""

from typing import Any

from flask import Blueprint, Response

from chat.actions.end_session import end_session
from chat.payloads import session_payload
from chat.queries.access import my_session, my_sessions
from chat.routes.identity import current_user
from chat.routes.signing_in import signed_out
from chat.routes.writing import json_response
from chat.unit_of_work import unit_of_work

bp = Blueprint("sessions", __name__, url_prefix="/api/sessions")


@bp.get("")
def index() -> dict[str, Any]:
    """Return my sessions, the latest seen first."""
    caller = current_user()
    return {"sessions": [session_payload(row, current_id=caller.session_id) for row in my_sessions(caller)]}


@bp.delete("/<int:session_id>")
def destroy(session_id: int) -> Response:
    """Sign one of my browsers out, this one too."""
    caller = current_user()
    with unit_of_work():
        end_session(my_session(caller, session_id), actor_id=caller.id)
    return signed_out() if session_id == caller.session_id else json_response("{}", 200)
