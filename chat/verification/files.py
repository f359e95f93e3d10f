"""Pictures of people and uploads: the folder against the rows."""

import time
from collections.abc import Iterator
from pathlib import Path

from chat.uploads.folder import FOLDER as UPLOADS
from chat.uploads.folder import files_in
from chat.uploads.paths import PREVIEW_ENDINGS, preview_of
from chat.verification.evidence import Evidence, Note, queries, told

YOUNG_SECONDS = 600
"""An upload lies in its folder before a row names it."""


def files(evidence: Evidence) -> Iterator[str]:
    """Look for the pictures that rows name."""
    named = {name for (name,) in evidence.sqlite.execute("SELECT avatar FROM user WHERE avatar IS NOT NULL")}
    lying = {path.name: path for path in (evidence.folder / "avatars").glob("*")}
    yield from told("pictures that are missing", sorted(named - lying.keys()))
    orphaned = [name for name in lying.keys() - named if _age_seconds(lying[name]) > YOUNG_SECONDS]
    yield from map(Note, told("pictures that nobody uses", sorted(orphaned)))


_attached = queries(
    {
        "deleted messages with files": """
            SELECT message.id FROM message JOIN upload ON upload.message_id = message.id
            WHERE deleted_at IS NOT NULL""",
        "messages with files that never arrived": """
            SELECT message_id FROM upload WHERE message_id IS NOT NULL AND completed_at IS NULL""",
        "messages with files of somebody else": """
            SELECT message.id FROM message JOIN upload ON upload.message_id = message.id
            WHERE uploader_id != author_id""",
        "files that are used and to be removed": """
            SELECT file FROM upload WHERE file IN (SELECT file FROM discarded_file)
            UNION ALL SELECT file FROM link_page WHERE file IN (SELECT file FROM discarded_file)""",
        "deleted messages with previews": """
            SELECT message.id FROM message JOIN preview ON preview.message_id = message.id
            WHERE deleted_at IS NOT NULL""",
        "pages that no message shows": """
            SELECT id FROM link_page WHERE id NOT IN (SELECT page_id FROM preview WHERE page_id IS NOT NULL)""",
    }
)


def uploads(evidence: Evidence) -> Iterator[str]:
    """Look for the files that rows name, and how long they are."""
    yield from _attached(evidence)
    folder = evidence.folder / UPLOADS
    named: set[str] = set()
    discarded = {file for (file,) in evidence.sqlite.execute("SELECT file FROM discarded_file")}
    wrong: list[str] = []
    for file, size_bytes, is_complete, has_previews in evidence.sqlite.execute(
        "SELECT file, size_bytes, completed_at IS NOT NULL, placeholder IS NOT NULL FROM upload"
    ):
        named.add(file)
        if is_complete and _size(folder / file) != size_bytes:
            wrong.append(file)
        if has_previews:
            wrong += [path.name for size in PREVIEW_ENDINGS if _size(path := preview_of(folder / file, size)) is None]
    cards = {file for (file,) in evidence.sqlite.execute("SELECT file FROM link_page WHERE file IS NOT NULL")}
    named |= cards
    wrong += [file for file in cards if not _size(folder / file)]
    yield from told("files that are missing, or not as long as they were", sorted(wrong))
    strays = {
        path.name
        for file, path in files_in(folder)
        if file not in named and file not in discarded and _age_seconds(path) > YOUNG_SECONDS
    }
    yield from map(Note, told("files that no message and no upload names", sorted(strays)))
    yield from map(Note, told("files that are to be removed", sorted(discarded)))


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except OSError:
        return None


def _age_seconds(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except OSError:
        return 0.0
