"""Add an emoji of the workspace's own."""

from chat.clock import now_text
from chat.errors import EmojiNameTakenError, TooManyEmojiError
from chat.events import EmojiAdded
from chat.extensions import db
from chat.models import OwnEmoji
from chat.payloads import emoji_payload
from chat.permissions import Caller
from chat.queries.emoji import emoji_called, emoji_count
from chat.queries.people import everybodys_streams
from chat.unit_of_work import publish

MOST_EMOJI = 500


def add_emoji(person: Caller, *, name: str, picture: bytes, file_name: str) -> tuple[OwnEmoji, bool]:
    """Add the picture under the name and tell everybody; the same again from the same person changes nothing.

    Returns:
        The emoji, and whether it is new.

    Raises:
        EmojiNameTakenError: another picture has the name.
        TooManyEmojiError: the workspace has 500.
    """
    known = emoji_called(name)
    if known is not None:
        if (known.added_by, known.picture) == (person.id, picture):
            return known, False
        raise EmojiNameTakenError
    if emoji_count() >= MOST_EMOJI:
        raise TooManyEmojiError
    emoji = OwnEmoji(name=name, file_name=file_name, picture=picture, added_by=person.id, created_at=now_text())
    db.session.add(emoji)
    db.session.flush()
    publish(EmojiAdded(actor_id=person.id, emoji=emoji_payload(emoji)), *everybodys_streams())
    return emoji, True
