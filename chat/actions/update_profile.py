"""Change one's own profile."""

from chat.actions.tell_of_user import tell_of_user
from chat.models import User


def update_profile(
    user: User, *, name: str | None = None, language: str | None = None, time_zone: str | None = None
) -> None:
    """Set what is given; what is None stays."""
    before = (user.name, user.language, user.time_zone)
    after = (name or user.name, language or user.language, time_zone or user.time_zone)
    if after != before:
        user.name, user.language, user.time_zone = after
        tell_of_user(user, actor_id=user.id)
