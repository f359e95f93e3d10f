"""What I typed and have not sent, on all of my devices."""

from typing import Annotated, Any

from flask import Blueprint
from pydantic import AfterValidator, Field

from chat.actions.save_draft import Typed, save_draft
from chat.log import user_stream
from chat.queries.drafts import drafts_of
from chat.queries.parents import check_parent
from chat.queries.rooms import room_for
from chat.routes.bodies import LONGEST_RAW_TEXT, Body, read_body, storable
from chat.routes.identity import current_user
from chat.routes.numbers import MOST_ID
from chat.routes.writing import Answer, writes

bp = Blueprint("drafts", __name__, url_prefix="/api/drafts")

DeviceName = Annotated[str, AfterValidator(storable), Field(max_length=64)]


class PlaceBody(Body):
    """Where something is typed, by which device, and the number that it gives the edit."""

    room_id: int = Field(ge=1, le=MOST_ID)
    parent_id: int | None = Field(default=None, ge=1, le=MOST_ID)
    version: int | None = Field(default=None, ge=1, le=MOST_ID)
    device: DeviceName = ""


class DraftBody(PlaceBody):
    """What is typed there; it may be longer than a message can be, as long as it is not sent."""

    text: Annotated[str, AfterValidator(storable), Field(max_length=LONGEST_RAW_TEXT)]
    quoted_id: int | None = Field(default=None, ge=1, le=MOST_ID)


@bp.get("")
def index() -> dict[str, Any]:
    """Return all of my drafts."""
    return {"drafts": drafts_of(current_user().id)}


@bp.put("")
@writes
def save() -> Answer:
    """Keep a draft; an empty one is forgotten."""
    body = read_body(DraftBody)
    return _save(body, body.text if body.text.strip() else "", body.quoted_id)


@bp.delete("")
@writes
def destroy() -> Answer:
    """Forget a draft."""
    return _save(read_body(PlaceBody), "")


def _save(body: PlaceBody, text: str, quoted_id: int | None = None) -> Answer:
    caller = current_user()
    room = room_for(caller, body.room_id)
    check_parent(room.id, body.parent_id)
    typed = Typed(room.id, body.parent_id, text, body.version, body.device, quoted_id)
    position = save_draft(caller.id, typed)
    # Not the text: the answer is kept for who repeats the request.
    place = {"stream": user_stream(caller.id), "stream_seq": position.stream_seq if position else None}
    return {"room_id": room.id, "parent_id": body.parent_id, **place}, 200
