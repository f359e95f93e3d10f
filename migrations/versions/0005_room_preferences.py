"""How a person wants a room: what they are told of, muted, starred."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("membership", sa.Column("level", sa.String))
    for name in ("is_muted", "is_starred"):
        op.add_column("membership", sa.Column(name, sa.Boolean, nullable=False, server_default="0"))
