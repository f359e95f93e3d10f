"""The full-text index: what each message says at present, under the message's id."""

from collections.abc import Iterable, Sequence
from typing import Any

from chat.listeners.listener import LocalListener, listener
from chat.log import Entry
from chat.search_words import FILE_NAMES, keys_of, said
from chat.unit_of_work import execute_sql

READ = f"SELECT id, room_id, author_id, text, html, created_at, deleted_at, {FILE_NAMES} FROM message"  # noqa: S608 - a constant of ours
FORGET = "DELETE FROM message_search WHERE rowid = ?"
KEEP = "INSERT INTO message_search (rowid, words, marks) VALUES (?, ?, ?)"
MERGE = "INSERT INTO message_search (message_search, rank) VALUES ('merge', ?)"
MERGED_PAGES = 16
"""For each 64 messages: enough to keep up with what they add, and over within milliseconds."""
WIDEN_DAY = (
    "INSERT INTO search_day (day, first_id, last_id) VALUES (?1, ?2, ?2) ON CONFLICT (day) DO UPDATE"
    " SET first_id = min(first_id, ?2), last_id = max(last_id, ?2) WHERE ?2 NOT BETWEEN first_id AND last_id"
)


@listener("search_index", types={"message_posted", "message_edited", "message_deleted"})
class SearchIndex(LocalListener):
    """Messages as they are by now; what was deleted is not in it."""

    def apply(self, entries: Sequence[Entry]) -> None:
        """Read each message that the events name, once."""
        ids = sorted({entry.message_id for entry in entries if entry.message_id is not None})
        marks = ", ".join("?" * len(ids))
        _take(execute_sql(f"{READ} WHERE id IN ({marks}) ORDER BY id", ids))

    def reset(self) -> None:
        """Empty the index; its content table first, so that there is nothing left to build it from."""
        execute_sql("DELETE FROM message_search_content", ())
        execute_sql("INSERT INTO message_search (message_search) VALUES ('rebuild')", ())
        execute_sql("DELETE FROM search_day", ())

    def rebuild(self, after_id: int, until_id: int, limit: int) -> int | None:
        """Take the next stored messages."""
        rows = execute_sql(f"{READ} WHERE id > ? AND id <= ? ORDER BY id LIMIT ?", (after_id, until_id, limit))
        return _take(rows)


def _take(rows: Iterable[Any]) -> int | None:
    """Index the messages and return the last one's id."""
    taken = list(rows)
    for message_id, room_id, author_id, text, html, created_at, deleted_at, file_names in taken:
        # It may be there already: this listener may be ahead of its cursor.
        execute_sql(FORGET, (message_id,))
        if deleted_at is None:
            keys = keys_of(said(text, file_names))
            kinds = (("haslink", has_link(html)), ("hasfile", file_names is not None))
            has = [mark for mark, is_so in kinds if is_so]
            marks = [f"r{room_id}", f"u{author_id}", *has, *sorted(keys.syllables)]
            execute_sql(KEEP, (message_id, " ".join(keys.words), " ".join(marks)))
            execute_sql(WIDEN_DAY, (created_at[:10], message_id))
    if not taken:
        return None
    execute_sql(MERGE, (MERGED_PAGES * -(-len(taken) // 64),))
    last: int = taken[-1][0]
    return last


def has_link(html: str) -> bool:
    """Tell whether a rendered message has a link; a mention is none."""
    return '<a href="' in html
