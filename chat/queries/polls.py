"""Polls with their tallies; whose votes they are is told only where the poll has names."""

from collections.abc import Sequence

import sqlalchemy as sa

from chat.clock import now_text
from chat.errors import NotFoundError
from chat.extensions import db
from chat.models import Message, Poll, PollOption, PollVote
from chat.payloads import OwnVotesPayload, PollOptionPayload, PollPayload


def poll_of(message: Message) -> Poll:
    """Return the message's poll; the caller was found to see the message.

    Raises:
        NotFoundError: it asks nothing, or it was deleted.
    """
    poll = db.session.get(Poll, message.id)
    if poll is None:
        raise NotFoundError
    return poll


def poll_as_seen(message_id: int) -> PollPayload | None:
    """Return the message's poll as everybody in its room sees it."""
    return polls_as_seen([message_id]).get(message_id)


def polls_as_seen(message_ids: Sequence[int]) -> dict[int, PollPayload]:
    """Return the polls of those messages that ask something."""
    polls = {
        poll.message_id: poll for poll in db.session.scalars(sa.select(Poll).where(Poll.message_id.in_(message_ids)))
    }
    if not polls:
        return {}
    options = _options(list(polls))
    votes = _votes(list(polls))
    return {
        message_id: _payload(poll, options.get(message_id, []), votes.get(message_id, {}))
        for message_id, poll in polls.items()
    }


def votes_in(message_id: int, user_id: int) -> list[int]:
    """Return what one person has chosen, by number."""
    query = (
        sa.select(PollVote.number)
        .where(PollVote.message_id == message_id, PollVote.user_id == user_id)
        .order_by(PollVote.number)
    )
    return list(db.session.scalars(query))


def option_numbers(message_id: int) -> list[int]:
    """Return the numbers that can be chosen."""
    query = sa.select(PollOption.number).where(PollOption.message_id == message_id).order_by(PollOption.number)
    return list(db.session.scalars(query))


def voters_of(message_id: int) -> list[int]:
    """Return who has chosen something."""
    query = sa.select(PollVote.user_id).where(PollVote.message_id == message_id).distinct().order_by(PollVote.user_id)
    return list(db.session.scalars(query))


def anonymous_votes_of(user_id: int) -> list[OwnVotesPayload]:
    """Return what the person has chosen in anonymous polls, which no room's stream tells."""
    query = (
        sa.select(PollVote.message_id, PollVote.number)
        .join(Poll, Poll.message_id == PollVote.message_id)
        .where(PollVote.user_id == user_id, Poll.is_anonymous)
        .order_by(PollVote.message_id, PollVote.number)
    )
    found: dict[int, list[int]] = {}
    for message_id, number in db.session.execute(query):
        found.setdefault(message_id, []).append(number)
    return [{"message_id": message_id, "options": numbers} for message_id, numbers in found.items()]


def ended_polls(*, limit: int) -> Sequence[Message]:
    """Return the messages whose polls are open and past their end."""
    query = (
        sa.select(Message)
        .join(Poll, Poll.message_id == Message.id)
        .where(Poll.closed_at.is_(None), Poll.ends_at <= now_text())
        .order_by(Poll.ends_at, Poll.message_id)
        .limit(limit)
    )
    return db.session.scalars(query).all()


def _payload(poll: Poll, options: list[PollOption], votes: dict[int, list[int]]) -> PollPayload:
    shown: list[PollOptionPayload] = [
        {
            "number": option.number,
            "text": option.text,
            "count": len(votes.get(option.number, ())),
            "user_ids": None if poll.is_anonymous else votes.get(option.number, []),
        }
        for option in options
    ]
    return {
        "question": poll.question,
        "options": shown,
        "is_multiple": poll.is_multiple,
        "is_anonymous": poll.is_anonymous,
        "ends_at": poll.ends_at,
        "closed_at": poll.closed_at,
        "voter_count": len({user_id for user_ids in votes.values() for user_id in user_ids}),
    }


def _options(message_ids: Sequence[int]) -> dict[int, list[PollOption]]:
    query = (
        sa.select(PollOption)
        .where(PollOption.message_id.in_(message_ids))
        .order_by(PollOption.message_id, PollOption.number)
    )
    found: dict[int, list[PollOption]] = {}
    for option in db.session.scalars(query):
        found.setdefault(option.message_id, []).append(option)
    return found


def _votes(message_ids: Sequence[int]) -> dict[int, dict[int, list[int]]]:
    query = (
        sa.select(PollVote.message_id, PollVote.number, PollVote.user_id)
        .where(PollVote.message_id.in_(message_ids))
        .order_by(PollVote.at, sa.literal_column("poll_vote.rowid"))
    )
    found: dict[int, dict[int, list[int]]] = {}
    for message_id, number, user_id in db.session.execute(query):
        found.setdefault(message_id, {}).setdefault(number, []).append(user_id)
    return found
