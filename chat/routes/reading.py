"""Read marks."""

from typing import Annotated, Any

from flask import Blueprint
from pydantic import Field

from chat.actions.mark_all_read import Mark, Marks, mark_all_read, restore_marks
from chat.actions.mark_read import mark_read, mark_unread
from chat.errors import NotFoundError
from chat.queries.messages import message_for
from chat.queries.rooms import room_for
from chat.routes.bodies import Body, read_body
from chat.routes.identity import current_user
from chat.routes.numbers import MOST_ID
from chat.routes.writing import Answer, writes

bp = Blueprint("reading", __name__, url_prefix="/api/rooms")

MOST_MARKS = 2_000

Id = Annotated[int, Field(ge=1, le=MOST_ID)]


class ReadBody(Body):
    """The newest message that was read, or the oldest one that was not."""

    message_id: Id


class RoomMark(Body):
    """Up to which message a room was read; 0: nothing of it."""

    room_id: Id
    message_id: int = Field(ge=0, le=MOST_ID)


class ThreadMark(Body):
    """Up to which message the thread of a message was read."""

    message_id: Id
    read_message_id: int = Field(ge=0, le=MOST_ID)


class MarksBody(Body):
    """What marking everything read has answered."""

    rooms: list[RoomMark] = Field(default_factory=list, max_length=MOST_MARKS)
    threads: list[ThreadMark] = Field(default_factory=list, max_length=MOST_MARKS)


@bp.put("/<int:room_id>/read")
@writes
def update(room_id: int) -> Answer:
    """Move the caller's read mark forward."""
    room_id, message_id = _place(room_id)
    return mark_read(current_user(), room_id, message_id).data(), 200


@bp.put("/<int:room_id>/unread")
@writes
def go_back(room_id: int) -> Answer:
    """Put the caller's read mark just before a message."""
    room_id, message_id = _place(room_id)
    return mark_unread(current_user(), room_id, message_id).data(), 200


@bp.post("/read")
@writes
def read_everything() -> Answer:
    """Mark all rooms and threads read; the answer says where the marks were."""
    return _marks(mark_all_read(current_user())), 200


@bp.post("/unread")
@writes
def restore() -> Answer:
    """Put the marks back to where they were."""
    body = read_body(MarksBody)
    rooms = [Mark(mark.room_id, mark.message_id) for mark in body.rooms]
    threads = [Mark(mark.message_id, mark.read_message_id) for mark in body.threads]
    restore_marks(current_user(), Marks(rooms, threads))
    return {}, 200


def _place(room_id: int) -> tuple[int, int]:
    body = read_body(ReadBody)
    room = room_for(current_user(), room_id)
    if message_for(current_user(), body.message_id).room_id != room.id:
        raise NotFoundError
    return room.id, body.message_id


def _marks(marks: Marks) -> dict[str, Any]:
    return {
        "rooms": [{"room_id": mark.id, "message_id": mark.message_id} for mark in marks.rooms],
        "threads": [{"message_id": mark.id, "read_message_id": mark.message_id} for mark in marks.threads],
    }
