"""How soon there is an answer: the figures behind the response times of insights."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

import sqlalchemy as sa

from chat.clock import day_of
from chat.extensions import db
from chat.listeners.listener import LocalListener, listener
from chat.log import Entry
from chat.models import Message, ResponseTime
from chat.queries.workspace import workspace_zone
from chat.response_times import response_seconds, step_of
from chat.unit_of_work import execute_sql

SAID_BY_PEOPLE = "FROM message CROSS JOIN user ON user.id = author_id WHERE role != 'bot'"
"""Bots neither wait nor answer; they never become people. CROSS keeps the messages in the order of their index."""
READ = f"SELECT message.id, room_id, parent_id, author_id, message.created_at {SAID_BY_PEOPLE} AND message.id = ?"
BEFORE = f"SELECT author_id, message.created_at {SAID_BY_PEOPLE}"
BEFORE_IN_ROOM = (
    f"{BEFORE} AND room_id = ? AND message.id < ? AND (parent_id IS NULL OR also_in_room) ORDER BY message.id DESC"
)
BEFORE_IN_THREAD = f"{BEFORE} AND parent_id = ? AND message.id < ? ORDER BY message.id DESC"
THREAD = f"{BEFORE} AND message.id = ?"
COUNT = """
    INSERT INTO response_time (day, seconds, response_count) VALUES (?, ?, ?)
    ON CONFLICT (day, seconds) DO UPDATE SET response_count = response_count + excluded.response_count
"""


@listener("response_times", types={"message_posted"})
class ResponseTimes(LocalListener):
    """Counts every answer once; what it answers was stored before it, so that the order of counting does not matter."""

    def apply(self, entries: Sequence[Entry]) -> None:
        """Count the answers among what was posted."""
        _count(entry.message_id for entry in entries)

    def reset(self) -> None:
        """Forget all counts."""
        db.session.execute(sa.delete(ResponseTime))

    def rebuild(self, after_id: int, until_id: int, limit: int) -> int | None:
        """Count the answers among what is stored."""
        query = sa.select(Message.id).where(Message.id > after_id, Message.id <= until_id).order_by(Message.id)
        ids = db.session.scalars(query.limit(limit)).all()
        _count(ids)
        return ids[-1] if ids else None


def _count(message_ids: Iterable[int | None]) -> None:
    zone = workspace_zone()
    answers = Counter(answer for message_id in message_ids for answer in _answers(message_id, zone))
    for (day, seconds), count in answers.items():
        execute_sql(COUNT, (day, seconds, count))


def _answers(message_id: int | None, zone: str) -> Iterator[tuple[str, int]]:
    for row_id, room_id, parent_id, author_id, at in execute_sql(READ, (message_id,)):
        # The author and the moment stay when a message is deleted.
        seconds = response_seconds(author_id, at, _before(row_id, room_id, parent_id))
        if seconds is not None:
            yield day_of(at, zone), step_of(seconds)


def _before(message_id: int, room_id: int, parent_id: int | None) -> Iterable[tuple[int, str]]:
    """Return author and moment of what stands before a message in its place, the newest first, as far as it is read."""
    if parent_id is None:
        return execute_sql(BEFORE_IN_ROOM, (room_id, message_id))
    return chain(execute_sql(BEFORE_IN_THREAD, (parent_id, message_id)), execute_sql(THREAD, (parent_id,)))
