"""Refusals and faults as RFC 9457 problem documents, mapped to HTTP in this one place."""

import json
import logging
import secrets
import sqlite3

from flask import Flask, Response, render_template, request
from flask_babel import gettext
from flask_limiter import RateLimitExceeded
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException

from chat import errors
from chat.errors import Refusal

logger = logging.getLogger(__name__)

SECRET_PARTS = {"secret", "token", "code"}
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}

STATUS: dict[type[Refusal], int] = {
    errors.MalformedJsonError: 400,
    errors.CsrfError: 400,
    errors.InvalidPayloadError: 400,
    errors.NoTextError: 400,
    errors.HookTextTooLongError: 400,
    errors.SignedOutError: 401,
    errors.WrongPasswordError: 401,
    errors.NotAllowedError: 403,
    errors.NotYourMessageError: 403,
    errors.SetupTokenError: 403,
    errors.OtherSiteError: 403,
    errors.NotFoundError: 404,
    errors.HookRoomGoneError: 404,
    errors.AlreadySetUpError: 409,
    errors.NotSetUpError: 409,
    errors.EditConflictError: 409,
    errors.MessageDeletedError: 409,
    errors.RoomArchivedError: 409,
    errors.QuoteGoneError: 409,
    errors.PinsFullError: 409,
    errors.SavedFullError: 409,
    errors.RoomNameTakenError: 409,
    errors.DirectRoomError: 409,
    errors.DefaultRoomError: 409,
    errors.DraftConflictError: 409,
    errors.TooManyError: 409,
    errors.PollClosedError: 409,
    errors.PollFixedError: 409,
    errors.EmailTakenError: 409,
    errors.MailOffError: 409,
    errors.MailFailedError: 502,
    errors.EmojiNameTakenError: 409,
    errors.TooManyEmojiError: 409,
    errors.TooManyHooksError: 409,
    errors.TooManyOutgoingHooksError: 409,
    errors.LastOwnerError: 409,
    errors.DeactivatedError: 409,
    errors.BackupRunningError: 409,
    errors.OffsetConflictError: 409,
    errors.UploadIncompleteError: 409,
    errors.UploadAttachedError: 409,
    errors.InviteUnusableError: 410,
    errors.ResetUnusableError: 410,
    errors.FileTooLargeError: 413,
    errors.ChunkTooLargeError: 413,
    errors.PersonQuotaError: 413,
    errors.WorkspaceQuotaError: 413,
    errors.NotJsonError: 415,
    errors.InvalidError: 422,
    errors.PushServiceRefusedError: 422,
    errors.KeyReusedError: 422,
    errors.SearchEmptyError: 422,
    errors.SearchTooLongError: 422,
    errors.SearchUnavailableError: 503,
    errors.ImageRefusedError: 422,
    errors.TooManyRequestsError: 429,
    errors.UnknownOutcomeError: 503,
    errors.StorageBusyError: 503,
    errors.StorageFullError: 507,
    errors.UploadsPausedError: 507,
}

RETRY_AFTER_SECONDS = {503: "1", 507: "30"}
CODES = {400: "bad_request", 403: "not_allowed", 404: "not_found", 405: "method_not_allowed", 413: "too_large"}


def register(app: Flask) -> None:
    """Answer every refusal and fault of the app with a problem document, or a page for browsers."""
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(RateLimitExceeded, _limited)
    app.register_error_handler(OperationalError, _database_failed)
    app.register_error_handler(sqlite3.OperationalError, _database_failed)
    app.register_error_handler(PoolTimeoutError, _no_connection)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def problem(status: int, code: str, detail: str, **members: object) -> Response:
    """Return a problem document; `members` are added as they are."""
    body = {"type": f"/problems/{code}", "title": code.replace("_", " ").capitalize(), "status": status, "code": code}
    body |= {"detail": detail, **members}
    response = Response(json.dumps(body, ensure_ascii=False), status, content_type="application/problem+json")
    if status in RETRY_AFTER_SECONDS:
        response.headers["Retry-After"] = RETRY_AFTER_SECONDS[status]
    return response


def _refused(refusal: Refusal) -> Response:
    status = STATUS[type(refusal)]
    members = dict(refusal.extra)
    if "errors" in members:
        members["errors"] = {field: gettext(sentence) for field, sentence in members["errors"].items()}
    return _answer(status, refusal.code, gettext(refusal.detail), **members)


def _limited(limited: RateLimitExceeded) -> Response:
    response = _answer(429, "too_many_requests", gettext(errors.TooManyRequestsError.detail))
    seconds = limited.limit.limit.get_expiry() if limited.limit else 60
    response.headers["Retry-After"] = str(seconds)
    return response


def _database_failed(error: OperationalError | sqlite3.OperationalError) -> Response:
    # The hot path of posting speaks to SQLite itself, everything else through SQLAlchemy.
    reason = str(error.orig if isinstance(error, OperationalError) else error)
    if "locked" in reason:
        return _refused(errors.StorageBusyError())
    if "full" in reason:
        return _refused(errors.StorageFullError())
    return _unexpected(error)


def _no_connection(error: PoolTimeoutError) -> Response:
    # Too many read at once. A write may have been stored before it came to its answer.
    logger.warning("no_connection_free in %s %r: %s", request.method, _logged_path(), error)
    return _refused(errors.StorageBusyError() if request.method in SAFE_METHODS else errors.UnknownOutcomeError())


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    if status < 400:  # noqa: PLR2004 - a redirect that Werkzeug raises
        return Response(status=status, headers=list(error.get_headers()))
    response = _answer(status, CODES.get(status, "http_error"), gettext(error.name))
    for name, value in error.get_headers():
        if name.lower() in {"allow", "retry-after", "www-authenticate"}:
            response.headers[name] = value
    return response


def _unexpected(error: Exception) -> Response:
    fault_id = secrets.token_hex(6)
    logger.error("unexpected_error %s in %s %r", fault_id, request.method, _logged_path(), exc_info=error)
    detail = gettext("Something went wrong on our side. Give this id to whoever runs the server: {id}")
    return _answer(500, "unexpected", detail.format(id=fault_id), id=fault_id)


def _logged_path() -> str:
    """Return the path without what opens a door: secrets of webhooks, codes of invites, tokens of reset links."""
    path = request.path
    for name, value in (request.view_args or {}).items():
        path = path.replace(value, "…") if name in SECRET_PARTS and value else path
    return path


def _answer(status: int, code: str, detail: str, **members: object) -> Response:
    if request.path.startswith(("/api/", "/hooks/", "/socket.io")) or not request.accept_mimetypes.accept_html:
        return problem(status, code, detail, **members)
    return Response(render_template("problem.html", status=status, code=code, detail=detail), status)
