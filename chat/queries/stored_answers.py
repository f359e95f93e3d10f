"""The answers that are kept for who repeats a write."""

from collections.abc import Sequence

import sqlalchemy as sa

from chat.extensions import db
from chat.models import StoredAnswer


def answers_after(place: tuple[int, str], *, limit: int) -> Sequence[sa.Row[int, str, str]]:
    """Return `user_id, key, at` of the next stored answers of all people, in the order of the table's key."""
    own = sa.tuple_(StoredAnswer.user_id, StoredAnswer.key)
    query = (
        sa.select(StoredAnswer.user_id, StoredAnswer.key, StoredAnswer.at)
        .where(own > place)
        .order_by(StoredAnswer.user_id, StoredAnswer.key)
        .limit(limit)
    )
    return db.session.execute(query).all()
