"""Polls."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "poll",
        sa.Column("message_id", sa.Integer, sa.ForeignKey("message.id"), primary_key=True),
        sa.Column("question", sa.String, nullable=False),
        sa.Column("is_multiple", sa.Boolean, nullable=False),
        sa.Column("is_anonymous", sa.Boolean, nullable=False),
        sa.Column("ends_at", sa.String),
        sa.Column("closed_at", sa.String),
    )
    op.create_index("ix_poll_due", "poll", ["closed_at", "ends_at"])
    op.create_table(
        "poll_option",
        sa.Column("message_id", sa.Integer, sa.ForeignKey("message.id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("text", sa.String, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "poll_vote",
        sa.Column("message_id", sa.Integer, sa.ForeignKey("message.id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("user_id", sa.Integer, sa.ForeignKey("user.id"), primary_key=True),
        sa.Column("at", sa.String, nullable=False),
    )
    op.create_index("ix_poll_vote_user_id", "poll_vote", ["user_id", "message_id"])
