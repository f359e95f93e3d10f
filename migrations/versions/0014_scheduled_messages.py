"""Messages that are posted later, and reminders."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "scheduled_message",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("user_id", sa.Integer, sa.ForeignKey("user.id"), nullable=False),
        sa.Column("room_id", sa.Integer, sa.ForeignKey("room.id"), nullable=False),
        sa.Column("parent_id", sa.Integer),
        sa.Column("text", sa.String, nullable=False),
        sa.Column("client_id", sa.String, nullable=False, unique=True),
        sa.Column("send_at", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("failure", sa.String),
        sa.Column("posted_id", sa.Integer),
        sa.Column("created_at", sa.String, nullable=False),
        sa.Column("event_seq", sa.Integer, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_scheduled_message_user_id", "scheduled_message", ["user_id"])
    op.create_index("ix_scheduled_message_due", "scheduled_message", ["state", "send_at"])
    op.create_table(
        "reminder",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("user_id", sa.Integer, sa.ForeignKey("user.id"), nullable=False),
        sa.Column("about_message_id", sa.Integer),
        sa.Column("about_room_id", sa.Integer),
        sa.Column("text", sa.String, nullable=False),
        sa.Column("due_at", sa.String, nullable=False),
        sa.Column("is_due", sa.Boolean, nullable=False),
        sa.Column("created_at", sa.String, nullable=False),
        sa.Column("event_seq", sa.Integer, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_reminder_user_id", "reminder", ["user_id"])
    op.create_index("ix_reminder_due", "reminder", ["is_due", "due_at"])
