"""Whether a browser is to be pushed to, also when its push service has ended its subscription."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("session", sa.Column("wants_push", sa.Boolean(), nullable=False, server_default="0"))
    op.execute("UPDATE session SET wants_push = 1 WHERE id IN (SELECT session_id FROM push_subscription)")
