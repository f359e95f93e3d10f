"""Let the oldest events leave the log; messages stay."""

from itertools import takewhile

import sqlalchemy as sa

from chat import failpoints
from chat.extensions import db
from chat.models import ListenerState
from chat.unit_of_work import execute_sql

OLDEST = "SELECT seq, stream_id, stream_seq, at FROM event WHERE seq <= ? ORDER BY seq LIMIT ?"


def trim_log(*, before: str, place: int, limit: int) -> int:
    """Remove up to `limit` of the oldest events, and raise the floors of their streams with them.

    It stops at the first event that is not older than `before`: after a jump of the clock older ones may follow, and
    they stay until it is old as well. So the log loses nothing but its beginning, and finding the place takes no index.
    It also stops after `place`, which is the broadcaster's, and at the cursor of every listener, one that this process
    does not have included: `flask listeners forget` is for those that are gone for good.

    Returns:
        How many events were removed; fewer than `limit` when there are no more.
    """
    furthest = db.session.scalars(sa.select(sa.func.min(ListenerState.cursor))).one()
    until = place if furthest is None else min(place, furthest)
    rows = execute_sql(OLDEST, (until, limit)).fetchall()
    old = list(takewhile(lambda row: row[3] < before, rows))
    if old:
        execute_sql("DELETE FROM event WHERE seq <= ?", (old[-1][0],))
        failpoints.reach("during_retention")
        for stream, stream_seq in {stream: stream_seq for _, stream, stream_seq, _ in old}.items():
            execute_sql("UPDATE stream SET floor = ? WHERE id = ?", (stream_seq, stream))
    return len(old)
