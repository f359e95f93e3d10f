"""What programs send to a webhook: Stet's own JSON and Slack's, without a sign-in.

Slack's clients look for `ok` and for Slack's words of refusal, as plain text; whoever accepts JSON alone gets the
message, and problem documents.
"""

import json
import unicodedata
import uuid
from typing import Any, Literal

from flask import Blueprint, Response, jsonify, request
from pydantic import Field

from chat.actions.post_from_hook import HookDraft, note_hook_error, post_from_hook
from chat.actions.post_message import Posted
from chat.clock import in_hours
from chat.errors import (
    HookTextTooLongError,
    InvalidError,
    InvalidPayloadError,
    NoTextError,
    NotFoundError,
    Refusal,
    RoomArchivedError,
    StorageError,
    TooManyRequestsError,
)
from chat.models import IncomingHook
from chat.queries.hooks import hook_with_secret
from chat.routes.bodies import LONGEST_TEXT, Body, check, is_visible, storable
from chat.routes.messages import present_for
from chat.routes.numbers import MOST_ID
from chat.routes.problems import STATUS
from chat.routes.throttling import limit
from chat.routes.writing import fingerprint, idempotency_key
from chat.slack.payload import SlackMessage
from chat.slack.pieces import pieces_of
from chat.unit_of_work import unit_of_work

bp = Blueprint("incoming", __name__)

POSTS = limit("hook", "60 per minute")
LONGEST_WHOLE_TEXT = 10 * LONGEST_TEXT
MOST_BLOCKS = 50
MOST_SLACK_ATTACHMENTS = 100
FORMS = {"application/x-www-form-urlencoded", "multipart/form-data"}
ANSWERS = ("text/plain", "application/json")
NOT_A_MESSAGE = (ValueError, RecursionError)


class IncomingBody(Body):
    """A message, in Slack's fields and our own; what Slack has besides is ignored."""

    text: str | None = None
    mrkdwn: bool = True
    blocks: list[Any] | None = Field(default=None, max_length=MOST_BLOCKS)
    attachments: list[Any] | None = Field(default=None, max_length=MOST_SLACK_ATTACHMENTS)
    format: Literal["slack", "markdown"] = "slack"
    """How `text` is written."""
    thread_of: int | None = Field(default=None, ge=1, le=MOST_ID)
    """The message that this one replies to."""


@bp.post("/hooks/<int:hook_id>/<secret>")
def receive(hook_id: int, secret: str) -> Response:
    """Post a message as the webhook's bot."""
    wants_json = request.accept_mimetypes.best_match(ANSWERS) == "application/json"
    try:
        posted = _take(hook_id, secret)
    except Refusal as refusal:
        if wants_json:
            raise
        return _slack_refusal(refusal)
    if not wants_json:
        return Response("ok", content_type="text/plain; charset=utf-8")
    answer = jsonify(messages=[one.message for one in posted])
    answer.status_code = 201 if any(one.is_new for one in posted) else 200
    return answer


def _take(hook_id: int, secret: str) -> list[Posted]:
    hook = hook_with_secret(hook_id, secret)
    try:
        POSTS.hit(str(hook_id))
        draft = _draft()
        with unit_of_work():
            return post_from_hook(hook_with_secret(hook_id, secret), draft)
    except (StorageError, NotFoundError):
        raise
    except Refusal as refusal:
        code = _slack_words(refusal)[0]
        # A program that sends without end makes no write of each request.
        if not (isinstance(refusal, TooManyRequestsError) and _is_noted(hook, code)):
            with unit_of_work():
                note_hook_error(hook_with_secret(hook_id, secret), code)
        raise


def _is_noted(hook: IncomingHook, code: str) -> bool:
    return hook.last_error == code and (hook.last_error_at or "") > in_hours(-1 / 60)


def _draft() -> HookDraft:
    key = idempotency_key()
    body = _read_payload()
    text = _text(body)
    pieces = pieces_of(text, longest=LONGEST_TEXT)
    first = key or str(uuid.uuid4())
    more = [str(uuid.uuid5(uuid.UUID(first), str(number))) for number in range(1, len(pieces))]
    return HookDraft(
        texts=pieces,
        client_ids=[first, *more],
        fingerprint=fingerprint(text, body.thread_of),
        parent_id=body.thread_of,
        present=present_for(text),
    )


def _read_payload() -> IncomingBody:
    try:
        fields = json.loads(_json_text())
    except NOT_A_MESSAGE as error:
        raise InvalidPayloadError from error
    if not isinstance(fields, dict):
        raise InvalidPayloadError
    try:
        return check(IncomingBody, fields)
    except InvalidError as error:
        raise InvalidPayloadError(errors=error.errors) from error


def _json_text() -> str:
    # curl says that it sends a form unless it is told otherwise.
    form = request.form.get("payload") if request.mimetype in FORMS else None
    return request.get_data().decode() if form is None else form


def _text(body: IncomingBody) -> str:
    if body.format == "markdown":
        text = body.text or ""
    else:
        text = SlackMessage(body.text or "", body.mrkdwn, body.blocks or [], body.attachments or []).markdown()
    try:
        text = unicodedata.normalize("NFC", storable(text)).strip("\n\r\t ")
    except ValueError as error:
        raise InvalidPayloadError from error
    if not is_visible(text):
        raise NoTextError
    if len(text) > LONGEST_WHOLE_TEXT:
        raise HookTextTooLongError
    return text


def _slack_refusal(refusal: Refusal) -> Response:
    words, status = _slack_words(refusal)
    return Response(words, status, content_type="text/plain; charset=utf-8")


def _slack_words(refusal: Refusal) -> tuple[str, int]:
    for kind, words, status in SLACK_WORDS:
        if isinstance(refusal, kind):
            return words, status
    return refusal.code, STATUS[type(refusal)]


SLACK_WORDS: tuple[tuple[type[Refusal], str, int], ...] = (
    (NotFoundError, "no_service", 404),
    (RoomArchivedError, "channel_is_archived", 410),
    (TooManyRequestsError, "rate_limited", 429),
)
"""What Slack says where we have another word or status; https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks"""
