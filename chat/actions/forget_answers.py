"""Forget the stored answers that are too old to be asked for again."""

from collections.abc import Iterable

import sqlalchemy as sa

from chat.extensions import db
from chat.models import StoredAnswer


def forget_answers(keys: Iterable[tuple[int, str]], *, before: str) -> None:
    """Delete what was answered to these writes, each a user and an idempotency key, if that was earlier."""
    for user_id, key in keys:
        which = (StoredAnswer.user_id == user_id, StoredAnswer.key == key, StoredAnswer.at < before)
        db.session.execute(sa.delete(StoredAnswer).where(*which))
