"""Remove a person from a room, or let them leave."""

import sqlalchemy as sa

from chat.actions.save_draft import drop_drafts
from chat.actions.show_people import show_people
from chat.errors import DirectRoomError, NotFoundError
from chat.events import MemberRemoved, RoomLeft
from chat.extensions import db
from chat.log import room_stream, user_stream
from chat.models import FormerMember, Membership, Message, Reaction, ThreadFollow, User
from chat.permissions import BOT, sees_everybody
from chat.queries.rooms import RoomSeen
from chat.queries.sight import guests_in, room_people
from chat.unit_of_work import publish


def remove_member(room: RoomSeen, user_id: int, *, actor_id: int | None) -> None:
    """Take the person out of the room and tell both, but a bot of nothing.

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
    db.session.execute(sa.delete(ThreadFollow).where(ThreadFollow.user_id == user_id, ThreadFollow.room_id == room.id))
    db.session.flush()
    if _has_left_words(room.id, user_id):
        db.session.add(FormerMember(room_id=room.id, user_id=user_id))
        db.session.flush()
    stream = room_stream(room.id)
    if db.session.get_one(User, user_id).role != BOT:
        publish(RoomLeft(actor_id=actor_id, room_id=room.id, stream=stream), user_stream(user_id))
    publish(MemberRemoved(actor_id=actor_id, room_id=room.id, user_id=user_id), stream)
    _tell_guests(room.id, user_id, actor_id)


def _has_left_words(room_id: int, user_id: int) -> bool:
    said = sa.exists().where(Message.room_id == room_id, Message.author_id == user_id)
    reacted = sa.exists().where(
        Message.room_id == room_id, Reaction.message_id == Message.id, Reaction.user_id == user_id
    )
    return bool(db.session.scalar(sa.select(sa.or_(said, reacted))))


def _tell_guests(room_id: int, user_id: int, actor_id: int | None) -> None:
    show_people(guests_in(room_id), {user_id}, actor_id=actor_id)
    if not sees_everybody(db.session.get_one(User, user_id)):
        show_people([user_id], room_people(room_id), actor_id=actor_id)
