"""Threads: replies stand beside the room's timeline."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("message", sa.Column("also_in_room", sa.Boolean(), server_default="0", nullable=False))
    op.create_index(
        "ix_message_parent_id", "message", ["parent_id", "id"], sqlite_where=sa.text("parent_id IS NOT NULL")
    )
