"""Note when a session or a bearer token was last used."""

import sqlalchemy as sa

from chat.clock import now_text
from chat.extensions import db
from chat.models import ApiToken, Session


def note_use(*, session_id: int | None, token_id: int | None) -> None:
    """Set the time of the session or token that a request came with, if it has not ended meanwhile."""
    at = now_text()
    if session_id is not None:
        db.session.execute(sa.update(Session).where(Session.id == session_id).values(last_seen_at=at))
    elif token_id is not None:
        db.session.execute(sa.update(ApiToken).where(ApiToken.id == token_id).values(last_used_at=at))
