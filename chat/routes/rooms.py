"""Rooms: make, list, look at, change, join."""

from typing import Annotated, Any, Literal

from flask import Blueprint, request
from pydantic import Field

from chat.actions.add_member import add_member
from chat.actions.create_room import create_room
from chat.actions.open_direct_room import open_direct_room
from chat.actions.set_room_preferences import set_room_preferences
from chat.actions.update_room import archive_room, rename_room, restore_room
from chat.errors import N_, InvalidError, NotAllowedError, RoomArchivedError
from chat.models import Room
from chat.permissions import Caller, may_make_rooms, may_manage_room
from chat.queries.rooms import my_rooms, open_rooms, room_as_seen, room_for, visible_room
from chat.queries.sight import sees_all
from chat.routes.bodies import Body, Given, Name, SectionId, Topic, read_body
from chat.routes.identity import current_user
from chat.routes.numbers import MOST_ID
from chat.routes.writing import Answer, writes

bp = Blueprint("rooms", __name__, url_prefix="/api/rooms")

MOST_FIRST_MEMBERS = 200


class CreateBody(Body):
    """A new room; a direct one has people and no name."""

    kind: Literal["open", "closed", "direct"]
    name: Name | None = None
    topic: Topic = ""
    member_ids: list[int] = Field(default_factory=list, max_length=MOST_FIRST_MEMBERS)


class UpdateBody(Body):
    """What to change; what is left out stays."""

    name: Annotated[Name | None, Given] = None
    topic: Annotated[Topic | None, Given] = None
    archived: Annotated[bool | None, Given] = None


class PreferencesBody(Body):
    """How I want the room; what is left out stays."""

    level: Literal["everything", "mentions", "nothing"] | None = None
    is_muted: bool = False
    is_starred: bool = False
    section_id: SectionId | None = None


@bp.get("")
def index() -> dict[str, Any]:
    """Return the caller's rooms, or with `scope=open` every open room."""
    if request.args.get("scope") == "open":
        return {"rooms": open_rooms(current_user())}
    return {"rooms": my_rooms(current_user())}


@bp.post("")
@writes
def create() -> Answer:
    """Make a room; the direct room of the same people is the same room."""
    body = read_body(CreateBody)
    caller = current_user()
    _check_ids(caller, body.member_ids)
    if body.kind == "direct":
        room, is_new = open_direct_room(caller.id, body.member_ids)
        return {"room": room_as_seen(caller, room)}, 201 if is_new else 200
    if not may_make_rooms(caller):
        raise NotAllowedError
    if body.name is None:
        raise InvalidError(name=N_("This is needed."))
    room = create_room(
        kind=body.kind, name=body.name, topic=body.topic, creator_id=caller.id, member_ids=body.member_ids
    )
    return {"room": room_as_seen(caller, room)}, 201


@bp.get("/<int:room_id>")
def show(room_id: int) -> dict[str, Any]:
    """Return a room that the caller is in or may join."""
    return {"room": room_as_seen(current_user(), visible_room(current_user(), room_id))}


@bp.patch("/<int:room_id>")
@writes
def update(room_id: int) -> Answer:
    """Change the topic (any member), the name or the standing (who manages the room)."""
    body = read_body(UpdateBody)
    caller = current_user()
    seen = room_for(caller, room_id)
    if (body.name is not None or body.archived is not None) and not may_manage_room(caller, seen.role):
        raise NotAllowedError
    room = visible_room(caller, room_id)
    _change(room, body, caller.id)
    return {"room": room_as_seen(caller, room)}, 200


@bp.post("/<int:room_id>/join")
@writes
def join(room_id: int) -> Answer:
    """Join an open room."""
    caller = current_user()
    room = visible_room(caller, room_id)
    if room.archived_at is not None:
        raise RoomArchivedError
    add_member(room, caller.id, actor_id=caller.id)
    return {"room": room_as_seen(caller, room)}, 200


@bp.patch("/<int:room_id>/preferences")
@writes
def update_preferences(room_id: int) -> Answer:
    """Change how the caller wants a room that they are in."""
    body = read_body(PreferencesBody)
    caller = current_user()
    seen = room_for(caller, room_id)
    chosen = body.model_dump(exclude_unset=True)
    return {"room_id": seen.id, "preferences": set_room_preferences(caller, seen.id, chosen)}, 200


def _change(room: Room, body: UpdateBody, actor_id: int) -> None:
    if body.archived is False:
        restore_room(room, actor_id=actor_id)
    if body.name is not None or body.topic is not None:
        rename_room(room, name=body.name, topic=body.topic, actor_id=actor_id)
    if body.archived is True:
        archive_room(room, actor_id=actor_id)


def _check_ids(caller: Caller, ids: list[int]) -> None:
    if any(not 1 <= user_id <= MOST_ID for user_id in ids) or not sees_all(caller, ids):
        raise InvalidError(member_ids=N_("One of these people is not here."))
