"""What listeners did: the effects in our own tables, and what the other system was told."""

import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from chat.clock import day_of
from chat.response_times import response_seconds, step_of
from tests.crash.checks import Store


class Witnessed:
    """The lines of a witness: keys in the order in which they came, repeats included."""

    def __init__(self, file: Path) -> None:
        lines = file.read_text().splitlines() if file.exists() else []
        self.keys = [line.split(" ")[0] for line in lines]

    def numbers(self, epoch: str, name: str = "witness") -> list[int]:
        """Return the events of one history that came under the name, in the order of their first coming."""
        found = (key.split(":", 2) for key in dict.fromkeys(self.keys))
        return [int(seq) for known, seq, whose in found if known == epoch and whose == name]


def at_the_other_end(
    store: Store, witnessed: Witnessed, epoch: str, begins_after: int, *, name: str = "witness"
) -> Iterator[str]:
    """Events that the other system was not told of, or not in order, or that are none."""
    told = witnessed.numbers(epoch, name)
    posted = [row.seq for row in store.rows if row.type == "message_posted" and row.seq > begins_after]
    for seq in sorted(set(posted) - set(told))[:5]:
        yield f"{name}: the other system was never told of event {seq}"
    for seq in [seq for seq in told if seq not in store.by_seq or store.by_seq[seq].type != "message_posted"][:5]:
        yield f"{name}: the other system was told of event {seq}, which is {store.by_seq.get(seq)}"
    if told != sorted(told):
        yield f"{name}: the other system was told in another order than the log's"


def in_our_tables(file: Path) -> Iterator[str]:
    """Effects that are missing or double: the search index, the rollups and the response times against the messages."""
    sqlite = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    sqlite.execute("BEGIN")
    indexed = [row[0] for row in sqlite.execute("SELECT rowid FROM message_search ORDER BY rowid")]
    alive = [row[0] for row in sqlite.execute("SELECT id FROM message WHERE deleted_at IS NULL ORDER BY id")]
    if indexed != alive:
        missing, extra = sorted(set(alive) - set(indexed)), sorted(set(indexed) - set(alive))
        yield f"the search index lacks {missing[:5]} and has {extra[:5]} too many"
    counted = set(sqlite.execute("SELECT day, room_id, user_id, message_count FROM daily_activity"))
    zone = sqlite.execute("SELECT time_zone FROM workspace").fetchone()[0]
    sqlite.create_function("workspace_day", 1, lambda at: day_of(at, zone))
    query = "SELECT workspace_day(created_at), room_id, author_id, count(*) FROM message GROUP BY 1, 2, 3"
    posted = set(sqlite.execute(query))
    if counted != posted:
        yield f"the rollups have {sorted(counted - posted)[:5]}, the messages {sorted(posted - counted)[:5]}"
    timed = dict(sqlite.execute("SELECT day || ' ' || seconds, response_count FROM response_time"))
    answered = _answers(sqlite, zone)
    if timed != answered:
        differing = sorted(set(timed.items()) ^ set(answered.items()))
        yield f"the response times and the messages differ at {differing[:5]}"
    letters = sqlite.execute("SELECT listener, seq, error FROM dead_letter").fetchall()
    if letters:
        yield f"events were given up on: {letters[:5]}"
    sqlite.close()


def _answers(sqlite: sqlite3.Connection, zone: str) -> Counter[str]:
    """Count the answers per day and step from the messages alone, place by place."""
    query = (
        "SELECT room_id, message.id, parent_id, also_in_room, author_id, message.created_at FROM message"
        " JOIN user ON user.id = author_id WHERE role != 'bot' ORDER BY message.id"
    )
    rooms: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
    threads: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
    answers: Counter[str] = Counter()
    for room_id, message_id, parent_id, also_in_room, author_id, at in sqlite.execute(query):
        place = rooms[room_id] if parent_id is None else threads[parent_id]
        seconds = response_seconds(author_id, at, reversed(place))
        if seconds is not None:
            answers[f"{day_of(at, zone)} {step_of(seconds)}"] += 1
        if parent_id is None or also_in_room:
            rooms[room_id].append((author_id, at))
        threads[message_id if parent_id is None else parent_id].append((author_id, at))
    return answers


def cards(file: Path, site_url: str) -> Iterator[str]:
    """Links to the site that have no card, cards without a link, and cards that were told of twice."""
    sqlite = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    sqlite.execute("BEGIN")
    shown = "SELECT message_id, preview.url FROM preview JOIN link_page ON link_page.id = page_id WHERE title != ''"
    found = set(sqlite.execute(shown))
    planned = set(sqlite.execute("SELECT message_id, url FROM preview"))
    linked = {
        (message_id, url)
        for message_id, text in sqlite.execute("SELECT id, text FROM message WHERE deleted_at IS NULL")
        for url in re.findall(re.escape(site_url) + r"/\d+", text)
    }
    if linked - found:
        yield f"links without a card: {sorted(linked - found)[:5]}"
    if planned - linked:
        yield f"cards without a link: {sorted(planned - linked)[:5]}"
    # Of an earlier card of the same message another number is told.
    told = "SELECT message_id, count(*), payload FROM event WHERE type = 'previews_changed' AND payload IS NOT NULL"
    for message_id, count, data in sqlite.execute(f"{told} GROUP BY message_id, payload HAVING count(*) > 1 LIMIT 5"):
        yield f"the cards of message {message_id} were told of {count} times: {data}"
    sqlite.close()


def behind(file: Path) -> list[str]:
    """Return the listeners that are not at the head of the log yet, and the lanes with something in them."""
    sqlite = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    query = (
        "SELECT name, cursor, head_seq, attempts, last_error FROM listener, log_state"
        " WHERE cursor < head_seq OR rebuild_after IS NOT NULL"
    )
    found = [
        f"{name} is at {at} of {head}, try {tries}: {error}" for name, at, head, tries, error in sqlite.execute(query)
    ]
    lanes = "SELECT carrier, lane, count(*), max(attempts), max(note) FROM delivery WHERE state != 'sent' GROUP BY 1, 2"
    found += [
        f"{carrier} has {count} for {lane}, try {tries}: {note}"
        for carrier, lane, count, tries, note in sqlite.execute(lanes)
    ]
    sqlite.close()
    return found
