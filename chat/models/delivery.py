"""What is to be sent to ends outside: a queue for each end, kept with the cursor of the listener that plans it."""

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from chat.extensions import Model
from chat.models.columns import Moment


class Delivery(Model):
    """One thing to be sent to one end."""

    id: Mapped[int] = mapped_column(primary_key=True)
    carrier: Mapped[str]
    """Who sends it: webhooks, push, mail."""
    lane: Mapped[str]
    """The end, among those of the carrier. A lane is in order, and waits for no other."""
    seq: Mapped[int | None]
    """The event that it is about; the log keeps it until the delivery has ended."""
    key: Mapped[str] = mapped_column(unique=True)
    """epoch:seq:carrier:lane, the same at every try: the other end dedupes by it."""
    payload: Mapped[str]
    """JSON: what the carrier needs to make the request. No text of messages: it may be gone by then."""
    collapse: Mapped[str | None]
    """A later delivery of the lane with the same word takes the place of one that has not been sent."""
    state: Mapped[str] = mapped_column(default="waiting")
    """waiting, sent, failed: given up on, or held: its end was switched off, and gets it once it is on again."""
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[Moment]
    next_attempt_at: Mapped[Moment | None]
    """After a try that failed; the lane waits with it."""
    created_at: Mapped[Moment]
    ended_at: Mapped[Moment | None]
    note: Mapped[str | None]
    """How the last try went: the error, or what the carrier says of its success."""

    __table_args__ = (
        Index("ix_delivery_lane", "carrier", "lane", "id"),
        Index("ix_delivery_waiting", "carrier", "lane", "id", sqlite_where=text("state = 'waiting'")),
        Index("ix_delivery_state", "carrier", "state", "id"),
        Index("ix_delivery_seq", "seq", sqlite_where=text("state != 'sent' AND seq IS NOT NULL")),
        {"sqlite_autoincrement": True},
    )
