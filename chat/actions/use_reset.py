"""Use a reset link."""

from chat.actions.change_password import change_password
from chat.extensions import db
from chat.models import User
from chat.queries.access import usable_reset


def use_reset(token: str, *, password_hash: str) -> User:
    """Set the new password, once; every session and token of the person ends.

    Raises:
        ResetUnusableError: the link has expired, was used, or its person was deactivated.
    """
    user = db.session.get_one(User, usable_reset(token).user_id)
    change_password(user, password_hash=password_hash, actor_id=user.id)
    return user
