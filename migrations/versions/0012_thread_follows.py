"""Who follows which thread, and which event set a read mark."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "thread_follow",
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.Column("is_following", sa.Boolean(), nullable=False),
        sa.Column("read_message_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"]),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"]),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"]),
        sa.PrimaryKeyConstraint("message_id", "user_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_thread_follow_user_id", "thread_follow", ["user_id", "room_id"])
    op.add_column("membership", sa.Column("read_seq", sa.Integer(), server_default="0", nullable=False))
    # Whoever wrote in a thread follows it; what was said so far stood in the room and counts as read.
    op.execute(
        "INSERT INTO thread_follow (message_id, user_id, room_id, is_following, read_message_id)"
        " SELECT thread.id, who.author_id, thread.room_id, 1, thread.newest FROM"
        " (SELECT p.id, p.room_id, max(r.id) AS newest FROM message p JOIN message r ON r.parent_id = p.id"
        " GROUP BY p.id) AS thread JOIN message who ON who.id = thread.id OR who.parent_id = thread.id"
        " JOIN membership m ON m.room_id = thread.room_id AND m.user_id = who.author_id"
        " GROUP BY thread.id, who.author_id"
    )
