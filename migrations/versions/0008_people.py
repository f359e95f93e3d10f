"""What people say of themselves, guests, and where a person keeps a room in the sidebar."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("title", "pronouns", "about", "phone", "status_emoji", "status_text"):
        op.add_column("user", sa.Column(name, sa.String, nullable=False, server_default=""))
    op.add_column("user", sa.Column("status_expires_at", sa.String))
    op.add_column("user", sa.Column("is_away", sa.Boolean, nullable=False, server_default="0"))
    op.create_index("ix_user_status_expires_at", "user", ["status_expires_at"])
    op.add_column("membership", sa.Column("section_id", sa.String))
    op.add_column("invite", sa.Column("role", sa.String, nullable=False, server_default="member"))
    op.add_column("invite", sa.Column("room_ids", sa.JSON, nullable=False, server_default="[]"))
    op.create_table(
        "former_member",
        sa.Column("room_id", sa.Integer, sa.ForeignKey("room.id"), primary_key=True),
        sa.Column("user_id", sa.Integer, sa.ForeignKey("user.id"), primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_former_member_user_id", "former_member", ["user_id"])
    op.execute(
        "INSERT INTO former_member (room_id, user_id) SELECT DISTINCT room_id, author_id FROM message"
        " WHERE NOT EXISTS (SELECT 1 FROM membership m WHERE m.room_id = message.room_id AND m.user_id = author_id)"
    )
