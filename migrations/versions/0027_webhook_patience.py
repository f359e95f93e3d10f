"""Outgoing webhooks that are switched off after days without success, and an index for the log of deliveries."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outgoing_hook", sa.Column("passed_over_id", sa.Integer()))
    op.create_index("ix_delivery_lane", "delivery", ["carrier", "lane", "id"])
    # Of two that serve as well SQLite takes the later one: what waits is found without reading what was sent.
    op.drop_index("ix_delivery_waiting", "delivery")
    op.create_index(
        "ix_delivery_waiting", "delivery", ["carrier", "lane", "id"], sqlite_where=sa.text("state = 'waiting'")
    )
