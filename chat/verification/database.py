"""The file itself."""

from collections.abc import Iterator

from chat.database import newest_revision
from chat.verification.evidence import EXAMPLES, Evidence, Note, told


def integrity(evidence: Evidence) -> Iterator[str]:
    """Look for pages that cannot be read."""
    rows = [row[0] for row in evidence.sqlite.execute("PRAGMA integrity_check(20)")]
    if rows != ["ok"]:
        yield from rows[:EXAMPLES]


def foreign_keys(evidence: Evidence) -> Iterator[str]:
    """Look for rows that refer to nothing."""
    rows = evidence.sqlite.execute("PRAGMA foreign_key_check")
    yield from told("rows that refer to nothing", (f"{table} {row} to {parent}" for table, row, parent, _ in rows))


def revision(evidence: Evidence) -> Iterator[str]:
    """Compare the schema with the one that this Stet knows."""
    (found,) = evidence.sqlite.execute("SELECT version_num FROM alembic_version").fetchone()
    if found > newest_revision():
        yield f"it is of a newer Stet: revision {found}, this one knows {newest_revision()}"
    elif found < newest_revision():
        yield Note(f"it is of revision {found} and migrates to {newest_revision()} at the next start")
