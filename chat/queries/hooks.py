"""Incoming webhooks: found by those who manage them through their rooms, and by programs through a secret."""

import hmac

import sqlalchemy as sa

from chat.errors import HookRoomGoneError, NotFoundError
from chat.extensions import db
from chat.models import IncomingHook, Membership, User
from chat.payloads import IncomingHookPayload, incoming_hook_payload
from chat.permissions import Caller
from chat.queries.caller import hash_token
from chat.queries.rooms import RoomSeen, room_for

NO_HASH = hash_token("")


def incoming_hooks(caller: Caller) -> list[IncomingHookPayload]:
    """Return the incoming webhooks of the rooms that the caller is in, in the order they were made."""
    query = (
        sa.select(IncomingHook, User)
        .join(User, User.id == IncomingHook.bot_id)
        .where(IncomingHook.room_id.in_(_rooms_of(caller)))
        .order_by(IncomingHook.id)
    )
    found = db.session.execute(query).all()
    bots = Membership.user_id.in_([hook.bot_id for hook, _ in found])
    present = {(room_id, bot_id) for room_id, bot_id in db.session.execute(sa.select(*_membership()).where(bots))}
    return [incoming_hook_payload(hook, bot, is_in_room=(hook.room_id, hook.bot_id) in present) for hook, bot in found]


def incoming_hook_for(caller: Caller, hook_id: int) -> IncomingHook:
    """Return the webhook if the caller is in its room.

    Raises:
        NotFoundError: there is none, or it is of another room: nobody can tell which.
    """
    query = sa.select(IncomingHook).where(IncomingHook.id == hook_id, IncomingHook.room_id.in_(_rooms_of(caller)))
    hook = db.session.scalars(query).first()
    if hook is None:
        raise NotFoundError
    return hook


def incoming_hook_as_seen(hook: IncomingHook) -> IncomingHookPayload:
    """Return one webhook as those see it who manage it."""
    is_in_room = db.session.get(Membership, (hook.room_id, hook.bot_id)) is not None
    return incoming_hook_payload(hook, bot_of(hook), is_in_room=is_in_room)


def incoming_hook_count(room_id: int) -> int:
    """Return how many webhooks a room has."""
    query = sa.select(sa.func.count()).select_from(IncomingHook).where(IncomingHook.room_id == room_id)
    return db.session.scalar(query) or 0


def hook_with_secret(hook_id: int, secret: str) -> IncomingHook:
    """Return the webhook that takes messages under this secret; a wrong one takes as long as one that is nobody's.

    Raises:
        NotFoundError: there is none, it is switched off, or the secret is not its own: nobody can tell which.
    """
    hook = db.session.get(IncomingHook, hook_id)
    is_right = hmac.compare_digest(hook.secret_hash if hook else NO_HASH, hash_token(secret))
    if hook is None or not is_right or bot_of(hook).deactivated_at is not None:
        raise NotFoundError
    return hook


def bot_of(hook: IncomingHook) -> User:
    """Return in whose name a webhook posts."""
    return db.session.get_one(User, hook.bot_id)


def room_of_hook(hook: IncomingHook) -> tuple[RoomSeen, Caller]:
    """Return the room, through the membership of the bot, and the bot as the author of messages.

    Raises:
        HookRoomGoneError: the bot was taken out of the room.
    """
    bot = bot_of(hook)
    author = Caller(bot.id, bot.name, bot.role, bot.language)
    try:
        return room_for(author, hook.room_id), author
    except NotFoundError as error:
        raise HookRoomGoneError from error


def _rooms_of(caller: Caller) -> sa.Select[int]:
    return sa.select(Membership.room_id).where(Membership.user_id == caller.id)


def _membership() -> tuple[sa.ColumnElement[int], sa.ColumnElement[int]]:
    return sa.type_coerce(Membership.room_id, sa.Integer), sa.type_coerce(Membership.user_id, sa.Integer)
