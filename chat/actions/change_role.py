"""Change a person's role in the workspace."""

from chat.actions.tell_of_user import tell_of_user
from chat.actions.withdraw_links import withdraw_links
from chat.errors import LastOwnerError
from chat.models import User
from chat.permissions import ROLES
from chat.queries.people import is_last_owner


def change_role(user: User, role: str, *, actor_id: int) -> None:
    """Give the person another role; whoever loses rights loses the links they handed out.

    Raises:
        LastOwnerError: nobody else would own the workspace.
    """
    if role == user.role:
        return
    if is_last_owner(user):
        raise LastOwnerError
    if ROLES.index(role) > ROLES.index(user.role):
        withdraw_links(user.id)
    user.role = role
    tell_of_user(user, actor_id=actor_id)
