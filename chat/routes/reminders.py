"""What I want to be reminded of."""

from typing import Annotated, Any

from flask import Blueprint
from pydantic import Field

from chat.actions.remind import Wish, change_reminder, drop_reminder, set_reminder
from chat.errors import N_, InvalidError
from chat.payloads import reminder_payload
from chat.queries.messages import message_for
from chat.queries.planning import reminder_for, reminders_of
from chat.routes.bodies import Body, Given, Line, read_body
from chat.routes.identity import current_user
from chat.routes.moments import ComingMoment
from chat.routes.numbers import MOST_ID
from chat.routes.writing import Answer, writes

bp = Blueprint("reminders", __name__, url_prefix="/api/reminders")

Note = Annotated[Line, Field(max_length=250)]


class CreateBody(Body):
    """When, and of what: a message, a note, or both."""

    due_at: ComingMoment
    text: Note = ""
    message_id: int | None = Field(default=None, ge=1, le=MOST_ID)


class UpdateBody(Body):
    """What to change; what is left out stays."""

    due_at: Annotated[ComingMoment | None, Given] = None
    text: Annotated[Note | None, Given] = None


@bp.get("")
def index() -> dict[str, Any]:
    """Return my reminders, those that are due and not done included."""
    return {"reminders": reminders_of(current_user().id)}


@bp.post("")
@writes
def create() -> Answer:
    """Remind me."""
    body = read_body(CreateBody)
    caller = current_user()
    if body.message_id is None and not body.text:
        raise InvalidError(text=N_("Write something first."))
    wish = Wish(body.text, body.due_at)
    if body.message_id is not None:
        message = message_for(caller, body.message_id)
        wish = Wish(body.text, body.due_at, message.id, message.room_id)
    return {"reminder": reminder_payload(set_reminder(caller.id, wish))}, 201


@bp.patch("/<int:reminder_id>")
@writes
def update(reminder_id: int) -> Answer:
    """Remind me at another time, or of something else."""
    body = read_body(UpdateBody)
    reminder = reminder_for(current_user(), reminder_id)
    change_reminder(reminder, text=body.text, due_at=body.due_at)
    return {"reminder": reminder_payload(reminder)}, 200


@bp.delete("/<int:reminder_id>")
@writes
def destroy(reminder_id: int) -> Answer:
    """It is done."""
    drop_reminder(reminder_for(current_user(), reminder_id))
    return {}, 200
