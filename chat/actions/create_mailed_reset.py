"""Make the reset link of a mail."""

import hashlib
import hmac
from base64 import urlsafe_b64encode

import sqlalchemy as sa

from chat.actions.create_reset import create_reset
from chat.clock import in_hours
from chat.extensions import db
from chat.models import PasswordReset, User
from chat.queries.caller import hash_token

HOURS = 2
"""Whoever asked is waiting for it."""


def mailed_token(secret: bytes, key: str) -> str:
    """Return the token of a mail: nobody can tell it without the secret, and every try has the same one."""
    return urlsafe_b64encode(hmac.digest(secret, f"reset:{key}".encode(), hashlib.sha256)).decode().rstrip("=")


def create_mailed_reset(user: User, token: str) -> bool:
    """Let the token set a new password for two hours from now; return False when it has done so already."""
    query = sa.select(PasswordReset).where(PasswordReset.token_hash == hash_token(token))
    earlier = db.session.scalars(query).first()
    if earlier is not None and earlier.used_at is not None:
        return False
    if earlier is None:
        earlier = create_reset(user, created_by=user.id, token=token).row
    earlier.expires_at = in_hours(HOURS)
    return True
