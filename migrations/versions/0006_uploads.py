"""Uploads, and the files that are to be removed."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "upload",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("uploader_id", sa.Integer, sa.ForeignKey("user.id"), nullable=False),
        sa.Column("client_id", sa.String, nullable=False),
        sa.Column("file", sa.String, nullable=False, unique=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("size_bytes", sa.Integer, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("content_type", sa.String, nullable=False),
        sa.Column("width", sa.Integer),
        sa.Column("height", sa.Integer),
        sa.Column("placeholder", sa.String),
        sa.Column("is_animated", sa.Boolean, nullable=False),
        sa.Column("page_count", sa.Integer),
        sa.Column("excerpt", sa.String),
        sa.Column("line_count", sa.Integer),
        sa.Column("created_at", sa.String, nullable=False),
        sa.Column("completed_at", sa.String),
        sa.Column("message_id", sa.Integer, sa.ForeignKey("message.id")),
        sa.Column("place", sa.Integer, nullable=False),
        sa.UniqueConstraint("uploader_id", "client_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_upload_message_id", "upload", ["message_id"])
    op.create_table("discarded_file", sa.Column("file", sa.String, primary_key=True), sqlite_with_rowid=False)
