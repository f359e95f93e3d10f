"""Addresses through which programs post."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "incoming_hook",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("room_id", sa.Integer, sa.ForeignKey("room.id"), nullable=False),
        sa.Column("bot_id", sa.Integer, sa.ForeignKey("user.id"), nullable=False, unique=True),
        sa.Column("secret_hash", sa.String, nullable=False),
        sa.Column("may_call", sa.Boolean, nullable=False),
        sa.Column("created_by", sa.Integer, sa.ForeignKey("user.id"), nullable=False),
        sa.Column("created_at", sa.String, nullable=False),
        sa.Column("rotated_at", sa.String),
        sa.Column("last_used_at", sa.String),
        sa.Column("use_count", sa.Integer, nullable=False),
        sa.Column("last_error", sa.String),
        sa.Column("last_error_at", sa.String),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_incoming_hook_room_id", "incoming_hook", ["room_id"])
