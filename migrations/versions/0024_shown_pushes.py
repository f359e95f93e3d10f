"""What browsers show of pushes, so that it can be withdrawn."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "shown_push",
        sa.Column("subscription_id", sa.Integer(), sa.ForeignKey("push_subscription.id"), nullable=False),
        sa.Column("room_id", sa.Integer(), sa.ForeignKey("room.id"), nullable=False),
        sa.Column("message_id", sa.Integer(), sa.ForeignKey("message.id"), nullable=False),
        sa.PrimaryKeyConstraint("subscription_id", "room_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_shown_push_message_id", "shown_push", ["message_id"])
