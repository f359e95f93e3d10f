"""What listeners keep: the search index and the counts."""

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import groupby
from operator import itemgetter

from chat.clock import day_of
from chat.response_times import response_seconds, step_of
from chat.search_words import FILE_NAMES, keys_of, said
from chat.verification.evidence import Check, Evidence, Note, queries, told

SAID_AND_INDEXED = f"""
    SELECT message.id, text, {FILE_NAMES}, room_id, author_id, c0, c1 FROM message
    JOIN message_search_content AS content ON content.id = message.id WHERE deleted_at IS NULL"""  # noqa: S608 - a constant

TURNS = """
    WITH said AS (SELECT * FROM message WHERE author_id NOT IN (SELECT id FROM user WHERE role = 'bot'))
    SELECT 'room ' || room_id AS place, author_id, created_at, parent_id IS NULL, id FROM said
    WHERE parent_id IS NULL OR also_in_room
    UNION ALL SELECT 'thread ' || parent_id, author_id, created_at, 1, id FROM said WHERE parent_id IS NOT NULL
    UNION ALL SELECT 'thread ' || id, author_id, created_at, 0, id FROM said
    WHERE id IN (SELECT parent_id FROM message WHERE parent_id IS NOT NULL)
    ORDER BY place, id"""

listeners = queries(
    {
        "listeners that are ahead of the log": """
            SELECT name || ' at ' || cursor FROM listener, log_state WHERE cursor > head_seq""",
        "dead letters of events that never were": """
            SELECT listener || ' at ' || seq FROM dead_letter, log_state WHERE seq > head_seq""",
    }
)


_indexed = queries(
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


def search_index(evidence: Evidence) -> Iterator[str]:
    """Compare the index with the messages, and with itself."""
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
    yield from told("messages that say something else than the index", wrong)


def _index_against_itself(evidence: Evidence) -> Iterator[str]:
    # FTS5's own 'integrity-check' is a write; this counts where each word stands, which only reads.
    counted: Counter[str] = Counter()
    for words, marks in evidence.sqlite.execute("SELECT c0, c1 FROM message_search_content"):
        counted.update(words.split())
        counted.update(marks.split())
    evidence.sqlite.execute("CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab('main', 'message_search', 'row')")
    for term, count in evidence.sqlite.execute("SELECT term, cnt FROM temp.vocabulary"):
        counted.subtract({term: count})
    yield from told("words that the index does not find where they stand", (t for t, n in counted.items() if n))


def rollups(evidence: Evidence) -> Iterator[str]:
    """Count again what was counted."""
    evidence.sqlite.create_function("workspace_day", 1, partial(day_of, zone=_zone(evidence)), deterministic=True)
    yield from _if_up_to_date(
        evidence,
        "analytics",
        queries(
            {
                "days, rooms and people that are not counted right": """
                    WITH counted AS (
                        SELECT workspace_day(created_at) AS day, room_id, author_id, count(*)
                        FROM message GROUP BY 1, 2, 3
                    )
                    SELECT DISTINCT day || ' room ' || room_id || ' person ' || author_id FROM (
                        SELECT * FROM (SELECT * FROM counted EXCEPT SELECT * FROM daily_activity)
                        UNION SELECT * FROM (SELECT * FROM daily_activity EXCEPT SELECT * FROM counted)
                    )"""
            }
        ),
    )


def response_times(evidence: Evidence) -> Iterator[str]:
    """Look at every turn again."""
    yield from _if_up_to_date(evidence, "response_times", _response_times_against_messages)


def _response_times_against_messages(evidence: Evidence) -> Iterator[str]:
    wrong = Counter(_answers(evidence.sqlite.execute(TURNS), _zone(evidence)))
    for day, seconds, count in evidence.sqlite.execute("SELECT * FROM response_time"):
        wrong.subtract({(day, seconds): count})
    wrongly = (f"{day} after {seconds} s" for (day, seconds), count in sorted(wrong.items()) if count)
    yield from told("response times that are not counted right", wrongly)


def _zone(evidence: Evidence) -> str:
    found = evidence.sqlite.execute("SELECT time_zone FROM workspace").fetchone()
    return "UTC" if found is None else str(found[0])


def _answers(rows: Iterable[tuple[str, int, str, bool, int]], zone: str) -> Iterator[tuple[str, int]]:
    for _place, messages in groupby(rows, itemgetter(0)):
        turn: list[tuple[int, str]] = []
        for _, author_id, at, is_answer, _ in messages:
            seconds = response_seconds(author_id, at, reversed(turn)) if is_answer else None
            if seconds is not None:
                yield day_of(at, zone), step_of(seconds)
            if turn and turn[0][0] != author_id:
                turn = []
            turn.append((author_id, at))


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
