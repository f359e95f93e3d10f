"""Who is in a room."""

from typing import Any

from flask import Blueprint
from pydantic import Field

from chat.actions.add_member import add_member
from chat.actions.create_room import active_people
from chat.actions.remove_member import remove_member
from chat.errors import DefaultRoomError, DirectRoomError, NotAllowedError, RoomArchivedError
from chat.payloads import member_payload, user_payload
from chat.permissions import may_add_people, may_manage_room
from chat.queries.people import people_in
from chat.queries.rooms import room_for, visible_room
from chat.routes.bodies import Body, read_body
from chat.routes.identity import current_user
from chat.routes.numbers import MOST_ID
from chat.routes.writing import Answer, writes

bp = Blueprint("members", __name__, url_prefix="/api/rooms/<int:room_id>/members")


class AddBody(Body):
    """Whom to add."""

    user_id: int = Field(ge=1, le=MOST_ID)


@bp.get("")
def index(room_id: int) -> dict[str, Any]:
    """Return who is in the room."""
    people = people_in(room_for(current_user(), room_id).id)
    return {
        "members": [member_payload(membership) for membership, _ in people],
        "users": [user_payload(user) for _, user in people],
    }


@bp.post("")
@writes
def create(room_id: int) -> Answer:
    """Add a person; everybody in a room may, but guests."""
    body = read_body(AddBody)
    caller = current_user()
    seen = room_for(caller, room_id)
    if not may_add_people(caller):
        raise NotAllowedError
    if seen.kind == "direct":
        raise DirectRoomError
    if seen.archived_at is not None:
        raise RoomArchivedError
    (user_id,) = active_people([body.user_id], field="user_id")
    membership = add_member(visible_room(caller, room_id), user_id, actor_id=caller.id)
    return {"member": member_payload(membership)}, 201


@bp.delete("/<int:user_id>")
@writes
def destroy(room_id: int, user_id: int) -> Answer:
    """Leave, or remove somebody."""
    caller = current_user()
    seen = room_for(caller, room_id)
    if user_id != caller.id and not may_manage_room(caller, seen.role):
        raise NotAllowedError
    if visible_room(caller, room_id).is_default:
        raise DefaultRoomError
    remove_member(seen, user_id, actor_id=caller.id)
    return {}, 200
