"""Check that everything in a data folder agrees with everything else; reads only, in one snapshot.

It works beside a running server, on a data folder at rest and on an unpacked backup.
"""

import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from chat.database import newest_revision
from chat.search_words import FILE_NAMES, keys_of, said
from chat.uploads.folder import FOLDER as UPLOADS
from chat.uploads.folder import files_in
from chat.uploads.paths import PREVIEW_ENDINGS, preview_of

SAID_AND_INDEXED = f"""
    SELECT message.id, text, {FILE_NAMES}, room_id, author_id, c0, c1 FROM message
    JOIN message_search_content AS content ON content.id = message.id WHERE deleted_at IS NULL"""  # noqa: S608 - a constant
EXAMPLES = 3
YOUNG_SECONDS = 600
"""An upload lies in its folder before a row names it."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What one check found."""

    name: str
    problems: list[str] = field(default_factory=list)
    """Sentences; none when all is well."""
    notes: list[str] = field(default_factory=list)
    """What is worth knowing and not wrong."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is looked at: the database in one read transaction, and the folder with the uploads."""

    sqlite: sqlite3.Connection
    folder: Path


class Note(str):
    """A sentence that is no problem."""

    __slots__ = ()


Check = Callable[[Evidence], Iterator[str]]


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


def _integrity(evidence: Evidence) -> Iterator[str]:
    rows = [row[0] for row in evidence.sqlite.execute("PRAGMA integrity_check(20)")]
    if rows != ["ok"]:
        yield from rows[:EXAMPLES]


def _foreign_keys(evidence: Evidence) -> Iterator[str]:
    rows = evidence.sqlite.execute("PRAGMA foreign_key_check")
    yield from _told("rows that refer to nothing", (f"{table} {row} to {parent}" for table, row, parent, _ in rows))


def _revision(evidence: Evidence) -> Iterator[str]:
    (found,) = evidence.sqlite.execute("SELECT version_num FROM alembic_version").fetchone()
    if found > newest_revision():
        yield f"it is of a newer Stet: revision {found}, this one knows {newest_revision()}"
    elif found < newest_revision():
        yield Note(f"it is of revision {found} and migrates to {newest_revision()} at the next start")


def _queries(sentences: dict[str, str]) -> Check:
    """Return a check by queries: each row of one is something wrong, its first column says what."""

    def check(evidence: Evidence) -> Iterator[str]:
        for sentence, query in sentences.items():
            yield from _told(sentence, (str(row[0]) for row in evidence.sqlite.execute(query)))

    return check


_log = _queries(
    {
        "the log has no head, or several": "SELECT count(*) FROM log_state HAVING count(*) != 1",
        "the head is not the newest event": """
            SELECT 'head ' || head_seq || ', newest ' || (SELECT max(seq) FROM event) FROM log_state
            WHERE head_seq != (SELECT coalesce(max(seq), head_seq) FROM event)""",
        "events are missing in the middle": """
            SELECT count(*) || ' from ' || min(seq) || ' to ' || max(seq) FROM event
            HAVING count(*) != max(seq) - min(seq) + 1""",
    }
)

_streams = _queries(
    {
        "streams whose events do not go from floor to head": """
            SELECT stream.id FROM stream LEFT JOIN (
                SELECT stream_id, count(*) AS held, min(stream_seq) AS first, max(stream_seq) AS last
                FROM event GROUP BY stream_id
            ) AS events ON events.stream_id = stream.id
            WHERE coalesce(held, 0) != head - floor OR (held > 0 AND (first != floor + 1 OR last != head))""",
        "streams that have events and no head": """
            SELECT DISTINCT stream_id FROM event WHERE stream_id NOT IN (SELECT id FROM stream)""",
    }
)

_messages = _queries(
    {
        "messages that are not in the log where they say": """
            SELECT message.id FROM message
            LEFT JOIN stream ON stream.id = 'room-' || message.room_id
            LEFT JOIN event ON event.seq = message.seq AND event.type = 'message_posted'
                AND event.message_id = message.id AND event.stream_id = stream.id
                AND event.stream_seq = message.stream_seq
            WHERE event.seq IS NULL AND message.stream_seq > coalesce(stream.floor, 0)""",
        "events that tell of messages which are not there": """
            SELECT event.seq FROM event LEFT JOIN message ON message.id = event.message_id
            WHERE event.type = 'message_posted' AND message.id IS NULL""",
        "messages whose version is not that of their newest event": """
            SELECT message.id FROM message JOIN (
                SELECT message_id, max(version) AS newest FROM event
                WHERE type IN ('message_posted', 'message_edited', 'message_deleted') GROUP BY message_id
            ) AS events ON events.message_id = message.id WHERE newest != message.version""",
    }
)

_withdrawn = _queries(
    {
        "events that still hold what was edited or deleted later": """
            SELECT event.seq FROM event JOIN (
                SELECT message_id, max(seq) AS withdrawn FROM event
                WHERE type IN ('message_edited', 'message_deleted') GROUP BY message_id
            ) AS later ON later.message_id = event.message_id
            WHERE event.seq < withdrawn AND event.payload IS NOT NULL""",
        "events that still hold what a deleted message said": """
            SELECT event.seq FROM event JOIN message ON message.id = event.message_id
            WHERE message.deleted_at IS NOT NULL AND event.type IN ('message_posted', 'message_edited')
                AND event.payload IS NOT NULL""",
    }
)

_deleted = _queries(
    {
        "deleted messages that still say something": """
            SELECT id FROM message
            WHERE deleted_at IS NOT NULL AND
                (text != '' OR html != '' OR fingerprint IS NOT NULL OR quoted_id IS NOT NULL)""",
        "deleted messages with revisions": """
            SELECT DISTINCT message.id FROM message JOIN revision ON revision.message_id = message.id
            WHERE deleted_at IS NOT NULL""",
        "deleted messages that are pinned": """
            SELECT message.id FROM message JOIN pin ON pin.message_id = message.id WHERE deleted_at IS NOT NULL""",
        "deleted messages with mentions or reactions": """
            SELECT id FROM message WHERE deleted_at IS NOT NULL AND (
                id IN (SELECT message_id FROM mention) OR id IN (SELECT message_id FROM reaction))""",
    }
)

_listeners = _queries(
    {
        "listeners that are ahead of the log": """
            SELECT name || ' at ' || cursor FROM listener, log_state WHERE cursor > head_seq""",
        "dead letters of events that never were": """
            SELECT listener || ' at ' || seq FROM dead_letter, log_state WHERE seq > head_seq""",
    }
)


_indexed = _queries(
    {
        "messages that are not in the index": """
            SELECT id FROM message WHERE deleted_at IS NULL AND id NOT IN (SELECT id FROM message_search_content)""",
        "deleted messages that are in the index": """
            SELECT id FROM message_search_content
            WHERE id NOT IN (SELECT id FROM message WHERE deleted_at IS NULL)""",
        "messages that are not within the days of the index": """
            SELECT id FROM message LEFT JOIN search_day ON day = substr(created_at, 1, 10)
            WHERE deleted_at IS NULL AND (day IS NULL OR id NOT BETWEEN first_id AND last_id)""",
    }
)


def _search_index(evidence: Evidence) -> Iterator[str]:
    yield from _if_up_to_date(evidence, "search_index", _index_against_messages)
    yield from _index_against_itself(evidence)


def _index_against_messages(evidence: Evidence) -> Iterator[str]:
    yield from _indexed(evidence)
    rows = evidence.sqlite.execute(SAID_AND_INDEXED)
    wrong = (
        str(message_id)
        for message_id, text, file_names, room_id, author_id, words, marks in rows
        if words != " ".join(keys_of(said(text, file_names)).words)
        or marks.split()[:2] != [f"r{room_id}", f"u{author_id}"]
    )
    yield from _told("messages that say something else than the index", wrong)


def _index_against_itself(evidence: Evidence) -> Iterator[str]:
    # FTS5's own 'integrity-check' is a write; this counts where each word stands, which only reads.
    counted: Counter[str] = Counter()
    for words, marks in evidence.sqlite.execute("SELECT c0, c1 FROM message_search_content"):
        counted.update(words.split())
        counted.update(marks.split())
    evidence.sqlite.execute("CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab('main', 'message_search', 'row')")
    for term, count in evidence.sqlite.execute("SELECT term, cnt FROM temp.vocabulary"):
        counted.subtract({term: count})
    yield from _told("words that the index does not find where they stand", (t for t, n in counted.items() if n))


def _rollups(evidence: Evidence) -> Iterator[str]:
    yield from _if_up_to_date(
        evidence,
        "analytics",
        _queries(
            {
                "days, rooms and people that are not counted right": """
                    WITH counted AS (
                        SELECT substr(created_at, 1, 10) AS day, room_id, author_id, count(*)
                        FROM message GROUP BY 1, 2, 3
                    )
                    SELECT DISTINCT day || ' room ' || room_id || ' person ' || author_id FROM (
                        SELECT * FROM (SELECT * FROM counted EXCEPT SELECT * FROM daily_activity)
                        UNION SELECT * FROM (SELECT * FROM daily_activity EXCEPT SELECT * FROM counted)
                    )"""
            }
        ),
    )


def _files(evidence: Evidence) -> Iterator[str]:
    named = {name for (name,) in evidence.sqlite.execute("SELECT avatar FROM user WHERE avatar IS NOT NULL")}
    lying = {path.name: path for path in (evidence.folder / "avatars").glob("*")}
    yield from _told("pictures that are missing", sorted(named - lying.keys()))
    orphaned = [name for name in lying.keys() - named if _age_seconds(lying[name]) > YOUNG_SECONDS]
    yield from map(Note, _told("pictures that nobody uses", sorted(orphaned)))


_attached = _queries(
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
            SELECT file FROM upload WHERE file IN (SELECT file FROM discarded_file)""",
    }
)


def _uploads(evidence: Evidence) -> Iterator[str]:
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
    yield from _told("files that are missing, or not as long as they were", sorted(wrong))
    strays = {
        path.name
        for file, path in files_in(folder)
        if file not in named and file not in discarded and _age_seconds(path) > YOUNG_SECONDS
    }
    yield from map(Note, _told("files that no message and no upload names", sorted(strays)))
    yield from map(Note, _told("files that are to be removed", sorted(discarded)))


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except OSError:
        return None


def _if_up_to_date(evidence: Evidence, listener: str, check: Check) -> Iterator[str]:
    """Compare what a listener keeps with the messages, where it has taken all of them."""
    query = """
        SELECT cursor = head_seq AND rebuild_after IS NULL,
            (SELECT count(*) FROM dead_letter WHERE dead_letter.listener = listener.name)
        FROM listener, log_state WHERE name = ?"""
    found = evidence.sqlite.execute(query, (listener,)).fetchone()
    if found is None or not found[0]:
        yield Note(f"{listener} has not taken all events yet; it is compared when it has")
    elif found[1]:
        yield Note(f"{listener} has dead letters; it is compared when they are dealt with")
    else:
        yield from check(evidence)


def _told(sentence: str, found: Iterable[str]) -> Iterator[str]:
    """Return one sentence with how many there are and the first few, or none."""
    examples: list[str] = []
    count = 0
    for example in found:
        count += 1
        if count <= EXAMPLES:
            examples.append(example)
    if count:
        more = ", …" if count > EXAMPLES else ""
        yield f"{sentence} ({count:,}): {', '.join(examples)}{more}"


def _age_seconds(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except OSError:
        return 0.0


CHECKS: dict[str, Check] = {
    "database": _integrity,
    "foreign keys": _foreign_keys,
    "revision": _revision,
    "log": _log,
    "streams": _streams,
    "messages": _messages,
    "withdrawn payloads": _withdrawn,
    "deleted messages": _deleted,
    "listeners": _listeners,
    "search index": _search_index,
    "rollups": _rollups,
    "files": _files,
    "uploads": _uploads,
}
"""Every check, in the order in which they are made and told."""
