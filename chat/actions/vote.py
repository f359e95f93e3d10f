"""Vote in a poll."""

from collections.abc import Sequence

import sqlalchemy as sa

from chat.clock import now_text
from chat.errors import N_, InvalidError, PollClosedError
from chat.events import PollVoteChanged, PollVoted
from chat.extensions import db
from chat.log import room_stream, user_stream
from chat.models import Message, PollVote
from chat.permissions import Caller
from chat.queries.polls import option_numbers, poll_as_seen, poll_of, votes_in
from chat.queries.rooms import check_writable
from chat.unit_of_work import publish


def vote(message: Message, person: Caller, numbers: Sequence[int]) -> None:
    """Choose these and nothing else; none takes the vote back.

    Raises:
        NotFoundError: the message asks nothing.
        PollClosedError: it takes no more votes.
        RoomArchivedError: the room can only be read.
        InvalidError: there is no such option, or only one can be chosen.
    """
    poll = poll_of(message)
    check_writable(message.room_id)
    if poll.closed_at is not None or (poll.ends_at is not None and poll.ends_at <= now_text()):
        raise PollClosedError
    chosen = sorted(set(numbers))
    if not set(chosen) <= set(option_numbers(message.id)):
        raise InvalidError(options=N_("There is no such option."))
    if len(chosen) > 1 and not poll.is_multiple:
        raise InvalidError(options=N_("Only one can be chosen."))
    if chosen == votes_in(message.id, person.id):
        return
    _replace(message.id, person.id, chosen)
    told = poll_as_seen(message.id)
    if told is not None:
        # Of an anonymous poll the room is not told who did it.
        actor_id = None if poll.is_anonymous else person.id
        publish(PollVoted(actor_id=actor_id, message_id=message.id, poll=told), room_stream(message.room_id))
    if poll.is_anonymous:
        event = PollVoteChanged(actor_id=person.id, poll_id=message.id, options=chosen)
        publish(event, user_stream(person.id))


def _replace(message_id: int, user_id: int, chosen: Sequence[int]) -> None:
    mine = sa.delete(PollVote).where(PollVote.message_id == message_id, PollVote.user_id == user_id)
    db.session.execute(mine)
    at = now_text()
    db.session.add_all(PollVote(message_id=message_id, number=number, user_id=user_id, at=at) for number in chosen)
    db.session.flush()
