"""Let the oldest events leave the log; messages stay."""

from itertools import takewhile

import sqlalchemy as sa

from chat import failpoints
from chat.extensions import db
from chat.models import DeadLetter, Delivery, ListenerState, LoggedEvent
from chat.unit_of_work import execute_sql

OLDEST = "SELECT seq, stream_id, stream_seq, at FROM event WHERE seq <= ? ORDER BY seq LIMIT ?"

KEPT = sa.select(LoggedEvent.seq)
"""A dead letter of a rebuild may be about a message whose event has left the log already."""


def trim_log(*, before: str, place: int, limit: int) -> int:
    """Remove up to `limit` of the oldest events, and raise the floors of their streams with them.

    It stops at the first event that is not older than `before`: after a jump of the clock older ones may follow, and
    they stay until it is old as well. So the log loses nothing but its beginning, and finding the place takes no index.
    It also stops after `place`, which is the broadcaster's, at the cursor of every listener, one that this process
    does not have included (`flask listeners forget` is for those that are gone for good), and before the first event
    that is a dead letter or still to be delivered somewhere: without the event nobody could try it again.

    Returns:
        How many events were removed; fewer than `limit` when there are no more.
    """
    furthest = db.session.scalars(sa.select(sa.func.min(ListenerState.cursor))).one()
    given_up = db.session.scalars(sa.select(sa.func.min(DeadLetter.seq)).where(DeadLetter.seq.in_(KEPT))).one()
    open_seqs = sa.select(sa.func.min(Delivery.seq)).where(Delivery.state != "sent", Delivery.seq.is_not(None))
    to_deliver = db.session.scalars(open_seqs.where(Delivery.seq.in_(KEPT))).one()
    bounds = (place, furthest, given_up and given_up - 1, to_deliver and to_deliver - 1)
    until = min(bound for bound in bounds if bound is not None)
    rows = execute_sql(OLDEST, (until, limit)).fetchall()
    old = list(takewhile(lambda row: row[3] < before, rows))
    if old:
        execute_sql("DELETE FROM event WHERE seq <= ?", (old[-1][0],))
        failpoints.reach("during_retention")
        for stream, stream_seq in {stream: stream_seq for _, stream, stream_seq, _ in old}.items():
            execute_sql("UPDATE stream SET floor = ? WHERE id = ?", (stream_seq, stream))
    return len(old)
