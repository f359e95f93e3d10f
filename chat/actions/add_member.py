"""Add a person to a room."""

import sqlalchemy as sa

from chat.actions.show_people import show_people
from chat.clock import now_text
from chat.events import MemberAdded, RoomJoined
from chat.extensions import db
from chat.log import room_stream, user_stream
from chat.models import FormerMember, Membership, Message, Room, User
from chat.payloads import member_payload, user_payload
from chat.permissions import BOT, Caller, sees_everybody
from chat.queries.rooms import room_as_seen
from chat.queries.sight import guests_in, room_people
from chat.unit_of_work import next_position, publish


def add_member(room: Room, user_id: int, *, actor_id: int | None, role: str = "member") -> Membership:
    """Put the person into the room and tell both, but a bot of nothing; whoever is in it already stays as they are.

    What was said before counts as read: a new member starts at the end.
    """
    present = db.session.get(Membership, (room.id, user_id))
    if present is not None:
        return present
    membership = Membership(
        room_id=room.id,
        user_id=user_id,
        role=role,
        # Where `member_added` will stand: whoever was here before and comes back starts from a snapshot.
        from_seq=next_position(room_stream(room.id)).stream_seq,
        read_message_id=_newest_message_id(room.id),
        joined_at=now_text(),
    )
    db.session.add(membership)
    db.session.execute(sa.delete(FormerMember).where(FormerMember.room_id == room.id, FormerMember.user_id == user_id))
    db.session.flush()
    _tell(room, membership, actor_id)
    return membership


def _newest_message_id(room_id: int) -> int:
    newest = db.session.scalar(sa.select(sa.func.max(Message.id)).where(Message.room_id == room_id))
    return newest or 0


def _tell(room: Room, membership: Membership, actor_id: int | None) -> None:
    user = db.session.get_one(User, membership.user_id)
    # Before the room: a guest knows its people when it opens.
    show_people(guests_in(room.id), {user.id}, actor_id=actor_id)
    if not sees_everybody(user):
        show_people([user.id], room_people(room.id), actor_id=actor_id)
    if user.role != BOT:
        seen = room_as_seen(Caller(user.id, user.name, user.role, user.language), room)
        publish(RoomJoined(actor_id=actor_id, room=seen), user_stream(user.id))
    publish(
        MemberAdded(
            actor_id=actor_id,
            room_id=room.id,
            user_id=user.id,
            member=member_payload(membership),
            user=user_payload(user),
        ),
        room_stream(room.id),
    )
