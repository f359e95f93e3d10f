"""Change a room's name, topic or standing."""

from chat.actions.create_room import free_name_key
from chat.actions.list_room import list_room
from chat.clock import now_text
from chat.errors import DefaultRoomError, DirectRoomError
from chat.events import RoomArchived, RoomEvent, RoomRestored, RoomUpdated
from chat.extensions import db
from chat.log import room_stream
from chat.models import Room
from chat.queries.rooms import shared_room
from chat.unit_of_work import publish


def rename_room(room: Room, *, name: str | None, topic: str | None, actor_id: int) -> None:
    """Set the room's name or topic, whichever is given.

    Raises:
        DirectRoomError: a direct room has neither.
        RoomNameTakenError: another room reads the same.
    """
    if room.kind == "direct":
        raise DirectRoomError
    before = (room.name, room.topic)
    if name is not None:
        room.name_key = free_name_key(name, room_id=room.id)
        room.name = name
    if topic is not None:
        room.topic = topic
    if (room.name, room.topic) != before:
        _tell(RoomUpdated, room, actor_id)


def archive_room(room: Room, *, actor_id: int) -> None:
    """Let the room take no more messages; it stays readable.

    Raises:
        DirectRoomError: direct rooms are not archived.
        DefaultRoomError: nor is the room that everybody is in.
    """
    if room.kind == "direct":
        raise DirectRoomError
    if room.is_default:
        raise DefaultRoomError
    if room.archived_at is None:
        room.archived_at = now_text()
        _tell(RoomArchived, room, actor_id)


def restore_room(room: Room, *, actor_id: int) -> None:
    """Bring an archived room back."""
    if room.archived_at is not None:
        room.archived_at = None
        _tell(RoomRestored, room, actor_id)


def _tell(event: type[RoomEvent], room: Room, actor_id: int) -> None:
    db.session.flush()
    publish(event(actor_id=actor_id, room=shared_room(room)), room_stream(room.id))
    list_room(room, actor_id=actor_id)
