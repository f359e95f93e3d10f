"""Since when the other end of a listener is down as a whole."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("listener", sa.Column("down_since", sa.String))
