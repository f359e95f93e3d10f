"""Make a reset link for somebody who is locked out."""

import secrets
from typing import NamedTuple

import sqlalchemy as sa

from chat.clock import in_hours, now_text
from chat.errors import DeactivatedError
from chat.extensions import db
from chat.models import PasswordReset, User
from chat.queries.caller import hash_token

RESET_HOURS = 24


class CreatedReset(NamedTuple):
    """A reset's row, and the token in its link; only its hash is stored."""

    row: PasswordReset
    token: str


def create_reset(user: User, *, created_by: int, token: str | None = None) -> CreatedReset:
    """Make a one-time link that sets a new password within a day; earlier ones of the person end.

    Publishes nothing, so that a command may run it beside the server.

    Raises:
        DeactivatedError: a deactivated person could not sign in with any password.
    """
    if user.deactivated_at is not None:
        raise DeactivatedError
    earlier = (PasswordReset.user_id == user.id, PasswordReset.used_at.is_(None))
    db.session.execute(sa.update(PasswordReset).where(*earlier).values(used_at=now_text()))
    token = token or secrets.token_urlsafe(32)
    row = PasswordReset(
        user_id=user.id,
        created_by=created_by,
        token_hash=hash_token(token),
        created_at=now_text(),
        expires_at=in_hours(RESET_HOURS),
    )
    db.session.add(row)
    db.session.flush()
    return CreatedReset(row, token)
