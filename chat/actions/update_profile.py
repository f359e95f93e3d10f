"""Change one's own profile."""

from collections.abc import Mapping

from chat.actions.tell_of_user import tell_of_user
from chat.models import User

FIELDS = ("name", "title", "pronouns", "about", "phone", "language", "time_zone")


def update_profile(user: User, chosen: Mapping[str, str]) -> None:
    """Set the named fields, which the caller checked; the others stay."""
    before = [getattr(user, name) for name in FIELDS]
    for name in FIELDS:
        setattr(user, name, chosen.get(name, getattr(user, name)))
    if [getattr(user, name) for name in FIELDS] != before:
        tell_of_user(user, actor_id=user.id)
