"""Bring a deactivated person back."""

from chat.actions.tell_of_user import tell_of_user
from chat.models import User


def reactivate_user(user: User, *, actor_id: int) -> None:
    """Let the person sign in again, with the password, role and rooms that they had."""
    if user.deactivated_at is not None:
        user.deactivated_at = None
        tell_of_user(user, actor_id=actor_id)
