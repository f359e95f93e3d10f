"""What people upload; with a message it is an attachment."""

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from chat.extensions import Model
from chat.models.columns import MessageKey, Moment, UserKey


class Upload(Model):
    """A file, from its announcement on; gone with its message, or after a day without one."""

    id: Mapped[int] = mapped_column(primary_key=True)
    uploader_id: Mapped[UserKey]
    client_id: Mapped[str]
    """Chosen by the sender, so that announcing it again is the same upload."""
    file: Mapped[str] = mapped_column(unique=True)
    """The random name in the data folder."""
    name: Mapped[str]
    """What people call it: cleaned, one line."""
    size_bytes: Mapped[int]
    kind: Mapped[str]
    """image, video, audio, pdf, text or file; file until it is whole."""
    content_type: Mapped[str]
    """From our own table or the decoder, never from the sender."""
    width: Mapped[int | None]
    height: Mapped[int | None]
    placeholder: Mapped[str | None]
    """A data URL of the picture at 16 pixels. Where it is set there are previews."""
    is_animated: Mapped[bool] = mapped_column(default=False)
    page_count: Mapped[int | None]
    excerpt: Mapped[str | None]
    """The first lines of a text."""
    line_count: Mapped[int | None]
    created_at: Mapped[Moment]
    completed_at: Mapped[Moment | None]
    """When all of it was on disk; None while it arrives."""
    message_id: Mapped[MessageKey | None]
    place: Mapped[int] = mapped_column(default=0)
    """Where it stands among the attachments of its message."""

    __table_args__ = (
        UniqueConstraint("uploader_id", "client_id"),
        Index("ix_upload_message_id", "message_id"),
        {"sqlite_autoincrement": True},
    )


class DiscardedFile(Model):
    """A file that nobody refers to any more; its row goes when the file is gone, whatever happens in between."""

    file: Mapped[str] = mapped_column(primary_key=True)

    __table_args__ = ({"sqlite_with_rowid": False},)
