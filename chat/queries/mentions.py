"""What calls a person, in all of their rooms, newest first."""

from collections.abc import Iterator
from typing import Any, Literal, NamedTuple, TypedDict, cast

import sqlalchemy as sa

from chat.errors import SearchEmptyError
from chat.extensions import db
from chat.models import Membership, Mention, Message, Room, User
from chat.payloads import MessagePayload
from chat.permissions import Caller
from chat.queries.attention import names_keyword
from chat.queries.messages import messages_as_seen
from chat.queries.preferences import preferences_of
from chat.queries.rooms import member_ids
from chat.queries.search_query import parse

Kind = Literal["name", "here", "room", "keyword"]

STRETCH = 200_000
"""How many ids of the index are looked at for a page, so that a frequent word holds nobody up."""
CANDIDATES = 3
"""The index finds more than the words themselves: how many of its messages are read for one of a page."""
CANDIDATE_IDS = """
    SELECT s.rowid FROM message_search s CROSS JOIN message m ON m.id = s.rowid
    WHERE s.message_search MATCH :words AND s.rowid > :floor AND s.rowid <= :top AND m.deleted_at IS NULL
    AND m.author_id != :me AND m.room_id IN (SELECT room_id FROM membership WHERE user_id = :me)
    ORDER BY s.rowid DESC LIMIT :most"""


class MentionedIn(TypedDict):
    """The room of a mention, as far as a list needs it."""

    id: int
    kind: str
    name: str | None
    member_ids: list[int] | None


class MentionPayload(TypedDict):
    """A message that calls the person."""

    message: MessagePayload
    room: MentionedIn
    kind: Kind
    is_unread: bool


class MentionPage(NamedTuple):
    """A page of mentions, newest first, and the id before which the next one begins; None on the last page."""

    mentions: list[MentionPayload]
    next: int | None


class _Found(NamedTuple):
    message: Message
    read_message_id: int
    kind: Kind


def mentions_of(caller: Caller, *, before_id: int, limit: int) -> MentionPage:
    """Return what calls the caller in rooms that they are in now; nothing deleted, nothing edited away.

    Keywords are those of now. A page may be short, even empty, and not be the last.
    """
    watched, floor_id = _with_keyword(caller, before_id, limit + 1)
    by_id = {found.message.id: found for found in watched}
    by_id |= {found.message.id: found for found in _called(caller, before_id, limit + 1)}
    # Below the floor the index was not looked at: what calls by name there comes with the next page.
    newest = [by_id[message_id] for message_id in sorted(by_id, reverse=True) if message_id >= floor_id]
    page = newest[:limit]
    following = page[-1].message.id if len(newest) > limit else floor_id
    return MentionPage(list(_as_seen(page)), following or None)


def _called(caller: Caller, before_id: int, limit: int) -> Iterator[_Found]:
    query: Any = (
        sa.select(Message, Mention.kind, Membership.read_message_id)
        .join(Mention, Mention.message_id == Message.id)
        .where(Mention.user_id == caller.id)
    )
    for message, kind, read_id in _newest(query, caller, before_id, limit):
        yield _Found(message, read_id, kind)


def _with_keyword(caller: Caller, before_id: int, limit: int) -> tuple[list[_Found], int]:
    """Return messages with one of the caller's keywords, and down to which id the index was looked at; 0 is all."""
    keywords = cast("list[str]", preferences_of(db.session.get_one(User, caller.id))["keywords"])
    expression = " OR ".join(filter(None, map(_match, keywords)))
    if not expression:
        return [], 0
    newest_id = db.session.scalar(sa.select(sa.func.max(Message.id))) or 0
    top_id = min(before_id - 1, newest_id)
    floor_id = max(0, top_id - STRETCH)
    parameters = {"words": expression, "me": caller.id, "floor": floor_id, "top": top_id, "most": CANDIDATES * limit}
    ids = list(db.session.scalars(sa.text(CANDIDATE_IDS), parameters))
    if len(ids) == parameters["most"]:
        floor_id = ids[-1]
    query: Any = sa.select(Message, Membership.read_message_id).where(Message.id.in_(ids))
    found = [_Found(message, read_id, "keyword") for message, read_id in _newest(query, caller, before_id, len(ids))]
    return [each for each in found if names_keyword(each.message.text, keywords)], floor_id


def _match(word: str) -> str:
    """Return what finds the word, and more than it, in the index; nothing when the index does not keep its like."""
    try:
        terms = parse(f'"{word.replace(chr(34), " ")}"').terms
    except SearchEmptyError:
        return ""
    # Keys hold neither quotes nor spaces: nothing that is typed reaches the syntax of FTS5.
    parts = [f'"{term.base[0]}"' if term.is_syllable else f'words : "{" ".join(term.base)}"' for term in terms]
    return f"({' AND '.join(parts)})" if parts else ""


def _newest(query: Any, caller: Caller, before_id: int, limit: int) -> list[Any]:
    inside = sa.and_(Membership.room_id == Message.room_id, Membership.user_id == caller.id)
    query = (
        query.join(Membership, inside)
        .where(Message.deleted_at.is_(None), Message.author_id != caller.id, Message.id < before_id)
        .order_by(Message.id.desc())
        .limit(limit)
    )
    return list(db.session.execute(query))


def _as_seen(found: list[_Found]) -> Iterator[MentionPayload]:
    payloads = messages_as_seen([each.message for each in found])
    rooms = _rooms({each.message.room_id for each in found})
    for each, payload in zip(found, payloads, strict=True):
        room = rooms[each.message.room_id]
        is_unread = each.message.id > each.read_message_id
        yield {"message": payload, "room": room, "kind": each.kind, "is_unread": is_unread}


def _rooms(room_ids: set[int]) -> dict[int, MentionedIn]:
    query = sa.select(Room.id, Room.kind, Room.name).where(Room.id.in_(room_ids))
    return {
        room_id: {
            "id": room_id,
            "kind": kind,
            "name": name,
            "member_ids": member_ids(room_id) if kind == "direct" else None,
        }
        for room_id, kind, name in db.session.execute(query)
    }
