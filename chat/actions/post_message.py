"""Post a message."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from chat.actions.ask_poll import Question, keep_poll
from chat.actions.attach_uploads import attach_uploads
from chat.actions.tell_followers import tell_of_reply
from chat.actions.tell_of_thread import tell_of_thread
from chat.clock import now_text
from chat.errors import N_, InvalidError, KeyReusedError, QuoteGoneError, RoomArchivedError
from chat.events import MessagePosted
from chat.extensions import db
from chat.log import room_stream
from chat.markup import RENDERER_VERSION
from chat.models import Message
from chat.payloads import MessagePayload
from chat.permissions import Caller
from chat.queries.messages import message_as_seen, messages_for
from chat.queries.rendering import Written, render_message
from chat.queries.rooms import RoomSeen
from chat.unit_of_work import Position, execute_sql, next_position, publish

INSERT = (
    "INSERT INTO message (room_id, parent_id, also_in_room, quoted_id, author_id, client_id, fingerprint, seq,"
    " stream_seq, text, html, renderer_version, version, created_at)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?)"
    " ON CONFLICT (author_id, client_id) DO NOTHING RETURNING id"
)
INSERT_MENTION = "INSERT INTO mention (message_id, user_id, room_id, kind) VALUES (?, ?, ?, ?)"


@dataclass(frozen=True)
class Posted:
    """The message, where `message_posted` stands, and whether this call stored it."""

    message: MessagePayload
    position: Position
    is_new: bool


@dataclass(frozen=True)
class Draft:
    """What to post: `client_id` is the idempotency key, `fingerprint` tells its repeat from its reuse."""

    client_id: str
    fingerprint: str
    text: str
    parent_id: int | None = None
    quoted_id: int | None = None
    """Of a message that the author may see, in any room."""
    attachment_ids: Sequence[int] = ()
    present: Collection[int] = ()
    """Who is here at this moment: whom `@here` reaches."""
    also_in_room: bool = False
    """Of a reply: it stands in the room's timeline too."""
    poll: Question | None = None
    calls_people: bool = True
    """Otherwise names, `@here` and `@room` are text."""


def post_message(room: RoomSeen, author: Caller, draft: Draft) -> Posted:
    """Store the message once, for ever: a repeat with the same key changes nothing and returns the same.

    Raises:
        KeyReusedError: the key stands for another message of this author.
        RoomArchivedError: the room takes no messages.
        InvalidError: the parent is not a message of this room that can have replies.
        QuoteGoneError: the author may not see what they quote, or it is deleted.
        NotFoundError, UploadIncompleteError, UploadAttachedError: a file cannot be attached.
    """
    rendered = render_message(room.id, author, draft.text, present=draft.present, calls_people=draft.calls_people)
    at = now_text()
    position = next_position(room_stream(room.id))
    inserted = execute_sql(INSERT, _row(room, author, draft, rendered, position, at)).fetchone()
    if inserted is None:
        return _repeat(author, draft)
    if room.archived_at is not None:
        raise RoomArchivedError
    _check_parent(room.id, draft.parent_id)
    _check_quoted(author, draft.quoted_id)
    message = _payload(inserted[0], room.id, author.id, draft, rendered, at)
    message["attachments"] = attach_uploads(author, message["id"], draft.attachment_ids)
    message["poll"] = keep_poll(message["id"], draft.poll)
    _keep_mentions(message["id"], room.id, rendered.kinds)
    publish(MessagePosted(actor_id=author.id, room_id=room.id, message=message), position.stream)
    if draft.parent_id is not None:
        tell_of_thread(room.id, draft.parent_id, actor_id=author.id)
        tell_of_reply(message)
    return Posted(message, position, is_new=True)


def _row(
    room: RoomSeen, author: Caller, draft: Draft, rendered: Written, position: Position, at: str
) -> Sequence[object]:
    return (
        room.id,
        draft.parent_id,
        draft.also_in_room,
        draft.quoted_id,
        author.id,
        draft.client_id,
        draft.fingerprint,
        position.seq,
        position.stream_seq,
        draft.text,
        rendered.html,
        RENDERER_VERSION,
        at,
    )


def _repeat(author: Caller, draft: Draft) -> Posted:
    query = sa.select(Message).where(Message.author_id == author.id, Message.client_id == draft.client_id)
    message = db.session.scalars(query).one()
    # A deleted message has forgotten its fingerprint, because it was made of its text.
    if message.fingerprint not in {None, draft.fingerprint}:
        raise KeyReusedError
    position = Position(message.seq, room_stream(message.room_id), message.stream_seq)
    return Posted(message_as_seen(message), position, is_new=False)


def _check_parent(room_id: int, parent_id: int | None) -> None:
    if parent_id is None:
        return
    found = db.session.execute(
        sa.select(Message.id).where(Message.id == parent_id, Message.room_id == room_id, Message.parent_id.is_(None))
    ).first()
    if found is None:
        raise InvalidError(parent_id=N_("There is no such message to reply to."))


def _check_quoted(author: Caller, quoted_id: int | None) -> None:
    if quoted_id is None:
        return
    found = messages_for(author, [quoted_id])
    if not found or found[0]["deleted_at"] is not None:
        raise QuoteGoneError


def _payload(message_id: int, room_id: int, author_id: int, draft: Draft, rendered: Written, at: str) -> MessagePayload:
    return {
        "id": message_id,
        "room_id": room_id,
        "parent_id": draft.parent_id,
        "also_in_room": draft.also_in_room,
        "quoted_id": draft.quoted_id,
        "author_id": author_id,
        "client_id": draft.client_id,
        "text": draft.text,
        "html": rendered.html,
        "version": 1,
        "created_at": at,
        "edited_at": None,
        "deleted_at": None,
        "mentions": rendered.mentions,
        "mentions_room": rendered.mentions_room,
        "reactions": [],
        "attachments": [],
        "thread": None,
        "poll": None,
        "previews": [],
    }


def _keep_mentions(message_id: int, room_id: int, kinds: Mapping[int, str]) -> None:
    for user_id, kind in kinds.items():
        execute_sql(INSERT_MENTION, (message_id, user_id, room_id, kind))
