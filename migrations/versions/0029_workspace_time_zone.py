"""The time zone by whose days insights count; those of UTC so far."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("workspace", sa.Column("time_zone", sa.String(), nullable=False, server_default="UTC"))
