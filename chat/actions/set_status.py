"""Say what one is doing, and whether one is away."""

from chat.actions.tell_of_user import tell_of_user
from chat.models import User


def set_status(user: User, *, emoji: str, text: str, expires_at: str | None) -> None:
    """Show the status until it expires; without emoji and text there is none."""
    after = (emoji, text, expires_at if emoji or text else None)
    if after != (user.status_emoji, user.status_text, user.status_expires_at):
        user.status_emoji, user.status_text, user.status_expires_at = after
        tell_of_user(user, actor_id=user.id, is_passing=True)


def end_status(user: User) -> None:
    """Take away a status whose time is over."""
    user.status_emoji, user.status_text, user.status_expires_at = "", "", None
    tell_of_user(user, actor_id=None, is_passing=True)


def set_away(user: User, *, is_away: bool) -> None:
    """Show the person as away on whatever device they are, or as their devices say again."""
    if is_away != user.is_away:
        user.is_away = is_away
        tell_of_user(user, actor_id=user.id, is_passing=True)
