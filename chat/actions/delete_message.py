"""Delete a message."""

import sqlalchemy as sa

from chat.actions.ask_poll import forget_poll
from chat.actions.discard_files import discard_attachments
from chat.actions.edit_message import check_change
from chat.actions.pin_message import drop_pin
from chat.actions.preview_links import drop_previews
from chat.actions.tell_followers import tell_of_change
from chat.actions.tell_of_thread import tell_of_thread
from chat.clock import now_text
from chat.errors import MessageDeletedError
from chat.events import MessageDeleted
from chat.extensions import db
from chat.log import room_stream
from chat.models import Mention, Message, Reaction, Revision
from chat.payloads import MessagePayload
from chat.permissions import Caller
from chat.queries.messages import message_as_seen
from chat.unit_of_work import Position, publish


def delete_message(
    message: Message, author: Caller, *, base_version: int | None
) -> tuple[MessagePayload, Position | None]:
    """Leave a tombstone: the text, its revisions, quote, mentions, reactions, files and pin are gone for good.

    Returns:
        The tombstone, and where the event stands; no place when it was deleted before.

    Raises:
        NotYourMessageError, EditConflictError (with the message as it is now).
    """
    try:
        check_change(message, author, base_version=base_version)
    except MessageDeletedError:
        return message_as_seen(message), None
    at = now_text()
    message.text = message.html = ""
    message.fingerprint = None
    message.quoted_id = None
    message.version += 1
    message.deleted_at = at
    for table in (Revision, Mention, Reaction):
        db.session.execute(sa.delete(table).where(table.message_id == message.id))
    discard_attachments(message.id)
    drop_previews(message.id)
    forget_poll(message.id, actor_id=author.id)
    db.session.flush()
    drop_pin(message, actor_id=author.id)
    tombstone = message_as_seen(message)
    event = MessageDeleted(actor_id=author.id, room_id=message.room_id, message=tombstone, deleted_at=at)
    position = publish(event, room_stream(message.room_id))
    if message.parent_id is not None:
        tell_of_thread(message.room_id, message.parent_id, actor_id=author.id)
        tell_of_change(tombstone, (), actor_id=author.id)
    return tombstone, position
