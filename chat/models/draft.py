"""What people typed and have not sent."""

from sqlalchemy.orm import Mapped, mapped_column

from chat.extensions import Model
from chat.models.columns import Moment, RoomKey, UserKey


class SavedDraft(Model):
    """What one person has typed in one place; sending or emptying it deletes the row."""

    __tablename__ = "draft"

    user_id: Mapped[UserKey] = mapped_column(primary_key=True)
    room_id: Mapped[RoomKey] = mapped_column(primary_key=True)
    parent_id: Mapped[int] = mapped_column(primary_key=True)
    """The message whose thread it is for; 0 for the room itself."""
    text: Mapped[str]
    quoted_id: Mapped[int | None]
    """The message that it quotes: a reference, never its text, and no promise that its author still sees it."""
    version: Mapped[int]
    """Rises with every edit: of two devices the one that has seen more wins."""
    device: Mapped[str]
    """Which device wrote it last, as it names itself."""
    updated_at: Mapped[Moment]
    event_seq: Mapped[int]
    """The one event that carries the text."""

    __table_args__ = ({"sqlite_with_rowid": False},)
