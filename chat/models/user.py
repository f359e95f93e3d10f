"""People."""

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column

from chat.extensions import Model
from chat.models.columns import Moment


class User(Model):
    """A person with an account; never deleted, only deactivated, because messages name them."""

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    """Lower case."""
    name: Mapped[str]
    password_hash: Mapped[str]
    role: Mapped[str]
    """owner, admin or member."""
    avatar: Mapped[str | None]
    """The random name of the picture in the data folder."""
    language: Mapped[str] = mapped_column(default="en")
    time_zone: Mapped[str] = mapped_column(default="UTC")
    preferences: Mapped[dict[str, object]] = mapped_column(JSON, default=dict)
    """What a person chose for the page, by name: `enter_sends`, `theme` …"""
    created_at: Mapped[Moment]
    deactivated_at: Mapped[Moment | None]

    __table_args__ = ({"sqlite_autoincrement": True},)
