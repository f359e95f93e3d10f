"""Choose the time zone of the workspace."""

import sqlalchemy as sa

from chat.extensions import db
from chat.models import DailyActivity, DeadLetter, ListenerState, ResponseTime, Workspace

COUNTED_BY_DAY = {"analytics": DailyActivity, "response_times": ResponseTime}


def choose_workspace_zone(workspace: Workspace, time_zone: str) -> None:
    """Count by the days of another time zone, from the first message on; until that is done figures are missing.

    The counts are emptied with the choice, so that no figure is ever of two zones.
    """
    if time_zone == workspace.time_zone:
        return
    workspace.time_zone = time_zone
    for name, counts in COUNTED_BY_DAY.items():
        db.session.execute(sa.delete(counts))
        db.session.execute(sa.delete(DeadLetter).where(DeadLetter.listener == name))
        # Without a place it begins as on its first day, with what is stored.
        db.session.execute(sa.delete(ListenerState).where(ListenerState.name == name))
    db.session.flush()
