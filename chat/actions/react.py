"""Add a reaction, or take it back."""

import sqlalchemy as sa

from chat.clock import now_text
from chat.errors import N_, InvalidError, MessageDeletedError
from chat.events import ReactionAdded, ReactionEvent, ReactionRemoved
from chat.extensions import db
from chat.log import room_stream
from chat.models import Message, Reaction
from chat.payloads import MessagePayload
from chat.permissions import Caller
from chat.queries.messages import message_as_seen
from chat.queries.rooms import check_writable
from chat.unit_of_work import publish

MOST_KINDS = 30
MOST_OF_ONE_PERSON = 20


def add_reaction(message: Message, person: Caller, emoji: str) -> MessagePayload:
    """Put the person's emoji under the message; twice is once.

    Raises:
        MessageDeletedError: there is nothing to react to.
        RoomArchivedError: the room can only be read.
        InvalidError: the message has 30 kinds of emoji already, or 20 of this person.
    """
    if message.deleted_at is not None:
        raise MessageDeletedError
    check_writable(message.room_id)
    if db.session.get(Reaction, (message.id, emoji, person.id)) is not None:
        return message_as_seen(message)
    _check_room_for(message.id, person.id, emoji)
    db.session.add(Reaction(message_id=message.id, emoji=emoji, user_id=person.id, at=now_text()))
    return _tell(ReactionAdded, message, person, emoji)


def remove_reaction(message: Message, person: Caller, emoji: str) -> MessagePayload:
    """Take the person's emoji away; one that is not there stays away."""
    reaction = db.session.get(Reaction, (message.id, emoji, person.id))
    if reaction is None:
        return message_as_seen(message)
    db.session.delete(reaction)
    return _tell(ReactionRemoved, message, person, emoji)


def _check_room_for(message_id: int, person_id: int, emoji: str) -> None:
    query = sa.select(Reaction.emoji, Reaction.user_id).where(Reaction.message_id == message_id)
    given = [(kind, user_id) for kind, user_id in db.session.execute(query)]
    kinds = {kind for kind, _ in given}
    if emoji not in kinds and len(kinds) >= MOST_KINDS:
        raise InvalidError(emoji=N_("This message has enough kinds of reactions."))
    if sum(user_id == person_id for _, user_id in given) >= MOST_OF_ONE_PERSON:
        raise InvalidError(emoji=N_("You have reacted to this message often enough."))


def _tell(event: type[ReactionEvent], message: Message, person: Caller, emoji: str) -> MessagePayload:
    db.session.flush()
    seen = message_as_seen(message)
    publish(
        event(
            actor_id=person.id,
            message_id=message.id,
            emoji=emoji,
            user_id=person.id,
            reactions=seen["reactions"],
        ),
        room_stream(message.room_id),
    )
    return seen
