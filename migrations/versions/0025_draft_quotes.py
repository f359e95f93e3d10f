"""Drafts: what they quote."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("draft", sa.Column("quoted_id", sa.Integer()))
