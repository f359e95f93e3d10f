"""Change a password."""

import sqlalchemy as sa

from chat.actions.end_sessions import end_sessions
from chat.clock import now_text
from chat.extensions import db
from chat.models import PasswordReset, User


def change_password(user: User, *, password_hash: str, actor_id: int, keep_session_id: int | None = None) -> None:
    """Set the new password, end every session but one, and withdraw the person's tokens and open reset links."""
    user.password_hash = password_hash
    open_links = (PasswordReset.user_id == user.id, PasswordReset.used_at.is_(None))
    db.session.execute(sa.update(PasswordReset).where(*open_links).values(used_at=now_text()))
    end_sessions(user.id, actor_id=actor_id, keep_session_id=keep_session_id)
