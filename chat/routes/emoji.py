"""The workspace's own emoji: list, add, remove, show."""

import re
import secrets
import unicodedata
from typing import Any

from flask import Blueprint, Response, request

from chat import images
from chat.actions.add_emoji import add_emoji
from chat.actions.remove_emoji import remove_emoji
from chat.errors import N_, ImageRefusedError, InvalidError, NotAllowedError, NotFoundError
from chat.payloads import emoji_payload
from chat.permissions import may_add_emoji, may_remove_emoji
from chat.queries.emoji import all_emoji, emoji_of, picture_of
from chat.queries.people import person_behind
from chat.routes.avatars import YEAR_SECONDS
from chat.routes.identity import confirm_caller, current_user
from chat.routes.picture_slots import decoders
from chat.routes.throttling import limit
from chat.routes.writing import Answer, writes
from chat.unit_of_work import unit_of_work

bp = Blueprint("emoji", __name__)

UPLOADS = limit("emoji", "30 per 10 minutes")
NAME = re.compile(r"(?=.*[a-z가-힣])[a-z0-9_+가-힣-]{2,32}")
FILE_NAME = re.compile(r"[0-9a-f]{32}\.webp")


@bp.get("/api/emoji")
def index() -> dict[str, Any]:
    """Return every emoji of the workspace, by name."""
    current_user()
    return {"emoji": all_emoji()}


@bp.post("/api/emoji")
def create() -> Answer:
    """Add one: a form with its `name` and the picture as `file`."""
    person = current_user()
    if not may_add_emoji(person):
        raise NotAllowedError
    UPLOADS.hit(str(person.id))
    name = _name()
    picture = _picture()
    with unit_of_work():
        confirm_caller()
        emoji, is_new = add_emoji(person, name=name, picture=picture, file_name=f"{secrets.token_hex(16)}.webp")
        payload = emoji_payload(emoji)
    return {"emoji": payload}, 201 if is_new else 200


@bp.delete("/api/emoji/<int:emoji_id>")
@writes
def destroy(emoji_id: int) -> Answer:
    """Remove one that I added, or any as an owner or admin."""
    user = person_behind(current_user())
    emoji = emoji_of(emoji_id)
    if not may_remove_emoji(user, emoji.added_by):
        raise NotAllowedError
    payload = emoji_payload(emoji)
    remove_emoji(emoji, actor_id=user.id)
    return {"emoji": payload}, 200


@bp.get("/emoji/<name>")
def show(name: str) -> Response:
    """Return a picture to anybody who is signed in; a name never gets another picture."""
    current_user()
    if not FILE_NAME.fullmatch(name):
        raise NotFoundError
    response = Response(picture_of(name), mimetype="image/webp")
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = f"private, max-age={YEAR_SECONDS}, immutable"
    return response


def _name() -> str:
    name = unicodedata.normalize("NFC", request.form.get("name", "")).strip().strip(":").lower()
    if not NAME.fullmatch(name):
        raise InvalidError(name=N_("Use 2 to 32 small letters, digits, -, _ and +, with a letter among them."))
    return name


def _picture() -> bytes:
    upload = request.files.get("file")
    if upload is None:
        raise InvalidError(file=N_("This is needed."))
    try:
        with decoders.taken():
            return images.emoji_from(upload.stream.read(images.MAX_UPLOAD_BYTES + 1))
    except images.ImageRefusedError as refused:
        raise ImageRefusedError(reason=refused.code) from refused
