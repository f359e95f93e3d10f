"""Give up files: the rows at once, the bytes once that is stored."""

from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from chat.extensions import db
from chat.models import DiscardedFile, Upload


def discard_uploads(uploads: Iterable[Upload]) -> None:
    """Forget uploads; from the commit on nobody can fetch them, and the housekeeping removes the bytes."""
    for upload in uploads:
        db.session.add(DiscardedFile(file=upload.file))
        db.session.delete(upload)
    db.session.flush()


def discard_attachments(message_id: int, *, kept: Sequence[int] = ()) -> bool:
    """Forget the files of a message but those kept; returns whether there were any."""
    query = sa.select(Upload).where(Upload.message_id == message_id, Upload.id.not_in(kept))
    uploads = db.session.scalars(query).all()
    discard_uploads(uploads)
    return bool(uploads)


def discard_strays(files: Iterable[str]) -> None:
    """Note files that no row names, to be removed."""
    for file in files:
        db.session.merge(DiscardedFile(file=file))


def forget_discarded(files: Sequence[str]) -> None:
    """Forget files that are gone from the disk."""
    db.session.execute(sa.delete(DiscardedFile).where(DiscardedFile.file.in_(files)))
