"""Change an incoming webhook, or delete it."""

from chat.actions.add_member import add_member
from chat.actions.deactivate_user import deactivate_user
from chat.actions.reactivate_user import reactivate_user
from chat.actions.remove_member import remove_member
from chat.actions.tell_of_user import tell_of_user
from chat.errors import HookRoomGoneError
from chat.extensions import db
from chat.models import IncomingHook, Room
from chat.queries.hooks import bot_of, room_of_hook


def change_incoming_hook(
    hook: IncomingHook,
    *,
    actor_id: int,
    name: str | None = None,
    may_call: bool | None = None,
    is_enabled: bool | None = None,
) -> None:
    """Change what is given; switching it on puts its bot back into the room too."""
    bot = bot_of(hook)
    if name is not None and name != bot.name:
        bot.name = name
        tell_of_user(bot, actor_id=actor_id)
    if may_call is not None:
        hook.may_call = may_call
    if is_enabled is True:
        reactivate_user(bot, actor_id=actor_id)
        add_member(db.session.get_one(Room, hook.room_id), bot.id, actor_id=actor_id)
    elif is_enabled is False:
        deactivate_user(bot, actor_id=actor_id)
    db.session.flush()


def delete_incoming_hook(hook: IncomingHook, *, actor_id: int) -> None:
    """Let nobody post through it any more; its bot leaves the room, and what it said stays."""
    bot = bot_of(hook)
    try:
        room, _ = room_of_hook(hook)
        remove_member(room, bot.id, actor_id=actor_id)
    except HookRoomGoneError:
        pass
    deactivate_user(bot, actor_id=actor_id)
    db.session.delete(hook)
    db.session.flush()
