"""Ids of rooms and people are given once, also after a backup was restored."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("room", "user"):
        # SQLite knows AUTOINCREMENT at the making of a table only, so it is made again and filled.
        with op.batch_alter_table(table, recreate="always", table_kwargs={"sqlite_autoincrement": True}):
            pass
