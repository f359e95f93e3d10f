"""Search: the messages that say something, of the rooms that the caller is in, found by the full-text index.

The index proposes, the tables decide: every candidate is looked up through the caller's membership, and what it says at
present must match. The index is read newest first in stretches of ids, off the event loop; of words that many messages
have, the newest are ranked, and the older ones follow as the next block.
"""

import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, TypedDict

import sqlalchemy as sa

from chat.clock import moment_of, now
from chat.concurrency import off_loop
from chat.extensions import db
from chat.models import Message, Room
from chat.payloads import MessagePayload, SharedRoomPayload
from chat.permissions import Caller
from chat.queries.messages import messages_as_seen
from chat.queries.relevance import relevance
from chat.queries.rooms import shared_rooms
from chat.queries.search_context import Before, said_before
from chat.queries.search_query import SearchQuery, Term, parse
from chat.queries.search_scope import Scope, Understood, scope_of
from chat.queries.snippets import Part, Span, places_of, snippet
from chat.search_words import FILE_NAMES, composed, said

Sort = Literal["relevance", "newest"]

BLOCK = 400
"""How many of the newest matches are ranked together."""
FIRST_STRETCH = 100_000
LONGEST_STRETCH = 1_000_000
"""In ids. To find that words which many messages have are together in none of a million takes 20 ms."""
BUDGET_SECONDS = 1.0
"""When that is used up, the answer is what was found, and `next` goes on from there."""
MOST_ROOM_MARKS = 200
_searching = threading.BoundedSemaphore(2)
"""Commits use the same few real threads."""


class Result(TypedDict):
    """A message that was found."""

    message: MessagePayload
    room: SharedRoomPayload
    snippet: list[Part]
    before: Before | None
    """What was said just before, for the context."""


class SearchPage(NamedTuple):
    """Some results, and where the next ones begin."""

    results: list[Result]
    next: "Place | None"
    understood: Understood
    unknown: list[str]


class Place(NamedTuple):
    """Where a page ends. A page may be short, or empty, and not be the last: what counts is that there is a place."""

    anchor_id: int
    """The newest message when the search began: what comes later does not move the pages."""
    anchor_seconds: int
    """When that was; ages count from it."""
    top_id: int
    """The first message of the block."""
    score: int
    """Of the last result in the block, 0 with `newest`."""
    message_id: int
    """The last result; 0 at the beginning of a block."""


class Candidate(NamedTuple):
    """A message of the index that the caller may see."""

    id: int
    words: str
    text: str
    created_at: str


@dataclass(frozen=True, slots=True)
class _Block:
    """Candidates, newest first, and the id below which the index was not looked at; None when there is no more."""

    candidates: list[Candidate]
    rest_below: int | None


def search(caller: Caller, typed: str, *, sort: Sort, limit: int, place: Place | None) -> SearchPage:
    """Return up to `limit` messages that match what was typed, and that the caller may see.

    Raises:
        SearchEmptyError: nothing was typed.
        SearchTooLongError: it is over 500 characters.
    """
    query = parse(typed)
    scope = scope_of(caller, query)
    if scope.unknown or query.asks_for_nothing or not scope.room_ids:
        return SearchPage([], None, scope.understood, scope.unknown)
    place = place or _beginning(scope)
    is_ranked = sort == "relevance" and bool(query.terms)
    found, following = _collect(caller, query, scope, place, limit=limit, is_ranked=is_ranked)
    return SearchPage(_results(found, query.terms), following, scope.understood, scope.unknown)


def shown(messages: Sequence[Message], places: Mapping[int, Sequence[Span]]) -> list[Result]:
    """Return messages that the caller may see as results, in this order, with what was found in them marked."""
    wanted = sa.select(Room).where(Room.id.in_({message.room_id for message in messages}))
    rooms = {room["id"]: room for room in shared_rooms(db.session.scalars(wanted).all())}
    before = said_before(messages)
    return [
        {
            "message": message,
            "room": rooms[message["room_id"]],
            "snippet": snippet(message["text"], _within(message["text"], places[message["id"]])),
            "before": before.get(message["id"]),
        }
        for message in messages_as_seen(messages)
    ]


def _beginning(scope: Scope) -> Place:
    return Place(scope.newest_id, int(now().timestamp()), min(scope.newest_id, scope.until_id), 0, 0)


def _collect(
    caller: Caller, query: SearchQuery, scope: Scope, place: Place, *, limit: int, is_ranked: bool
) -> tuple[list[int], Place | None]:
    """Return the ids of a page in order, and where the next page begins."""
    found: list[int] = []
    patience_ends = time.monotonic() + BUDGET_SECONDS
    while True:
        # One more than fits tells whether there is a next page.
        count = BLOCK if is_ranked else limit - len(found) + 1
        block = _read_block(_statement(caller, query, scope), scope, place.top_id, count, patience_ends)
        for score, message_id in _in_order(block.candidates, query.terms, place, is_ranked=is_ranked):
            if len(found) == limit:
                return found, place
            found.append(message_id)
            going_on = {"score": score, "message_id": message_id} if is_ranked else {"top_id": message_id - 1}
            place = place._replace(**going_on)
        if block.rest_below is None:
            return found, None
        place = place._replace(top_id=block.rest_below - 1, score=0, message_id=0)
        if len(found) == limit or time.monotonic() >= patience_ends:
            return found, place


def _in_order(
    candidates: Sequence[Candidate], terms: Sequence[Term], place: Place, *, is_ranked: bool
) -> list[tuple[int, int]]:
    """Return (score, id) of the candidates that come after the place, best first; without ranking newest first."""
    if not is_ranked:
        return [(0, candidate.id) for candidate in candidates]
    scored = [(_score(candidate, terms, place.anchor_seconds), candidate.id) for candidate in candidates]
    scored.sort(reverse=True)
    return scored if place.message_id == 0 else [one for one in scored if one < (place.score, place.message_id)]


def _score(candidate: Candidate, terms: Sequence[Term], anchor_seconds: int) -> int:
    age_seconds = anchor_seconds - moment_of(candidate.created_at).timestamp()
    return relevance(candidate.words, candidate.text, terms, age_days=max(0.0, age_seconds) / 86_400)


# --- The index ---


class _Statement(NamedTuple):
    sql: str
    parameters: list[object]


def _statement(caller: Caller, query: SearchQuery, scope: Scope) -> _Statement:
    """Return the SQL for one stretch of ids; the first id, the last and the limit come last."""
    # What is matched in the index only saves work. Who may see what is decided by the membership here.
    conditions = ["m.room_id IN (SELECT room_id FROM membership WHERE user_id = ?)", "m.deleted_at IS NULL"]
    parameters: list[object] = [caller.id]
    for condition, value in (
        ("m.room_id = ?", scope.room_id),
        ("m.author_id = ?", scope.author_id),
        ("m.created_at >= ?", scope.since),
        ("m.created_at < ?", scope.before),
    ):
        if value is not None:
            conditions.append(condition)
            parameters.append(value)
    expression = " AND ".join([*map(_match, query.terms), *_marks(scope)])
    if expression:
        conditions.append("s.message_search MATCH ?")
        parameters.append(expression)
    return _Statement(
        "SELECT m.id, s.words, m.text, m.created_at FROM message_search s CROSS JOIN message m ON m.id = s.rowid"  # noqa: S608 - the conditions are ours
        f" WHERE {' AND '.join(conditions)} AND s.rowid BETWEEN ? AND ? ORDER BY s.rowid DESC LIMIT ?",
        parameters,
    )


def _match(term: Term) -> str:
    # Keys hold neither quotes nor spaces: nothing that is typed reaches the syntax of FTS5.
    if term.is_syllable:
        return f'"{term.base[0]}"'
    return f'words : "{" ".join(term.base)}"'


def _marks(scope: Scope) -> Iterator[str]:
    if scope.room_id is not None:
        yield f'marks : "r{scope.room_id}"'
    elif not scope.sees_most and len(scope.room_ids) <= MOST_ROOM_MARKS:
        yield "marks : (" + " OR ".join(f'"r{room_id}"' for room_id in scope.room_ids) + ")"
    if scope.author_id is not None:
        yield f'marks : "u{scope.author_id}"'
    for kind in scope.understood["has"]:
        yield f'marks : "has{kind}"'


def _read_block(statement: _Statement, scope: Scope, top_id: int, count: int, patience_ends: float) -> _Block:
    """Return the next `count` candidates from `top_id` down."""
    candidates: list[Candidate] = []
    stretch = FIRST_STRETCH
    while top_id >= scope.from_id:
        bottom_id = max(scope.from_id, top_id - stretch + 1)
        missing = count - len(candidates)
        rows = _read(statement.sql, (*statement.parameters, bottom_id, top_id, missing))
        candidates += map(Candidate._make, rows)
        if len(rows) == missing:
            return _Block(candidates, candidates[-1].id if candidates[-1].id > scope.from_id else None)
        top_id = bottom_id - 1
        stretch = LONGEST_STRETCH
        if top_id >= scope.from_id and time.monotonic() >= patience_ends:
            return _Block(candidates, top_id + 1)
    return _Block(candidates, None)


def _read(sql: str, parameters: Sequence[object]) -> list[Any]:
    # In the session's snapshot, on its connection, but in a real thread: the event loop goes on meanwhile.
    sqlite: Any = db.session.connection().connection.driver_connection
    with _searching:
        return off_loop(_fetch, sqlite, sql, tuple(parameters))


def _fetch(sqlite: sqlite3.Connection, sql: str, parameters: Sequence[object]) -> list[Any]:
    return sqlite.execute(sql, parameters).fetchall()


# --- What is shown ---


def _results(ids: Sequence[int], terms: Sequence[Term]) -> list[Result]:
    messages = {message.id: message for message in db.session.scalars(sa.select(Message).where(Message.id.in_(ids)))}
    names = _file_names_of(ids)
    places: dict[int, list[Span]] = {}
    for message_id in ids:
        found = places_of(said(messages[message_id].text, names[message_id]), terms)
        # An edit reaches the index a moment later: what does not say it any more was not found.
        if found is not None:
            places[message_id] = found
    return shown([messages[message_id] for message_id in places], places)


def _file_names_of(message_ids: Sequence[int]) -> dict[int, str | None]:
    names: sa.ColumnElement[str | None] = sa.literal_column(FILE_NAMES)
    rows = db.session.execute(sa.select(Message.id, names).where(Message.id.in_(message_ids)))
    return {row[0]: row[1] for row in rows}


def _within(text: str, places: Sequence[Span]) -> list[Span]:
    """Return what was found in the text itself; what was found in the name of a file shows there."""
    length = len(composed(text))
    return [(start, end) for start, end in places if end <= length]
