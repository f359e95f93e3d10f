"""Deactivate a person."""

from chat.actions.end_sessions import end_sessions
from chat.actions.tell_of_user import tell_of_user
from chat.actions.withdraw_links import withdraw_links
from chat.clock import now_text
from chat.errors import LastOwnerError
from chat.models import User
from chat.queries.people import is_last_owner


def deactivate_user(user: User, *, actor_id: int) -> None:
    """Put the person out at once: sessions, tokens, sockets and the links they made; what they wrote stays.

    Raises:
        LastOwnerError: nobody else would own the workspace.
    """
    if user.deactivated_at is not None:
        return
    if is_last_owner(user):
        raise LastOwnerError
    user.deactivated_at = now_text()
    tell_of_user(user, actor_id=actor_id)
    withdraw_links(user.id)
    end_sessions(user.id, actor_id=actor_id)
