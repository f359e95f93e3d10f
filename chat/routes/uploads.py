"""Uploads: announced, sent in pieces that can be resumed, and whole in one request for tools.

The bytes are written off the event loop and outside of units of work. The row is there first, so that a file without a
row is one that was given up; a file counts as complete once it is on disk with its name.
"""

import os
import re
import uuid
from contextlib import closing
from http import HTTPStatus
from pathlib import Path
from typing import IO, Annotated, Any

from flask import Blueprint, Response, current_app, jsonify, request
from pydantic import AfterValidator, Field

from chat import failpoints
from chat.actions.discard_files import discard_uploads
from chat.actions.upload_file import Announced, begin_upload, complete_upload
from chat.concurrency import Slots, off_loop
from chat.config import Settings
from chat.errors import (
    N_,
    ChunkTooLargeError,
    FileTooLargeError,
    InvalidError,
    OffsetConflictError,
    StorageFullError,
    UploadsPausedError,
)
from chat.extensions import db
from chat.models import Upload
from chat.payloads import UploadPayload, upload_payload
from chat.queries.uploads import my_upload, my_upload_by_key
from chat.routes.bodies import Body, read_body
from chat.routes.identity import confirm_caller, current_user
from chat.routes.throttling import limit
from chat.routes.writing import KEY
from chat.unit_of_work import unit_of_work
from chat.uploads import folder
from chat.uploads.inspection import Found, inspect

bp = Blueprint("uploads", __name__, url_prefix="/api")

LARGEST_CHUNK_BYTES = 1024 * 1024
LONGEST_NAME = 1_000
MOST_BYTES = 2**53 - 1
OFFSET = re.compile("[0-9]{1,15}")
BEGINNINGS = limit("upload", "300 per 10 minutes")

_looking = Slots(1)
"""A picture takes up to 640 MB while it is decoded."""


def _uuid(value: str) -> str:
    if not KEY.fullmatch(value):
        raise ValueError
    return value


class AnnouncedBody(Body):
    """A file that is to be uploaded."""

    name: Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]
    size_bytes: int = Field(ge=1, le=MOST_BYTES)
    client_id: Annotated[str, AfterValidator(_uuid)] | None = None
    content_type: str | None = Field(default=None, max_length=LONGEST_NAME)
    """Not used: what a file is, is told by its name and its bytes."""


@bp.post("/uploads")
def create() -> tuple[dict[str, UploadPayload], int]:
    """Announce a file; the same `client_id` again is the same upload."""
    caller = current_user()
    body = read_body(AnnouncedBody)
    announced = Announced(body.client_id or str(uuid.uuid4()), body.name, body.size_bytes)
    return _begun(announced, caller_id=caller.id)


@bp.get("/uploads/<int:upload_id>")
def show(upload_id: int) -> Response:
    """Return how far an upload is; HEAD says it in `Upload-Offset` alone."""
    return _standing(my_upload(current_user(), upload_id))


@bp.patch("/uploads/<int:upload_id>")
def update(upload_id: int) -> Response:
    """Add the next bytes of a file, at `Upload-Offset`; with the last ones it is complete."""
    upload = my_upload(current_user(), upload_id)
    chunk = request.get_data()
    offset = _given_offset()
    if len(chunk) > LARGEST_CHUNK_BYTES:
        raise ChunkTooLargeError
    if upload.completed_at is None:
        size_bytes = upload.size_bytes
        if offset + len(chunk) > size_bytes:
            raise FileTooLargeError(max_bytes=size_bytes)
        _append(upload, offset, chunk)
        if offset + len(chunk) == size_bytes:
            upload = _completed(upload_id)
    # A whole upload takes nothing more, and says that it is whole: the answer to its last bytes was lost.
    return _standing(upload)


@bp.delete("/uploads/<int:upload_id>")
def destroy(upload_id: int) -> dict[str, Any]:
    """Give an upload up."""
    with unit_of_work():
        confirm_caller()
        discard_uploads([my_upload(current_user(), upload_id)])
    return {}


@bp.post("/files")
def create_whole() -> tuple[dict[str, UploadPayload], int]:
    """Take a whole file, the field `file` of a form."""
    current_user()
    given = request.files.get("file")
    if given is None:
        raise InvalidError(file=N_("This is needed."))
    with closing(given.stream):
        return _taken(given.stream, (given.filename or "")[:LONGEST_NAME])


def _taken(stream: IO[bytes], name: str) -> tuple[dict[str, UploadPayload], int]:
    caller = current_user()
    size_bytes = stream.seek(0, os.SEEK_END)
    if size_bytes == 0:
        raise InvalidError(file=N_("This file is empty."))
    body, status = _begun(Announced(_key_of_form(), name, size_bytes), caller_id=caller.id)
    upload = body["upload"]
    if upload["is_complete"]:
        return body, status
    announced = my_upload(caller, upload["id"])
    offset = stream.seek(upload["offset"])
    while chunk := stream.read(LARGEST_CHUNK_BYTES):
        _append(announced, offset, chunk)
        offset += len(chunk)
    return {"upload": upload_payload(_completed(upload["id"]), offset=size_bytes)}, HTTPStatus.CREATED


def _key_of_form() -> str:
    key = request.headers.get("Idempotency-Key") or str(uuid.uuid4())
    if not KEY.fullmatch(key):
        raise InvalidError(idempotency_key=N_("This must be a UUID."))
    return key


def _begun(announced: Announced, *, caller_id: int) -> tuple[dict[str, UploadPayload], int]:
    settings = _settings()
    caller = current_user()
    if my_upload_by_key(caller, announced.client_id) is None:
        BEGINNINGS.hit(str(caller_id))
        if off_loop(folder.free_bytes, settings) < settings.disk_floor_bytes + announced.size_bytes:
            raise UploadsPausedError
    with unit_of_work():
        confirm_caller()
        upload, is_new = begin_upload(current_user(), announced, settings)
        payload = upload_payload(upload, offset=0)
        path = _path(upload.file)
    if not payload["is_complete"]:
        payload["offset"] = off_loop(folder.offset_of, path, payload["size_bytes"])
    return {"upload": payload}, HTTPStatus.CREATED if is_new else HTTPStatus.OK


def _append(upload: Upload, offset: int, chunk: bytes) -> None:
    path, size_bytes = _path(upload.file), upload.size_bytes
    # What follows waits, and must not hold a connection to the database meanwhile.
    db.session.remove()
    settings = _settings()
    if off_loop(folder.free_bytes, settings) < settings.disk_floor_bytes + len(chunk):
        raise UploadsPausedError
    try:
        off_loop(folder.append, path, offset, chunk, size_bytes)
    except folder.OffsetConflictError as conflict:
        raise OffsetConflictError(offset=conflict.offset) from conflict
    except OSError as error:
        raise _refusal(error) from error


def _completed(upload_id: int) -> Upload:
    """Look at a file that has arrived, bring it to disk for good, and note that."""
    caller = current_user()
    with _looking.taken():
        upload = my_upload(caller, upload_id)
        if upload.completed_at is not None:
            # A repeat, because the first answer took too long.
            return upload
        path, name = _path(upload.file), upload.name
        db.session.remove()
        found = _kept(path, name)
        failpoints.reach("upload_on_disk")
        with unit_of_work():
            confirm_caller()
            complete_upload(my_upload(current_user(), upload_id), found)
    return my_upload(caller, upload_id)


def _kept(path: Path, name: str) -> Found:
    try:
        found = inspect(path, name)
        off_loop(folder.seal, path)
    except OSError as error:
        raise _refusal(error) from error
    return found


def _refusal(error: OSError) -> Exception:
    return StorageFullError() if error.errno in folder.FULL_DISK else error


def _standing(upload: Upload) -> Response:
    payload = upload_payload(upload, offset=off_loop(folder.offset_of, _path(upload.file), upload.size_bytes))
    response = jsonify(upload=payload)
    response.headers["Upload-Offset"] = str(payload["offset"])
    response.headers["Upload-Length"] = str(payload["size_bytes"])
    return response


def _given_offset() -> int:
    given = request.headers.get("Upload-Offset", "")
    if not OFFSET.fullmatch(given):
        raise InvalidError(upload_offset=N_("This number is out of range."))
    return int(given)


def _path(file: str) -> Path:
    return folder.uploads_folder(_settings()) / file


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings
