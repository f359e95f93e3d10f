"""How soon there is an answer, per day."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "response_time",
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("response_count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "seconds"),
        sqlite_with_rowid=False,
    )
