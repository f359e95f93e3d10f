"""Take a file in: its announcement, and its end."""

from dataclasses import dataclass

from chat.clock import now_text
from chat.config import Settings
from chat.errors import FileTooLargeError, PersonQuotaError, WorkspaceQuotaError
from chat.extensions import db
from chat.models import Upload
from chat.permissions import Caller
from chat.queries.uploads import bytes_of_everybody, bytes_of_person, my_upload_by_key
from chat.uploads.folder import new_file_name
from chat.uploads.inspection import Found
from chat.uploads.kinds import UNKNOWN_TYPE
from chat.uploads.names import clean_name


@dataclass(frozen=True)
class Announced:
    """A file that somebody wants to upload; `client_id` makes a repeat the same."""

    client_id: str
    name: str
    size_bytes: int


def begin_upload(uploader: Caller, announced: Announced, settings: Settings) -> tuple[Upload, bool]:
    """Make room for a file; returns it, and whether it is new.

    Raises:
        FileTooLargeError, PersonQuotaError, WorkspaceQuotaError.
    """
    present = my_upload_by_key(uploader, announced.client_id)
    if present is not None:
        return present, False
    _check_quotas(uploader, announced.size_bytes, settings)
    upload = Upload(
        uploader_id=uploader.id,
        client_id=announced.client_id,
        file=new_file_name(),
        name=clean_name(announced.name),
        size_bytes=announced.size_bytes,
        kind="file",
        content_type=UNKNOWN_TYPE,
        created_at=now_text(),
    )
    db.session.add(upload)
    db.session.flush()
    return upload, True


def complete_upload(upload: Upload, found: Found) -> None:
    """Note that the file is on disk as a whole, and what it is; a second time changes nothing."""
    if upload.completed_at is not None:
        return
    upload.completed_at = now_text()
    upload.size_bytes = found.size_bytes or upload.size_bytes
    upload.kind, upload.content_type = found.kind, found.content_type
    upload.width, upload.height = found.width, found.height
    upload.placeholder, upload.is_animated = found.placeholder, found.is_animated
    upload.page_count, upload.excerpt, upload.line_count = found.page_count, found.excerpt, found.line_count
    db.session.flush()


def _check_quotas(uploader: Caller, size_bytes: int, settings: Settings) -> None:
    if size_bytes > settings.upload_bytes:
        raise FileTooLargeError(max_bytes=settings.upload_bytes)
    if bytes_of_person(uploader.id) + size_bytes > settings.upload_person_bytes:
        raise PersonQuotaError(max_bytes=settings.upload_person_bytes)
    if bytes_of_everybody() + size_bytes > settings.upload_workspace_bytes:
        raise WorkspaceQuotaError(max_bytes=settings.upload_workspace_bytes)
