"""The workspace's own emoji."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "own_emoji",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String, nullable=False, unique=True),
        sa.Column("file_name", sa.String, nullable=False, unique=True),
        sa.Column("picture", sa.LargeBinary, nullable=False),
        sa.Column("added_by", sa.Integer, sa.ForeignKey("user.id"), nullable=False),
        sa.Column("created_at", sa.String, nullable=False),
        sqlite_autoincrement=True,
    )
