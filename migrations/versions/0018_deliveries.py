"""What is to be sent to ends outside: a queue for each end."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("carrier", sa.String(), nullable=False),
        sa.Column("lane", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer()),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("payload", sa.String(), nullable=False),
        sa.Column("collapse", sa.String()),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.String(), nullable=False),
        sa.Column("next_attempt_at", sa.String()),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.Column("ended_at", sa.String()),
        sa.Column("note", sa.String()),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
        sqlite_autoincrement=True,
    )
    waiting = sa.text("state = 'waiting'")
    op.create_index("ix_delivery_waiting", "delivery", ["carrier", "lane", "id"], sqlite_where=waiting)
    op.create_index("ix_delivery_state", "delivery", ["carrier", "state", "id"])
    kept = sa.text("state != 'sent' AND seq IS NOT NULL")
    op.create_index("ix_delivery_seq", "delivery", ["seq"], sqlite_where=kept)
