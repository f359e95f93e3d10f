"""Read marks."""

from flask import Blueprint
from pydantic import Field

from chat.actions.mark_read import mark_read
from chat.errors import NotFoundError
from chat.queries.messages import message_for
from chat.queries.rooms import room_for
from chat.routes.bodies import Body, read_body
from chat.routes.identity import current_user
from chat.routes.numbers import MOST_ID
from chat.routes.writing import Answer, writes

bp = Blueprint("reading", __name__, url_prefix="/api/rooms/<int:room_id>/read")


class ReadBody(Body):
    """The newest message that was read."""

    message_id: int = Field(ge=1, le=MOST_ID)


@bp.put("")
@writes
def update(room_id: int) -> Answer:
    """Move the caller's read mark forward."""
    body = read_body(ReadBody)
    room = room_for(current_user(), room_id)
    if message_for(current_user(), body.message_id).room_id != room.id:
        raise NotFoundError
    return mark_read(current_user(), room.id, body.message_id).data(), 200
