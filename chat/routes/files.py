"""The files of messages, to whom may see the message; asked anew each time, whatever a browser has kept."""

import time
from pathlib import Path
from typing import IO, Any, cast
from urllib.parse import quote

from flask import Blueprint, Response, current_app, request
from werkzeug.wsgi import FileWrapper

from chat.concurrency import off_loop
from chat.errors import N_, InvalidError, NotFoundError
from chat.models import Upload
from chat.queries.room_files import file_page
from chat.queries.rooms import room_for
from chat.queries.uploads import file_for
from chat.routes.identity import current_user
from chat.routes.numbers import MOST_ID, number_argument
from chat.uploads import folder
from chat.uploads.kinds import INLINE_KINDS, NOT_FOR_BROWSERS
from chat.uploads.paths import preview_of

bp = Blueprint("files", __name__)

KINDS: dict[str, tuple[str, ...]] = {
    "all": (),
    "media": ("image", "video"),
    "files": ("audio", "pdf", "text", "file"),
}
"""What can be asked for, and which kinds it is."""
CHUNK_BYTES = 256 * 1024
PREVIEW_TYPE = "image/webp"
SANDBOX = "default-src 'none'; sandbox"
VIEWER = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; media-src 'self'; object-src 'self'"
"""Browsers show PDF, and a film of its own, with a page of theirs, which a sandbox would keep from starting."""


@bp.get("/files/<int:upload_id>")
def show(upload_id: int) -> Response:
    """Return the file: to look at where that is safe, else, and with `download=1`, to keep."""
    upload = file_for(current_user(), upload_id)
    is_shown = upload.kind in INLINE_KINDS and upload.content_type not in NOT_FOR_BROWSERS
    is_inline = is_shown and "download" not in request.args
    response = send_file(upload.file, _path(upload), upload.content_type)
    response.headers["Content-Disposition"] = _disposition(upload.name, is_inline=is_inline)
    if is_inline and upload.kind != "image":
        response.headers["Content-Security-Policy"] = VIEWER
    return response


@bp.get("/files/<int:upload_id>/preview")
def preview(upload_id: int) -> Response:
    """Return the picture of a file, or the first page of it."""
    return _preview(upload_id, "large")


@bp.get("/files/<int:upload_id>/thumbnail")
def thumbnail(upload_id: int) -> Response:
    """Return the same, small."""
    return _preview(upload_id, "small")


@bp.get("/api/rooms/<int:room_id>/files")
def index(room_id: int) -> dict[str, Any]:
    """Return a page of the room's files, newest first."""
    room = room_for(current_user(), room_id)
    kind = request.args.get("kind", "all")
    if kind not in KINDS:
        raise InvalidError(kind=N_("This is not valid."))
    page = file_page(
        room.id,
        kinds=KINDS[kind],
        before_id=number_argument("before", least=0, most=MOST_ID, default=0) or None,
        limit=number_argument("limit", least=1, most=100, default=40),
    )
    return page._asdict()


def _preview(upload_id: int, size: str) -> Response:
    upload = file_for(current_user(), upload_id)
    if upload.placeholder is None:
        raise NotFoundError
    return send_file(upload.file, preview_of(_path(upload), size), PREVIEW_TYPE)


def send_file(file: str, path: Path, content_type: str) -> Response:
    """Return what lies at `path` to whoever was found to see it; `file`, its random name, is its version too."""
    size = off_loop(_size_of, path)
    if size is None:
        raise NotFoundError
    reading = cast("IO[bytes]", _Reading(path))
    response = Response(FileWrapper(reading, CHUNK_BYTES), content_type=content_type, direct_passthrough=True)
    response.content_length = size
    response.set_etag(file)
    # It may be kept, but whether it may still be seen is asked each time.
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.make_conditional(request, accept_ranges=True, complete_length=size)
    return response


class _Reading:
    """A file that is read off the event loop, and held open by nobody who has gone away."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0

    def read(self, size: int) -> bytes:
        """Return the next bytes; others have their turn before. What is deleted meanwhile ends here."""
        time.sleep(0)
        piece = off_loop(_piece, self._path, self._offset, size)
        self._offset += len(piece)
        return piece

    def seek(self, offset: int) -> None:
        """Go to a place in the file."""
        self._offset = offset

    def tell(self) -> int:
        """Return the place in the file."""
        return self._offset


def _piece(path: Path, offset: int, size: int) -> bytes:
    try:
        with path.open("rb") as file:
            file.seek(offset)
            return file.read(size)
    except FileNotFoundError:
        return b""


def _size_of(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return None


def _disposition(name: str, *, is_inline: bool) -> str:
    # The name was cleaned when it came: it holds nothing that ends a header.
    plain = name.encode("ascii", "ignore").decode().replace('"', "").replace("\\", "").strip() or "file"
    how = "inline" if is_inline else "attachment"
    return f"{how}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _path(upload: Upload) -> Path:
    return folder.uploads_folder(current_app.config["SETTINGS"]) / upload.file
