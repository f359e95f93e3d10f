"""The workspace: one row, made by the first run."""

from sqlalchemy.orm import Mapped, mapped_column

from chat.extensions import Model
from chat.models.columns import Moment


class Workspace(Model):
    """The team that this server belongs to; its id is always 1."""

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    created_at: Mapped[Moment]
    has_link_previews: Mapped[bool] = mapped_column(default=True)
    """Off: the server looks at no page, and no card is shown."""
    time_zone: Mapped[str] = mapped_column(default="UTC")
    """Whose calendar days insights count by: Asia/Seoul."""
