"""Check that everything in a data folder agrees with everything else; reads only, in one snapshot.

It works beside a running server, on a data folder at rest and on an unpacked backup.
"""

import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from chat.verification import database, files, listeners, log, messages, planning
from chat.verification.evidence import Check, Evidence, Note


@dataclass(frozen=True, slots=True)
class Checked:
    """What one check found."""

    name: str
    problems: list[str] = field(default_factory=list)
    """Sentences; none when all is well."""
    notes: list[str] = field(default_factory=list)
    """What is worth knowing and not wrong."""


def verify(database: Path, folder: Path) -> list[Checked]:
    """Return what every check found.

    Raises:
        sqlite3.Error: the database cannot be opened at all.
    """
    with closing(sqlite3.connect(f"file:{quote(str(database))}?mode=ro", uri=True, timeout=30)) as sqlite:
        sqlite.isolation_level = None
        sqlite.execute("BEGIN")
        # A transaction begins with the first look; a file that is no database is told here, and not by every check.
        sqlite.execute("SELECT count(*) FROM sqlite_master")
        evidence = Evidence(sqlite, folder)
        return [_checked(name, check, evidence) for name, check in CHECKS.items()]


def _checked(name: str, check: Check, evidence: Evidence) -> Checked:
    checked = Checked(name)
    try:
        for sentence in check(evidence):
            (checked.notes if isinstance(sentence, Note) else checked.problems).append(sentence)
    except sqlite3.Error as error:
        checked.problems.append(f"it cannot be read: {error}")
    return checked


CHECKS: dict[str, Check] = {
    "database": database.integrity,
    "foreign keys": database.foreign_keys,
    "revision": database.revision,
    "log": log.log,
    "streams": log.streams,
    "messages": messages.messages,
    "polls": planning.polls,
    "drafts and plans": planning.plans,
    "withdrawn payloads": messages.withdrawn,
    "deleted messages": messages.deleted,
    "listeners": listeners.listeners,
    "search index": listeners.search_index,
    "rollups": listeners.rollups,
    "response times": listeners.response_times,
    "files": files.files,
    "uploads": files.uploads,
}
"""Every check, in the order in which they are made and told."""
