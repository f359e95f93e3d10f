"""Ask something: what makes a message a poll, and what ends it."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from chat.clock import now_text
from chat.events import PollClosed, PollVoteChanged
from chat.extensions import db
from chat.log import room_stream, user_stream
from chat.models import Message, Poll, PollOption, PollVote
from chat.payloads import PollPayload
from chat.queries.polls import poll_as_seen, poll_of, voters_of
from chat.unit_of_work import publish


@dataclass(frozen=True)
class Question:
    """What is asked; the caller checked it."""

    text: str
    options: Sequence[str]
    is_multiple: bool = False
    is_anonymous: bool = False
    ends_at: str | None = None


def keep_poll(message_id: int, question: Question | None) -> PollPayload | None:
    """Keep the poll of a message that is being posted, and return it as it is shown."""
    if question is None:
        return None
    db.session.add(
        Poll(
            message_id=message_id,
            question=question.text,
            is_multiple=question.is_multiple,
            is_anonymous=question.is_anonymous,
            ends_at=question.ends_at,
        )
    )
    db.session.flush()
    db.session.add_all(
        PollOption(message_id=message_id, number=number, text=text)
        for number, text in enumerate(question.options, start=1)
    )
    db.session.flush()
    return poll_as_seen(message_id)


def close_poll(message: Message, *, actor_id: int | None) -> None:
    """Take no more votes; a poll that is closed stays closed."""
    poll = poll_of(message)
    if poll.closed_at is not None:
        return
    poll.closed_at = now_text()
    db.session.flush()
    told = poll_as_seen(message.id)
    if told is not None:
        publish(PollClosed(actor_id=actor_id, message_id=message.id, poll=told), room_stream(message.room_id))


def forget_poll(message_id: int, *, actor_id: int) -> None:
    """Delete the poll of a message that is being deleted, and who voted what."""
    poll = db.session.get(Poll, message_id)
    if poll is None:
        return
    if poll.is_anonymous:
        for user_id in voters_of(message_id):
            event = PollVoteChanged(actor_id=actor_id, poll_id=message_id, options=())
            publish(event, user_stream(user_id))
    for table in (PollVote, PollOption, Poll):
        db.session.execute(sa.delete(table).where(table.message_id == message_id))
