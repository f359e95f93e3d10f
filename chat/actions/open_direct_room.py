"""Open the direct room of some people."""

from collections.abc import Sequence

import sqlalchemy as sa

from chat.actions.add_member import add_member
from chat.actions.create_room import active_people
from chat.clock import now_text
from chat.errors import N_, InvalidError
from chat.extensions import db
from chat.models import Room

MOST_PEOPLE = 9


def open_direct_room(creator_id: int, member_ids: Sequence[int]) -> tuple[Room, bool]:
    """Return the one direct room of exactly these people, and whether it was made now; alone, it is a notebook.

    Raises:
        InvalidError: one of the people does not exist or is deactivated, or there are more than nine.
    """
    people = active_people([creator_id, *member_ids])
    if len(people) > MOST_PEOPLE:
        raise InvalidError(member_ids=N_("A direct message has at most nine people. Make a closed room instead."))
    key = ",".join(map(str, people))
    present = db.session.scalars(sa.select(Room).where(Room.direct_key == key)).first()
    if present is not None:
        return present, False
    room = Room(kind="direct", direct_key=key, topic="", created_by=creator_id, created_at=now_text(), is_default=False)
    db.session.add(room)
    db.session.flush()
    for user_id in people:
        add_member(room, user_id, actor_id=creator_id)
    return room, True
