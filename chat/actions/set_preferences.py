"""Remember how a person wants the page."""

from collections.abc import Mapping

from chat.models import User


def set_preferences(user: User, chosen: Mapping[str, object]) -> None:
    """Set the named preferences, which the caller checked; the others stay."""
    # A new dict, because SQLAlchemy does not see a change inside the old one.
    user.preferences = {**user.preferences, **chosen}
