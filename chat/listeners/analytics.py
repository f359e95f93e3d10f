"""How much is said where, by whom and on which day: the figures behind insights."""

from collections import Counter
from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from chat.clock import day_of
from chat.extensions import db
from chat.listeners.listener import LocalListener, listener
from chat.log import Entry
from chat.models import DailyActivity, Message
from chat.queries.workspace import workspace_zone
from chat.unit_of_work import execute_sql

# The day and the author come from the message, which a deletion leaves in place: what was said was said.
READ = "SELECT created_at, room_id, author_id FROM message WHERE id IN ({places})"
COUNT = """
    INSERT INTO daily_activity (day, room_id, user_id, message_count) VALUES (?, ?, ?, ?)
    ON CONFLICT (day, room_id, user_id) DO UPDATE SET message_count = message_count + excluded.message_count
"""


@listener("analytics", types={"message_posted"})
class Analytics(LocalListener):
    """Counts every message once."""

    def apply(self, entries: Sequence[Entry]) -> None:
        """Count what was posted."""
        _count(entry.message_id for entry in entries)

    def reset(self) -> None:
        """Forget all counts."""
        db.session.execute(sa.delete(DailyActivity))

    def rebuild(self, after_id: int, until_id: int, limit: int) -> int | None:
        """Count what is stored."""
        query = sa.select(Message.id).where(Message.id > after_id, Message.id <= until_id).order_by(Message.id)
        ids = db.session.scalars(query.limit(limit)).all()
        _count(ids)
        return ids[-1] if ids else None


def _count(message_ids: Iterable[int | None]) -> None:
    ids = list(message_ids)
    zone = workspace_zone()
    posted = execute_sql(READ.format(places=", ".join("?" * len(ids))), ids)
    counted = Counter((day_of(at, zone), room_id, author_id) for at, room_id, author_id in posted)
    for (day, room_id, author_id), count in counted.items():
        execute_sql(COUNT, (day, room_id, author_id, count))
