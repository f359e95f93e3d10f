"""Let the oldest events leave the log; messages stay."""

from collections.abc import Collection
from itertools import takewhile

import sqlalchemy as sa

from chat import failpoints
from chat.extensions import db
from chat.models import ListenerState
from chat.unit_of_work import execute_sql

OLDEST = "SELECT seq, stream_id, stream_seq, at FROM event WHERE seq <= ? ORDER BY seq LIMIT ?"


def trim_log(*, before: str, place: int, listeners: Collection[str], limit: int) -> int:
    """Remove up to `limit` of the oldest events, and raise the floors of their streams with them.

    It stops at the first event that is not older than `before`: after a jump of the clock older ones may follow, and
    they stay until it is old as well. So the log loses nothing but its beginning, and finding the place takes no index.
    It also stops after `place`, which is the broadcaster's, and after the cursor of any of the `listeners`.

    Returns:
        How many events were removed; fewer than `limit` when there are no more.
    """
    cursors = sa.select(sa.func.min(ListenerState.cursor)).where(ListenerState.name.in_(listeners))
    furthest = db.session.scalars(cursors).one()
    until = place if furthest is None else min(place, furthest)
    rows = execute_sql(OLDEST, (until, limit)).fetchall()
    old = list(takewhile(lambda row: row[3] < before, rows))
    if old:
        execute_sql("DELETE FROM event WHERE seq <= ?", (old[-1][0],))
        failpoints.reach("during_retention")
        for stream, stream_seq in {stream: stream_seq for _, stream, stream_seq, _ in old}.items():
            execute_sql("UPDATE stream SET floor = ? WHERE id = ?", (stream_seq, stream))
    return len(old)
