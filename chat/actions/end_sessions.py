"""Sign a person out everywhere."""

import sqlalchemy as sa

from chat.actions.end_session import end_session
from chat.actions.revoke_token import revoke_token
from chat.extensions import db
from chat.models import ApiToken, Session


def end_sessions(user_id: int, *, actor_id: int | None, keep_session_id: int | None = None) -> None:
    """End the person's sessions, all but the one to keep, and withdraw all of their bearer tokens."""
    for session in db.session.scalars(sa.select(Session).where(Session.user_id == user_id)).all():
        if session.id != keep_session_id:
            end_session(session, actor_id=actor_id)
    for token in db.session.scalars(sa.select(ApiToken).where(ApiToken.user_id == user_id)).all():
        revoke_token(token, actor_id=actor_id)
