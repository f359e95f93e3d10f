"""Remember how a person wants a room."""

from collections.abc import Mapping

from chat.events import RoomPreferencesChanged
from chat.extensions import db
from chat.log import user_stream
from chat.models import Membership
from chat.payloads import RoomPreferencesPayload, room_preferences_payload
from chat.permissions import Caller
from chat.unit_of_work import publish


def set_room_preferences(person: Caller, room_id: int, chosen: Mapping[str, object]) -> RoomPreferencesPayload:
    """Set what is named in a room that the person is in, and tell all of their devices; the rest stays."""
    membership = db.session.get_one(Membership, (room_id, person.id))
    before = room_preferences_payload(membership)
    for name, value in chosen.items():
        setattr(membership, name, value)
    after = room_preferences_payload(membership)
    if after != before:
        db.session.flush()
        event = RoomPreferencesChanged(actor_id=person.id, room_id=room_id, preferences=after)
        publish(event, user_stream(person.id))
    return after
