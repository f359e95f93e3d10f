"""Remove a person from a room, or let them leave."""

from chat.actions.save_draft import drop_drafts
from chat.errors import DirectRoomError, NotFoundError
from chat.events import MemberRemoved, RoomLeft
from chat.extensions import db
from chat.log import room_stream, user_stream
from chat.models import Membership
from chat.queries.rooms import RoomSeen
from chat.unit_of_work import publish


def remove_member(room: RoomSeen, user_id: int, *, actor_id: int | None) -> None:
    """Take the person out of the room and tell both.

    Raises:
        DirectRoomError: the people of a direct room do not change.
        NotFoundError: the person is not in the room.
    """
    if room.kind == "direct":
        raise DirectRoomError
    membership = db.session.get(Membership, (room.id, user_id))
    if membership is None:
        raise NotFoundError
    db.session.delete(membership)
    drop_drafts(user_id, room.id)
    db.session.flush()
    stream = room_stream(room.id)
    publish(RoomLeft(actor_id=actor_id, room_id=room.id, stream=stream), user_stream(user_id))
    publish(MemberRemoved(actor_id=actor_id, room_id=room.id, user_id=user_id), stream)
