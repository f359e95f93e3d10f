"""Search that something else answers: it names messages, and Stet shows those of them that the caller may see."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from chat.errors import SearchUnavailableError
from chat.extensions import db
from chat.models import Membership, Message
from chat.permissions import Caller
from chat.queries.search import Place, SearchPage, Sort, search, shown
from chat.queries.search_query import SearchQuery, Term, parse
from chat.queries.search_scope import Scope, scope_of
from chat.queries.snippets import Span, places_of

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """What somebody looks for, and where."""

    text: str
    """The words, phrases in quotation marks; never empty."""
    room_ids: tuple[int, ...]
    """The rooms to look in, all of which the caller is in."""
    author_id: int | None
    since: str | None
    before: str | None
    """Moments in UTC, as in `created_at`: not earlier than the one, earlier than the other."""
    has: tuple[str, ...]
    """`file`, `link`."""
    newest_first: bool
    offset: int
    limit: int


FindMessages = Callable[[SearchRequest], Sequence[int]]
"""Returns ids of messages, best first: up to `limit` after the first `offset`. Fewer than `limit` are the last ones."""


@dataclass(frozen=True, slots=True)
class SearchProvider:
    """A function that finds messages, by the name that `STET_SEARCH` has."""

    name: str
    find: FindMessages


def search_through(
    provider: SearchProvider | None, caller: Caller, typed: str, *, sort: Sort, limit: int, place: Place | None
) -> SearchPage:
    """Return up to `limit` messages that the provider found and the caller may see.

    Without a provider, without words and where the provider fails at the first page, Stet's own index answers.

    Raises:
        SearchEmptyError: nothing was typed.
        SearchTooLongError: it is over 500 characters.
        SearchUnavailableError: the provider has begun, and fails to go on.
    """
    if provider is None or (place is not None and place.top_id):
        return search(caller, typed, sort=sort, limit=limit, place=place)
    query = parse(typed)
    scope = scope_of(caller, query)
    if scope.unknown or not query.terms or not scope.room_ids:
        return search(caller, typed, sort=sort, limit=limit, place=None)
    offset = 0 if place is None else place.score
    request = _request(query, scope, sort=sort, offset=offset, limit=limit)
    # The provider may take its time: no snapshot is held, and the caller may have left a room when it answers.
    db.session.remove()
    try:
        ids = [int(message_id) for message_id in provider.find(request)][:limit]
    except Exception as error:
        logger.exception("search_provider_failed: %s", provider.name)
        if place is not None:
            raise SearchUnavailableError from error
        return search(caller, typed, sort=sort, limit=limit, place=None)
    # No message has the id 0: this is how the own index and a provider tell each other's places apart.
    following = Place(0, 0, top_id=0, score=offset + limit, message_id=0) if len(ids) == limit else None
    found = _visible(caller, scope, ids)
    places = {message.id: _places(message.text, query.terms) for message in found}
    return SearchPage(shown(found, places), following, scope.understood, scope.unknown)


def _request(query: SearchQuery, scope: Scope, *, sort: Sort, offset: int, limit: int) -> SearchRequest:
    return SearchRequest(
        text=" ".join(f'"{term.text}"' if term.is_phrase else term.text for term in query.terms),
        room_ids=tuple(scope.room_ids) if scope.room_id is None else (scope.room_id,),
        author_id=scope.author_id,
        since=scope.since,
        before=scope.before,
        has=tuple(scope.understood["has"]),
        newest_first=sort == "newest",
        offset=offset,
        limit=limit,
    )


def _visible(caller: Caller, scope: Scope, ids: Sequence[int]) -> list[Message]:
    """Return, in the provider's order, the messages that are in the caller's rooms at this moment."""
    mine = sa.select(Membership.room_id).where(Membership.user_id == caller.id)
    query = sa.select(Message).where(Message.id.in_(ids), Message.room_id.in_(mine), Message.deleted_at.is_(None))
    if scope.room_id is not None:
        query = query.where(Message.room_id == scope.room_id)
    if scope.author_id is not None:
        query = query.where(Message.author_id == scope.author_id)
    if scope.since is not None:
        query = query.where(Message.created_at >= scope.since)
    if scope.before is not None:
        query = query.where(Message.created_at < scope.before)
    found = {message.id: message for message in db.session.scalars(query)}
    return [found[message_id] for message_id in dict.fromkeys(ids) if message_id in found]


def _places(text: str, terms: Sequence[Term]) -> list[Span]:
    # The provider may have other ideas of words; what is there literally is marked.
    return sorted(span for term in terms for span in places_of(text, [term]) or [])
