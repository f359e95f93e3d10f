"""The workspace's own emoji."""

import sqlalchemy as sa

from chat.errors import NotFoundError
from chat.extensions import db
from chat.markup import named_emoji
from chat.models import OwnEmoji
from chat.payloads import EmojiPayload, emoji_payload


def all_emoji() -> list[EmojiPayload]:
    """Return every one, by name."""
    return [emoji_payload(emoji) for emoji in db.session.scalars(sa.select(OwnEmoji).order_by(OwnEmoji.name))]


def emoji_of(emoji_id: int) -> OwnEmoji:
    """Return the emoji; raises NotFoundError when there is none of this id."""
    emoji = db.session.get(OwnEmoji, emoji_id)
    if emoji is None:
        raise NotFoundError
    return emoji


def emoji_called(name: str) -> OwnEmoji | None:
    """Return the emoji of this name, without colons."""
    return db.session.scalars(sa.select(OwnEmoji).where(OwnEmoji.name == name)).first()


def picture_of(file_name: str) -> bytes:
    """Return the picture; raises NotFoundError when there is none."""
    picture = db.session.scalar(sa.select(OwnEmoji.picture).where(OwnEmoji.file_name == file_name))
    if picture is None:
        raise NotFoundError
    return picture


def emoji_count() -> int:
    """Return how many there are."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(OwnEmoji)) or 0


def own_emoji_in(text: str) -> frozenset[str]:
    """Return those names between colons in a text that the workspace has an emoji for."""
    names = named_emoji(text)
    if not names:
        return frozenset()
    return frozenset(db.session.scalars(sa.select(OwnEmoji.name).where(OwnEmoji.name.in_(names))))
