"""Ids of rooms and people are given once, also after a backup was restored."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    connection = op.get_bind()
    for table in ("room", "user"):
        # A restore has noted here how far the ids had got in what it replaced, before this Stet read them.
        noted = connection.scalar(sa.text("SELECT seq FROM sqlite_sequence WHERE name = :name"), {"name": table})
        # SQLite knows AUTOINCREMENT at the making of a table only, so it is made again and filled.
        with op.batch_alter_table(table, recreate="always", table_kwargs={"sqlite_autoincrement": True}):
            pass
        given = {"name": table, "noted": noted or 0}
        connection.execute(
            sa.text(
                "INSERT INTO sqlite_sequence (name, seq)"
                " SELECT :name, 0 WHERE NOT EXISTS (SELECT * FROM sqlite_sequence WHERE name = :name)"
            ),
            given,
        )
        connection.execute(sa.text("UPDATE sqlite_sequence SET seq = max(seq, :noted) WHERE name = :name"), given)
