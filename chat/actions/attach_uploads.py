"""Put files to a message."""

from collections.abc import Sequence

import sqlalchemy as sa

from chat.errors import NotFoundError, UploadAttachedError, UploadIncompleteError
from chat.extensions import db
from chat.models import Upload
from chat.payloads import AttachmentPayload, attachment_payload
from chat.permissions import Caller


def attach_uploads(author: Caller, message_id: int, upload_ids: Sequence[int]) -> list[AttachmentPayload]:
    """Let whole uploads of the author's be the message's, in this order; each belongs to one message only.

    Raises:
        NotFoundError: one is not there, or is somebody else's: nobody can tell which.
        UploadIncompleteError, UploadAttachedError.
    """
    if not upload_ids:
        return []
    query = sa.select(Upload).where(Upload.id.in_(upload_ids), Upload.uploader_id == author.id)
    found = {upload.id: upload for upload in db.session.scalars(query)}
    if len(found) != len(upload_ids):
        raise NotFoundError
    uploads = [found[upload_id] for upload_id in upload_ids]
    if any(upload.message_id is not None for upload in uploads):
        raise UploadAttachedError
    if any(upload.completed_at is None for upload in uploads):
        raise UploadIncompleteError
    for place, upload in enumerate(uploads):
        upload.message_id, upload.place = message_id, place
    db.session.flush()
    return [attachment_payload(upload) for upload in uploads]
