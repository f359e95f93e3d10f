"""Choose the time zone of the workspace."""

import sqlalchemy as sa

from chat.extensions import db
from chat.models import DailyActivity, DeadLetter, ListenerState, Message, ResponseTime, Workspace
from chat.unit_of_work import present_seq

COUNTED_BY_DAY = {"analytics": DailyActivity, "response_times": ResponseTime}


def choose_workspace_zone(workspace: Workspace, time_zone: str) -> None:
    """Count by the days of another time zone, from the first message on; until that is done figures are missing.

    The counts are emptied with the choice, so that no figure is ever of two zones.
    """
    if time_zone == workspace.time_zone:
        return
    workspace.time_zone = time_zone
    newest = db.session.scalars(sa.select(sa.func.max(Message.id))).one()
    for name, counts in COUNTED_BY_DAY.items():
        db.session.execute(sa.delete(counts))
        state = db.session.get(ListenerState, name)
        if state is not None:
            state.cursor, state.attempts, state.next_attempt_at = present_seq(), 0, None
            state.rebuild_after, state.rebuild_until = (None, None) if newest is None else (0, newest)
        db.session.execute(sa.delete(DeadLetter).where(DeadLetter.listener == name))
    db.session.flush()
