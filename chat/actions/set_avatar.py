"""Change one's own picture."""

from chat.actions.tell_of_user import tell_of_user
from chat.models import User


def set_avatar(user: User, file_name: str | None) -> str | None:
    """Show another picture, or none; its file is in place already.

    Returns:
        The name of the file that nobody refers to any more once this is committed.
    """
    before = user.avatar
    if file_name != before:
        user.avatar = file_name
        tell_of_user(user, actor_id=user.id)
    return before
