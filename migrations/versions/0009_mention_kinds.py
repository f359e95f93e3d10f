"""How a message calls a person: by name, with `@here`, with `@room`."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("mention", sa.Column("kind", sa.String, nullable=False, server_default="name"))
