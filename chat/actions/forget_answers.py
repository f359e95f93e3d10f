"""Forget the stored answers that are too old to be asked for again."""

import sqlalchemy as sa

from chat.clock import in_hours
from chat.extensions import db
from chat.models import StoredAnswer

KEPT_HOURS = 30 * 24


def forget_answers(user_id: int) -> None:
    """Delete what was answered to the person's writes more than 30 days ago."""
    old = (StoredAnswer.user_id == user_id, StoredAnswer.at < in_hours(-KEPT_HOURS))
    db.session.execute(sa.delete(StoredAnswer).where(*old))
