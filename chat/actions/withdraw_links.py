"""Withdraw the links that a person handed out."""

import sqlalchemy as sa

from chat.clock import now_text
from chat.extensions import db
from chat.models import Invite, PasswordReset


def withdraw_links(user_id: int) -> None:
    """End the open invites and reset links that the person made."""
    at = now_text()
    invites = (Invite.created_by == user_id, Invite.revoked_at.is_(None))
    resets = (PasswordReset.created_by == user_id, PasswordReset.used_at.is_(None))
    db.session.execute(sa.update(Invite).where(*invites).values(revoked_at=at))
    db.session.execute(sa.update(PasswordReset).where(*resets).values(used_at=at))
