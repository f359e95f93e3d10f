"""Drafts that follow a person to other devices."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "draft",
        sa.Column("user_id", sa.Integer, sa.ForeignKey("user.id"), primary_key=True),
        sa.Column("room_id", sa.Integer, sa.ForeignKey("room.id"), primary_key=True),
        sa.Column("parent_id", sa.Integer, primary_key=True),
        sa.Column("text", sa.String, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("device", sa.String, nullable=False),
        sa.Column("updated_at", sa.String, nullable=False),
        sa.Column("event_seq", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )
