"""How Alembic reaches the database: one connection of its own, with batch operations for SQLite."""

from pathlib import Path

import sqlalchemy as sa
from alembic import context

import chat.models  # noqa: F401 - registers the tables
from chat import failpoints
from chat.config import Settings
from chat.extensions import db


def run() -> None:
    """Run the migrations in one transaction, so that a failure leaves the database as it was."""
    file: Path = context.config.attributes.get("database_file") or Settings().database_file
    engine = sa.create_engine(f"sqlite:///{file}", connect_args={"isolation_level": None, "timeout": 30})

    @sa.event.listens_for(engine, "connect")
    def connected(sqlite, _record):
        sqlite.execute("PRAGMA journal_mode = wal")
        sqlite.execute("PRAGMA synchronous = full")
        sqlite.execute("PRAGMA fullfsync = 1")

    @sa.event.listens_for(engine, "begin")
    def begun(connection):
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    with engine.connect() as connection:
        context.configure(
            connection=connection, target_metadata=db.metadata, render_as_batch=True, transactional_ddl=True
        )
        with context.begin_transaction():
            context.run_migrations()
            failpoints.reach("during_migration")
        connection.commit()
    engine.dispose()


run()
