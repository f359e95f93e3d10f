"""What is kept at hand: pins of a room, a person's saved messages, the versions of a message."""

from typing import Annotated, Any

from flask import Blueprint, request

from chat.actions.pin_message import pin_message, unpin_message
from chat.actions.save_message import save_message, unsave_message
from chat.errors import N_, InvalidError
from chat.queries.keeping import pins_with_messages, saved_page, versions_of
from chat.queries.messages import message_for
from chat.queries.rooms import room_for
from chat.routes.bodies import Body, Given, read_body
from chat.routes.identity import current_user
from chat.routes.numbers import MOST_ID, number_argument
from chat.routes.writing import Answer, writes

bp = Blueprint("keeping", __name__, url_prefix="/api")

STATES = ("open", "done")


class SaveBody(Body):
    """Whether the caller is done with it."""

    is_done: Annotated[bool, Given] = False


@bp.get("/rooms/<int:room_id>/pins")
def index_pins(room_id: int) -> dict[str, Any]:
    """Return what is pinned in a room, the latest pin first."""
    return {"pins": pins_with_messages(room_for(current_user(), room_id).id)}


@bp.put("/messages/<int:message_id>/pin")
@writes
def pin(message_id: int) -> Answer:
    """Pin a message for everybody in its room."""
    return {"pin": pin_message(message_for(current_user(), message_id), current_user())}, 200


@bp.delete("/messages/<int:message_id>/pin")
@writes
def unpin(message_id: int) -> Answer:
    """Take a pin away."""
    unpin_message(message_for(current_user(), message_id), current_user())
    return {}, 200


@bp.get("/saved")
def index_saved() -> dict[str, Any]:
    """Return a page of what the caller saved, the latest first."""
    state = request.args.get("state", "open")
    if state not in STATES:
        raise InvalidError(state=N_("This is not valid."))
    before = number_argument("before", least=1, most=MOST_ID, default=0)
    limit = number_argument("limit", least=1, most=100, default=50)
    return saved_page(current_user(), is_done=state == "done", before=before or None, limit=limit)._asdict()


@bp.put("/messages/<int:message_id>/saved")
@writes
def save(message_id: int) -> Answer:
    """Save a message for later, or be done with it."""
    body = read_body(SaveBody) if request.content_length else SaveBody()
    message = message_for(current_user(), message_id)
    return {"saved": save_message(message, current_user(), is_done=body.is_done)}, 200


@bp.delete("/messages/<int:message_id>/saved")
@writes
def unsave(message_id: int) -> Answer:
    """Forget that the caller saved a message."""
    unsave_message(message_for(current_user(), message_id), current_user())
    return {}, 200


@bp.get("/messages/<int:message_id>/revisions")
def index_revisions(message_id: int) -> dict[str, Any]:
    """Return every version of a message, the first one first."""
    return {"revisions": versions_of(message_for(current_user(), message_id))}
