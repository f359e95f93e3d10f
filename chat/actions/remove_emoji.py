"""Remove an emoji of the workspace's own."""

from chat.events import EmojiRemoved
from chat.extensions import db
from chat.models import OwnEmoji
from chat.queries.people import everybodys_streams
from chat.unit_of_work import publish


def remove_emoji(emoji: OwnEmoji, *, actor_id: int) -> None:
    """Remove the emoji and tell everybody; texts and reactions keep its name."""
    db.session.delete(emoji)
    db.session.flush()
    publish(EmojiRemoved(actor_id=actor_id, emoji_id=emoji.id), *everybodys_streams())
