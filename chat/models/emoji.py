"""The workspace's own emoji."""

from sqlalchemy.orm import Mapped, deferred, mapped_column

from chat.extensions import Model
from chat.models.columns import Moment, UserKey


class OwnEmoji(Model):
    """A small picture with a name.

    It lies in the database, unlike the large ones: it comes and goes with the commit, and is in every backup.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    """Written between colons: `:name:`."""
    file_name: Mapped[str] = mapped_column(unique=True)
    """Random; another picture gets another one, so that browsers may keep it."""
    picture: Mapped[bytes] = deferred(mapped_column())
    """A WebP of at most 128 pixels a side."""
    added_by: Mapped[UserKey]
    created_at: Mapped[Moment]

    __table_args__ = ({"sqlite_autoincrement": True},)
