"""Files, for those who may see them: whoever uploads one, then who is in the room of its message."""

from collections.abc import Sequence

import sqlalchemy as sa

from chat.errors import NotFoundError
from chat.extensions import db
from chat.models import DiscardedFile, LinkPage, Membership, Message, Upload
from chat.payloads import AttachmentPayload, attachment_payload
from chat.permissions import Caller


def my_upload(caller: Caller, upload_id: int) -> Upload:
    """Return an upload of the caller's that belongs to no message yet.

    Raises:
        NotFoundError: there is none, or it is somebody else's, or a message's.
    """
    query = sa.select(Upload).where(
        Upload.id == upload_id, Upload.uploader_id == caller.id, Upload.message_id.is_(None)
    )
    upload = db.session.scalars(query).first()
    if upload is None:
        raise NotFoundError
    return upload


def my_upload_by_key(caller: Caller, client_id: str) -> Upload | None:
    """Return the upload that the caller announced under this key, with or without a message."""
    query = sa.select(Upload).where(Upload.uploader_id == caller.id, Upload.client_id == client_id)
    return db.session.scalars(query).first()


def file_for(caller: Caller, upload_id: int) -> Upload:
    """Return a whole file of a message in a room that the caller is in, or one of their own without a message.

    Raises:
        NotFoundError: there is no such file, or the caller cannot see it.
    """
    inside = (
        sa.exists()
        .where(Message.id == Upload.message_id, Message.deleted_at.is_(None))
        .where(Membership.room_id == Message.room_id, Membership.user_id == caller.id)
    )
    own = sa.and_(Upload.message_id.is_(None), Upload.uploader_id == caller.id)
    query = sa.select(Upload).where(Upload.id == upload_id, Upload.completed_at.is_not(None), sa.or_(inside, own))
    upload = db.session.scalars(query).first()
    if upload is None:
        raise NotFoundError
    return upload


def attachments_of(message_ids: Sequence[int]) -> dict[int, list[AttachmentPayload]]:
    """Return the files of the messages, in their order."""
    query = sa.select(Upload).where(Upload.message_id.in_(message_ids)).order_by(Upload.message_id, Upload.place)
    found: dict[int, list[AttachmentPayload]] = {}
    for upload in db.session.scalars(query):
        found.setdefault(upload.message_id or 0, []).append(attachment_payload(upload))
    return found


def has_attachments(message_id: int) -> bool:
    """Tell whether a message has files."""
    return bool(db.session.scalar(sa.select(sa.exists().where(Upload.message_id == message_id))))


def bytes_of_person(user_id: int) -> int:
    """Return how much a person's files take up, those on their way as a whole."""
    return db.session.scalar(sa.select(sa.func.sum(Upload.size_bytes)).where(Upload.uploader_id == user_id)) or 0


def bytes_of_everybody() -> int:
    """Return how much all files take up, those on their way as a whole."""
    return db.session.scalar(sa.select(sa.func.sum(Upload.size_bytes))) or 0


def forgotten_uploads(*, before: str, limit: int) -> list[Upload]:
    """Return uploads of everybody that were announced before `before` and belong to no message."""
    query = (
        sa.select(Upload)
        .where(Upload.message_id.is_(None), Upload.created_at < before)
        .order_by(Upload.id)
        .limit(limit)
    )
    return list(db.session.scalars(query))


def discarded_files(*, limit: int) -> list[str]:
    """Return names of files that are to be removed."""
    return list(db.session.scalars(sa.select(DiscardedFile.file).limit(limit)))


def known_files(names: Sequence[str]) -> set[str]:
    """Return which of the names are files of an upload or of a link's card, or are to be removed already."""
    uploads = sa.select(Upload.file).where(Upload.file.in_(names))
    cards = sa.select(LinkPage.file).where(LinkPage.file.in_(names))
    discarded = sa.select(DiscardedFile.file).where(DiscardedFile.file.in_(names))
    return (
        set(db.session.scalars(uploads))
        | {file for file in db.session.scalars(cards) if file}
        | set(db.session.scalars(discarded))
    )
