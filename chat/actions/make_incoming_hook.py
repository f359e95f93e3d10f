"""Make an incoming webhook, and give it another secret."""

import secrets
from typing import NamedTuple

from chat.actions.add_member import add_member
from chat.clock import now_text
from chat.errors import DirectRoomError, RoomArchivedError, TooManyHooksError
from chat.events import UserJoined
from chat.extensions import db
from chat.models import IncomingHook, Room, User
from chat.payloads import user_payload
from chat.permissions import BOT
from chat.queries.caller import hash_token
from chat.queries.hooks import incoming_hook_count
from chat.queries.sight import streams_about
from chat.unit_of_work import publish

SECRET_BYTES = 32
MOST_IN_A_ROOM = 20


class MadeHook(NamedTuple):
    """A webhook, and the secret that is shown once; only its hash is stored."""

    row: IncomingHook
    secret: str


def make_incoming_hook(room: Room, *, name: str, may_call: bool, actor_id: int) -> MadeHook:
    """Make a webhook and put its bot into the room, where everybody sees that it can post.

    Raises:
        DirectRoomError, RoomArchivedError: the room takes no webhooks.
        TooManyHooksError: the room has as many as there can be.
    """
    if room.kind == "direct":
        raise DirectRoomError
    if room.archived_at is not None:
        raise RoomArchivedError
    if incoming_hook_count(room.id) >= MOST_IN_A_ROOM:
        raise TooManyHooksError
    bot = _new_bot(name, actor_id)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    hook = IncomingHook(
        room_id=room.id,
        bot_id=bot.id,
        secret_hash=hash_token(secret),
        may_call=may_call,
        created_by=actor_id,
        created_at=now_text(),
    )
    db.session.add(hook)
    db.session.flush()
    add_member(room, bot.id, actor_id=actor_id)
    return MadeHook(hook, secret)


def rotate_incoming_hook(hook: IncomingHook) -> MadeHook:
    """Give the webhook a new secret; the one before ends at once."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    hook.secret_hash, hook.rotated_at = hash_token(secret), now_text()
    db.session.flush()
    return MadeHook(hook, secret)


def _new_bot(name: str, actor_id: int) -> User:
    bot = User(
        # Nobody can have such an address, and no password matches what is no hash.
        email=f"{secrets.token_hex(16)}@bots.invalid",
        password_hash="",
        name=name,
        role=BOT,
        created_at=now_text(),
    )
    db.session.add(bot)
    db.session.flush()
    publish(UserJoined(actor_id=actor_id, user=user_payload(bot)), *streams_about(bot.id))
    return bot
