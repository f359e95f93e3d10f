"""Change a person's role in the workspace."""

import sqlalchemy as sa

from chat.actions.show_people import show_people
from chat.actions.tell_of_user import tell_of_user
from chat.actions.withdraw_links import withdraw_links
from chat.errors import LastOwnerError
from chat.events import PeopleShown
from chat.extensions import db
from chat.log import user_stream
from chat.models import User
from chat.permissions import ROLES, sees_everybody
from chat.queries.people import is_last_owner
from chat.queries.sight import people_seen_by
from chat.unit_of_work import publish


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
    changes_sight = "guest" in {user.role, role}
    user.role = role
    tell_of_user(user, actor_id=actor_id)
    if changes_sight:
        _change_sight(user, actor_id)


def _change_sight(user: User, actor_id: int) -> None:
    if not sees_everybody(user):
        everybody = set(db.session.scalars(sa.select(User.id)))
        show_people([user.id], everybody, actor_id=actor_id)
        return
    publish(PeopleShown(actor_id=actor_id, users=people_seen_by(user)), user_stream(user.id))
