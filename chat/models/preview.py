"""What is shown of the pages that messages link to."""

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from chat.extensions import Model
from chat.models.columns import MessageKey, Moment


class LinkPage(Model):
    """A page as it was found once; it never changes, and goes with the last message that shows it."""

    id: Mapped[int] = mapped_column(primary_key=True)
    url: Mapped[str]
    title: Mapped[str]
    """Empty: there is nothing to show, which is remembered too."""
    description: Mapped[str]
    site: Mapped[str]
    file: Mapped[str | None] = mapped_column(unique=True)
    """The picture, a small WebP of our own making, under a random name beside the uploads."""
    width: Mapped[int | None]
    height: Mapped[int | None]
    fetched_at: Mapped[Moment]

    __table_args__ = (Index("ix_link_page_url", "url", "fetched_at"), {"sqlite_autoincrement": True})


class Preview(Model):
    """One link of one message."""

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[MessageKey]
    url: Mapped[str]
    place: Mapped[int]
    page_id: Mapped[int | None] = mapped_column(ForeignKey("link_page.id"))
    """None until the page was asked for."""
    is_removed: Mapped[bool] = mapped_column(default=False)
    """Somebody did not want it; it stays away as long as the message has the link."""

    __table_args__ = (
        Index("ix_preview_message_id", "message_id", "url", unique=True),
        Index("ix_preview_page_id", "page_id"),
        {"sqlite_autoincrement": True},
    )
