"""Edit a message."""

from collections.abc import Collection, Sequence

import sqlalchemy as sa

from chat.actions.discard_files import discard_attachments
from chat.actions.preview_links import drop_previews
from chat.actions.tell_followers import tell_of_change
from chat.clock import now_text
from chat.errors import (
    NOTHING_SAID,
    EditConflictError,
    InvalidError,
    MessageDeletedError,
    NotYourMessageError,
    PollFixedError,
)
from chat.events import MessageEdited
from chat.extensions import db
from chat.log import room_stream
from chat.markup import RENDERER_VERSION
from chat.models import Mention, Message, Poll, Revision
from chat.payloads import MessagePayload
from chat.permissions import Caller, may_change_message
from chat.queries.messages import message_as_seen
from chat.queries.rendering import render_message
from chat.queries.rooms import check_writable
from chat.queries.uploads import has_attachments
from chat.unit_of_work import Position, publish
from chat.web_pages import outside_links


def edit_message(
    message: Message,
    author: Caller,
    *,
    text: str,
    base_version: int,
    attachment_ids: Sequence[int] | None = None,
    present: Collection[int] = (),
) -> tuple[MessagePayload, Position | None]:
    """Give the message a new text and keep the old one as a revision; the same text again changes nothing.

    `attachment_ids` are the files that stay, None for all; those that go are gone for good.
    `present` are those whom an `@here` reaches that was not in it before.

    Returns:
        The message, and where the event stands; no place when nothing changed.

    Raises:
        NotYourMessageError, MessageDeletedError, EditConflictError (with the message as it is now).
        InvalidError: neither a text nor a quote nor a file would be left.
    """
    check_change(message, author, base_version=base_version)
    check_writable(message.room_id)
    if db.session.get(Poll, message.id) is not None:
        raise PollFixedError
    has_lost_files = attachment_ids is not None and discard_attachments(message.id, kept=attachment_ids)
    if not text and message.quoted_id is None and not has_attachments(message.id):
        raise InvalidError(text=NOTHING_SAID)
    if text == message.text and not has_lost_files:
        return message_as_seen(message), None
    at = now_text()
    old_text = message.text
    db.session.add(
        Revision(
            message_id=message.id,
            version=message.version,
            text=old_text,
            at=message.edited_at or message.created_at,
        )
    )
    called_before = message_as_seen(message)["mentions"]
    _set_text(message, author, text, at, present)
    drop_previews(message.id, kept=outside_links(message.html))
    seen = message_as_seen(message)
    event = MessageEdited(
        actor_id=author.id,
        room_id=message.room_id,
        message=seen,
        old_text=old_text,
        new_text=text,
        edited_at=at,
    )
    position = publish(event, room_stream(message.room_id))
    if message.parent_id is not None:
        tell_of_change(seen, called_before, actor_id=author.id)
    return seen, position


def check_change(message: Message, author: Caller, *, base_version: int | None) -> None:
    """Refuse a change that is not the author's, comes too late, or rests on an older version."""
    if not may_change_message(author, message.author_id):
        raise NotYourMessageError
    if message.deleted_at is not None:
        raise MessageDeletedError
    if base_version is not None and base_version != message.version:
        raise EditConflictError(message=message_as_seen(message))


def _set_text(message: Message, author: Caller, text: str, at: str, present: Collection[int]) -> None:
    rendered = render_message(message.room_id, author, text, present=present, message_id=message.id)
    message.text = text
    message.html = rendered.html
    message.renderer_version = RENDERER_VERSION
    message.version += 1
    message.edited_at = at
    db.session.execute(sa.delete(Mention).where(Mention.message_id == message.id))
    db.session.add_all(
        Mention(message_id=message.id, user_id=user_id, room_id=message.room_id, kind=kind)
        for user_id, kind in rendered.kinds.items()
    )
    db.session.flush()
