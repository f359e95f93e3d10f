"""Search: the full-text index of the messages, and which messages each day has."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # One row per message that can be found; its rowid is the message's id. Words come folded and stemmed, so that the
    # tokenizer only has to part them at spaces. No sizes: the order of results is worked out without them.
    op.execute("CREATE VIRTUAL TABLE message_search USING fts5(words, marks, columnsize = 0, tokenize = 'ascii')")
    # The listener merges a few pages with each batch. By itself FTS5 would merge hundreds in one transaction at times.
    op.execute("INSERT INTO message_search (message_search, rank) VALUES ('automerge', 0)")
    op.execute("INSERT INTO message_search (message_search, rank) VALUES ('crisismerge', 1000)")
    op.execute("INSERT INTO message_search (message_search, rank) VALUES ('usermerge', 8)")
    op.create_table(
        "search_day",
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("last_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day"),
        sqlite_with_rowid=False,
    )
