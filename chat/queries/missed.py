"""What a person missed and is mailed of: direct messages and mentions that they have not read.

What the mention count in the app counts is a mention here too: a name, `@here` and `@room`, and no keyword.
"""

import datetime as dt
from collections import defaultdict
from typing import NamedTuple, cast

import sqlalchemy as sa

from chat.extensions import db
from chat.models import Delivery, MailMark, Membership, Mention, Message, Room, ThreadFollow, User
from chat.permissions import BOT
from chat.queries.attention import Listening, Reason, Said, reason_to_tell
from chat.queries.preferences import preferences_of

MOST = 200
REASONS: frozenset[Reason] = frozenset({"direct", "mention", "here", "room"})


class Missed(NamedTuple):
    """A message that somebody missed."""

    message: Message
    author: str
    room: str
    """Its name, or the names of the other people in it."""


class AllMissed(NamedTuple):
    """What somebody missed, oldest first, and up to which message was looked."""

    messages: list[Missed]
    until_id: int


def whom_to_mail(message_id: int) -> list[int]:
    """Return whom a message calls or speaks to directly and who wants mail; whether it is sent is asked later."""
    message = db.session.get(Message, message_id)
    if message is None or message.deleted_at is not None:
        return []
    is_called = sa.exists().where(Mention.message_id == message.id, Mention.user_id == Membership.user_id)
    was_mailed = sa.exists().where(MailMark.user_id == User.id, MailMark.message_id >= message.id)
    query = (
        sa.select(User)
        .join(Membership, Membership.user_id == User.id)
        .join(Room, Room.id == Membership.room_id)
        .where(
            Membership.room_id == message.room_id,
            User.id != message.author_id,
            User.deactivated_at.is_(None),
            User.role != BOT,
            sa.or_(Room.kind == "direct", is_called),
            ~was_mailed,
        )
        .order_by(User.id)
    )
    return [user.id for user in db.session.scalars(query) if preferences_of(user)["mail_missed"]]


def is_digest_planned(user_id: int, now: str) -> bool:
    """Tell whether a digest waits whose time has not come; one whose time has come may be on its way already."""
    query = sa.select(Delivery.id).where(
        Delivery.carrier == "mail", Delivery.lane == str(user_id), Delivery.state == "waiting", Delivery.due_at > now
    )
    return db.session.scalars(query.limit(1)).first() is not None


def last_mailed(user_id: int) -> MailMark | None:
    """Return how far the person was told by mail, and when."""
    return db.session.get(MailMark, user_id)


def missed_by(user: User, now: dt.datetime) -> AllMissed:
    """Return what concerns the person as everything stands now and was not mailed before.

    Quiet hours are left aside: they hold the mail back, and do not make it say less.
    """
    mark = last_mailed(user.id)
    until_id = db.session.scalar(sa.select(sa.func.max(Message.id))) or 0
    preferences = preferences_of(user) | {"dnd_until": None, "dnd_schedule": None}
    found: list[Missed] = []
    for row in db.session.execute(_unread(user.id, mark.message_id if mark else 0, until_id)):
        message, membership = row.Message, row.Membership
        is_reply = message.parent_id is not None and not message.also_in_room
        said = Said(message.author_id, row.kind == "direct", message.text, is_reply)
        person = Listening(
            user_id=user.id,
            preferences=preferences,
            level=membership.level,
            is_muted=membership.is_muted,
            called=row.called,
            follows=bool(row.is_following),
        )
        if reason_to_tell(said, person, now) in REASONS:
            found.append(Missed(message, row.author, row.room_name or ""))
    return AllMissed(_with_names(found, user.id), until_id)


def _unread(user_id: int, after_id: int, until_id: int) -> sa.Select[*tuple[object, ...]]:
    follows = sa.and_(ThreadFollow.message_id == Message.parent_id, ThreadFollow.user_id == user_id)
    is_in_room = sa.or_(Message.parent_id.is_(None), Message.also_in_room)
    in_thread = sa.func.coalesce(ThreadFollow.read_message_id, 0)
    author = sa.orm.aliased(User)
    query = (
        sa.select(
            Message,
            Membership,
            Room.kind,
            Room.name.label("room_name"),
            author.name.label("author"),
            Mention.kind.label("called"),
            ThreadFollow.is_following,
        )
        .join(Room, Room.id == Message.room_id)
        .join(Membership, sa.and_(Membership.room_id == Message.room_id, Membership.user_id == user_id))
        .join(author, author.id == Message.author_id)
        .outerjoin(Mention, sa.and_(Mention.message_id == Message.id, Mention.user_id == user_id))
        .outerjoin(ThreadFollow, follows)
        .where(
            Message.id > after_id,
            Message.id <= until_id,
            Message.author_id != user_id,
            Message.deleted_at.is_(None),
            Message.stream_seq >= Membership.from_seq,
            Message.id > sa.case((is_in_room, Membership.read_message_id), else_=in_thread),
            sa.or_(Room.kind == "direct", Mention.kind.is_not(None)),
        )
        .order_by(Message.id)
        .limit(MOST)
    )
    return cast("sa.Select[*tuple[object, ...]]", query)


def _with_names(found: list[Missed], user_id: int) -> list[Missed]:
    nameless = {each.message.room_id for each in found if not each.room}
    query = (
        sa.select(Membership.room_id, User.name)
        .join(User, User.id == Membership.user_id)
        .where(Membership.room_id.in_(nameless), User.id != user_id)
        .order_by(User.id)
    )
    names: defaultdict[int, list[str]] = defaultdict(list)
    for room_id, name in db.session.execute(query):
        names[room_id].append(name)
    return [
        each._replace(room=f"#{each.room}" if each.room else ", ".join(names[each.message.room_id])) for each in found
    ]
