"""Tell everybody of an open room."""

from chat.events import RoomListed
from chat.models import Room
from chat.queries.rooms import shared_room
from chat.queries.sight import members_streams
from chat.unit_of_work import publish


def list_room(room: Room, *, actor_id: int | None) -> None:
    """Announce an open room, new or changed, to all who may join it; other rooms are nobody else's business."""
    if room.kind == "open":
        publish(RoomListed(actor_id=actor_id, room=shared_room(room)), *members_streams())
