"""Search: the full-text index of the messages."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # One row per message that can be found; its rowid is the message's id.
    op.execute("CREATE VIRTUAL TABLE message_search USING fts5(words, tokenize = 'porter unicode61')")
