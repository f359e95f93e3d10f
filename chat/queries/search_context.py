"""The line of context of a search result: what was said in the room just before it."""

import datetime as dt
from collections.abc import Sequence
from typing import TypedDict

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from chat.clock import moment_of
from chat.extensions import db
from chat.models import Message
from chat.queries.snippets import snippet

LONGEST_PAUSE = dt.timedelta(minutes=10)
"""After that, people talk about something else."""


class Before(TypedDict):
    """The message before a result, as plain text."""

    id: int
    author_id: int
    created_at: str
    text: str


def said_before(messages: Sequence[Message]) -> dict[int, Before]:
    """Return by the id of a message what was said just before it, in the same room; without those that open a talk."""
    earlier, any_earlier = aliased(Message), aliased(Message)
    last_id = (
        sa.select(sa.func.max(any_earlier.id))
        .where(any_earlier.room_id == Message.room_id, any_earlier.id < Message.id)
        .correlate(Message)
        .scalar_subquery()
    )
    query = (
        sa.select(Message, earlier)
        .join(earlier, earlier.id == last_id)
        .where(Message.id.in_([message.id for message in messages]), earlier.deleted_at.is_(None))
    )
    return {message.id: _before(one) for message, one in db.session.execute(query) if _is_talk(one, message)}


def _is_talk(earlier: Message, message: Message) -> bool:
    pause = moment_of(message.created_at) - moment_of(earlier.created_at)
    return abs(pause) <= LONGEST_PAUSE and earlier.parent_id == message.parent_id


def _before(message: Message) -> Before:
    text = "".join(part["text"] for part in snippet(message.text, []))
    return {"id": message.id, "author_id": message.author_id, "created_at": message.created_at, "text": text}
