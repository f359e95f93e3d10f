"""Messages that I have written and that go out later."""

from typing import Annotated, Any

from flask import Blueprint, current_app
from pydantic import Field

from chat.actions.schedule_message import Planned, reschedule_message, schedule_message, unschedule_message
from chat.actions.send_scheduled import send_scheduled
from chat.connections import Connections
from chat.payloads import scheduled_payload
from chat.queries.parents import check_parent
from chat.queries.planning import scheduled_for, scheduled_of
from chat.queries.rooms import check_writable, room_for
from chat.routes.bodies import Body, Given, MessageText, read_body
from chat.routes.identity import current_user
from chat.routes.moments import ComingMoment
from chat.routes.numbers import MOST_ID
from chat.routes.writing import Answer, writes
from chat.unit_of_work import present_epoch

bp = Blueprint("scheduled", __name__, url_prefix="/api/scheduled")


class CreateBody(Body):
    """What to post where, and when."""

    room_id: int = Field(ge=1, le=MOST_ID)
    parent_id: int | None = Field(default=None, ge=1, le=MOST_ID)
    text: MessageText
    send_at: ComingMoment


class UpdateBody(Body):
    """What to change; what is left out stays."""

    text: Annotated[MessageText | None, Given] = None
    send_at: Annotated[ComingMoment | None, Given] = None


@bp.get("")
def index() -> dict[str, Any]:
    """Return what I have scheduled."""
    return {"scheduled": scheduled_of(current_user().id)}


@bp.post("")
@writes
def create() -> Answer:
    """Schedule a message for a room that I can write in now."""
    body = read_body(CreateBody)
    caller = current_user()
    room = room_for(caller, body.room_id)
    check_writable(room.id)
    check_parent(room.id, body.parent_id)
    planned = Planned(room.id, body.parent_id, body.text, body.send_at)
    return {"scheduled": scheduled_payload(schedule_message(caller.id, planned))}, 201


@bp.patch("/<int:scheduled_id>")
@writes
def update(scheduled_id: int) -> Answer:
    """Change the text or the time."""
    body = read_body(UpdateBody)
    scheduled = scheduled_for(current_user(), scheduled_id)
    reschedule_message(scheduled, text=body.text, send_at=body.send_at)
    return {"scheduled": scheduled_payload(scheduled)}, 200


@bp.delete("/<int:scheduled_id>")
@writes
def destroy(scheduled_id: int) -> Answer:
    """Call it off."""
    unschedule_message(scheduled_for(current_user(), scheduled_id))
    return {}, 200


@bp.post("/<int:scheduled_id>/send")
@writes
def send(scheduled_id: int) -> Answer:
    """Post it now."""
    connections: Connections = current_app.extensions["connections"]
    posted = send_scheduled(scheduled_for(current_user(), scheduled_id), present=connections.present_ids())
    place = posted.position
    numbers = {"stream": place.stream, "stream_seq": place.stream_seq, "seq": place.seq, "epoch": present_epoch()}
    return {"message": posted.message, **numbers}, 201
