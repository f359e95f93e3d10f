"""Remember how a person wants the page."""

from collections.abc import Mapping

from chat.events import PreferencesChanged
from chat.log import user_stream
from chat.models import User
from chat.queries.preferences import preferences_of
from chat.unit_of_work import publish


def set_preferences(user: User, chosen: Mapping[str, object]) -> None:
    """Set the named preferences, which the caller checked, and tell the person's devices; the others stay."""
    before = preferences_of(user)
    # A new dict, because SQLAlchemy does not see a change inside the old one.
    user.preferences = {**user.preferences, **chosen}
    after = preferences_of(user)
    if after != before:
        publish(PreferencesChanged(actor_id=user.id, preferences=after), user_stream(user.id))
