"""Whether the workspace wants link previews."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("workspace", sa.Column("has_link_previews", sa.Boolean(), nullable=False, server_default="1"))
