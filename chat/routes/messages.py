"""Messages: post, page, edit, delete, react."""

import re
import uuid
from collections.abc import Collection
from typing import Annotated, Any, get_args

from flask import Blueprint, Response, current_app, jsonify, request
from pydantic import AfterValidator, Field

from chat.actions.delete_message import delete_message
from chat.actions.edit_message import edit_message
from chat.actions.post_message import Draft, post_message
from chat.actions.react import add_reaction, remove_reaction
from chat.config import Settings
from chat.connections import Connections
from chat.errors import N_, NOTHING_SAID, InvalidError
from chat.log import room_stream
from chat.models import Message
from chat.payloads import MessagePayload
from chat.queries.emoji import emoji_called
from chat.queries.follows import follow_of
from chat.queries.messages import (
    Direction,
    Which,
    in_room,
    in_thread,
    in_timeline,
    message_as_seen,
    message_for,
    message_page,
    messages_for,
)
from chat.queries.rendering import MAY_CALL
from chat.queries.rooms import room_for
from chat.routes.bodies import Body, CaptionText, Given, read_body
from chat.routes.identity import confirm_caller, current_user
from chat.routes.numbers import MOST_ID, number_argument
from chat.routes.writing import Answer, fingerprint, idempotency_key, writes
from chat.unit_of_work import Position, present_epoch, unit_of_work

bp = Blueprint("messages", __name__, url_prefix="/api")

MOST_ATTACHMENTS = 10


def _each_once(ids: list[int]) -> list[int]:
    if len(set(ids)) != len(ids):
        raise ValueError
    return ids


PICTOGRAM = (
    r"[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u23ff\u2460-\u24ff\u25a0-\u27bf\u2900-\u297f"
    r"\u2b00-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]"
)
"""By block and not by category: emoji that are newer than this Python have none."""
EMOJI = re.compile(rf"{PICTOGRAM}(?:{PICTOGRAM}|[\ufe0f\u200d\U000e0020-\U000e007f]){{0,15}}|[0-9#*]\ufe0f?\u20e3")


MOST_LOOKED_UP = 100
ID = re.compile(r"[0-9]{1,15}")
AttachmentIds = Annotated[
    list[Annotated[int, Field(ge=1, le=MOST_ID)]], Field(max_length=MOST_ATTACHMENTS), AfterValidator(_each_once)
]

OWN_EMOJI = re.compile(":[a-z0-9_+가-힣-]{2,32}:")
NOT_AN_EMOJI = N_("This is not an emoji.")


class PostBody(Body):
    """A new message."""

    text: CaptionText = ""
    parent_id: int | None = Field(default=None, ge=1, le=MOST_ID)
    also_in_room: bool = False
    quoted_id: int | None = Field(default=None, ge=1, le=MOST_ID)
    attachment_ids: AttachmentIds = Field(default_factory=list)


class EditBody(Body):
    """A new text for a message, and the version that it rests on; `attachment_ids` are the files that stay."""

    text: CaptionText
    base_version: int = Field(ge=1, le=MOST_ID)
    attachment_ids: Annotated[AttachmentIds | None, Given] = None


class DeleteBody(Body):
    """The version that the deletion rests on, if it matters."""

    base_version: Annotated[int | None, Given] = Field(default=None, ge=1, le=MOST_ID)


@bp.post("/rooms/<int:room_id>/messages")
def create(room_id: int) -> tuple[Response, int]:
    """Store a message; its idempotency key is the message's client_id, made here when there is none."""
    author = current_user()
    body = read_body(PostBody)
    if not body.text and not body.attachment_ids and body.quoted_id is None:
        raise InvalidError(text=NOTHING_SAID)
    draft = Draft(
        client_id=idempotency_key() or str(uuid.uuid4()),
        fingerprint=_fingerprint(room_id, body),
        text=body.text,
        parent_id=body.parent_id,
        also_in_room=_is_also_in_room(body),
        quoted_id=body.quoted_id,
        attachment_ids=body.attachment_ids,
        present=present_for(body.text),
    )
    with unit_of_work():
        confirm_caller()
        posted = post_message(room_for(author, room_id), author, draft)
    return jsonify(_placed(posted.message, posted.position)), 201 if posted.is_new else 200


@bp.get("/rooms/<int:room_id>/messages")
def index(room_id: int) -> dict[str, Any]:
    """Return a page of the room's history, oldest first; `view=timeline` leaves out what stands in threads only."""
    room = room_for(current_user(), room_id)
    which = in_timeline if _is_of_timeline() else in_room
    return _page(which(room.id))


@bp.get("/messages/<int:message_id>/replies")
def replies(message_id: int) -> dict[str, Any]:
    """Return a page of the replies to a message, oldest first, the message itself, and how I stand to its thread."""
    parent = message_for(current_user(), message_id)
    follow = follow_of(current_user().id, parent)
    return {"message": message_as_seen(parent), "follow": follow, **_page(in_thread(parent.id))}


@bp.get("/messages/<int:message_id>")
def show(message_id: int) -> dict[str, MessagePayload]:
    """Return one message."""
    return {"message": message_as_seen(message_for(current_user(), message_id))}


@bp.get("/messages")
def look_up() -> dict[str, list[MessagePayload]]:
    """Return those of the messages in `ids` that the caller may see at this moment; nothing tells of the others."""
    return {"messages": messages_for(current_user(), _given_ids())}


@bp.patch("/messages/<int:message_id>")
@writes
def update(message_id: int) -> Answer:
    """Edit a message."""
    body = read_body(EditBody)
    message = message_for(current_user(), message_id)
    seen, position = edit_message(
        message,
        current_user(),
        text=body.text,
        base_version=body.base_version,
        attachment_ids=body.attachment_ids,
        present=present_for(body.text),
    )
    return _placed(seen, position or _posted(message)), 200


@bp.delete("/messages/<int:message_id>")
@writes
def destroy(message_id: int) -> Answer:
    """Delete a message."""
    body = read_body(DeleteBody) if request.content_length else DeleteBody()
    message = message_for(current_user(), message_id)
    seen, position = delete_message(message, current_user(), base_version=body.base_version)
    return _placed(seen, position or _posted(message)), 200


@bp.put("/messages/<int:message_id>/reactions/<emoji>")
@writes
def react(message_id: int, emoji: str) -> Answer:
    """Add the caller's reaction."""
    message = message_for(current_user(), message_id)
    return {"message": add_reaction(message, current_user(), known_emoji(emoji))}, 200


@bp.delete("/messages/<int:message_id>/reactions/<emoji>")
@writes
def unreact(message_id: int, emoji: str) -> Answer:
    """Take the caller's reaction back."""
    message = message_for(current_user(), message_id)
    return {"message": remove_reaction(message, current_user(), _kept(emoji))}, 200


def known_emoji(emoji: str) -> str:
    """Return an emoji, or the `:name:` of one that the workspace has now; raises InvalidError."""
    if OWN_EMOJI.fullmatch(emoji) and emoji_called(emoji[1:-1]) is None:
        raise InvalidError(emoji=NOT_AN_EMOJI)
    return _kept(emoji)


def file_limits() -> dict[str, int]:
    """Return how large a file may be, and how many a message takes."""
    settings: Settings = current_app.config["SETTINGS"]
    return {"file_bytes": settings.upload_bytes, "files_per_message": MOST_ATTACHMENTS}


def _fingerprint(room_id: int, body: PostBody) -> str:
    # Without files, threads and quotes as it always was: a repeat of what an older Stet stored is still a repeat.
    files = [body.attachment_ids] if body.attachment_ids else []
    both = [True] if _is_also_in_room(body) else []
    quote = [{"quoted_id": body.quoted_id}] if body.quoted_id is not None else []
    return fingerprint(room_id, body.text, body.parent_id, *files, *both, *quote)


def _is_also_in_room(body: PostBody) -> bool:
    return body.also_in_room and body.parent_id is not None


def _page(which: Which) -> dict[str, Any]:
    direction, message_id = _anchor()
    limit = number_argument("limit", least=1, most=100, default=50)
    return message_page(which, direction=direction, message_id=message_id, limit=limit)._asdict()


def _is_of_timeline() -> bool:
    view = request.args.get("view")
    if view not in {None, "all", "timeline"}:
        raise InvalidError(view=N_("Give all or timeline."))
    return view == "timeline"


def present_for(text: str) -> Collection[int]:
    """Return who is here, if the text may call them."""
    connections: Connections = current_app.extensions["connections"]
    return connections.present_ids() if MAY_CALL.search(text) else ()


def _anchor() -> tuple[Direction | None, int]:
    given: list[Direction] = [name for name in get_args(Direction) if name in request.args]
    if len(given) > 1:
        raise InvalidError(**dict.fromkeys(given, N_("Give one of before, after and around.")))
    if not given:
        return None, 0
    return given[0], number_argument(given[0], least=0, most=MOST_ID, default=0)


def _given_ids() -> list[int]:
    given = request.args.get("ids", "").split(",")
    if len(given) > MOST_LOOKED_UP or not all(ID.fullmatch(number) for number in given):
        raise InvalidError(ids=N_("Give up to 100 ids, with commas between them."))
    return [int(number) for number in given]


def _kept(emoji: str) -> str:
    return emoji if OWN_EMOJI.fullmatch(emoji) else _checked(emoji)


def _checked(emoji: str) -> str:
    if not EMOJI.fullmatch(emoji):
        raise InvalidError(emoji=NOT_AN_EMOJI)
    return emoji


def _posted(message: Message) -> Position:
    return Position(message.seq, room_stream(message.room_id), message.stream_seq)


def _placed(message: MessagePayload, position: Position) -> dict[str, Any]:
    return {
        "message": message,
        "stream": position.stream,
        "stream_seq": position.stream_seq,
        "seq": position.seq,
        "epoch": present_epoch(),
    }
