"""Threads: follow them, read them, and those that I follow."""

from typing import Any

from flask import Blueprint, request
from pydantic import Field

from chat.actions.follow_thread import follow_thread, unfollow_thread
from chat.actions.mark_thread import mark_thread_read, mark_thread_unread
from chat.errors import N_, InvalidError, NotFoundError
from chat.extensions import db
from chat.models import Message
from chat.queries.follows import followed_page, latest_replies, my_follows
from chat.queries.messages import message_for, messages_as_seen
from chat.queries.rooms import rooms_briefly
from chat.routes.bodies import Body, read_body
from chat.routes.identity import current_user
from chat.routes.numbers import MOST_ID, number_argument
from chat.routes.writing import Answer, writes

bp = Blueprint("threads", __name__, url_prefix="/api")

MOST_THREADS = 50


class ReplyBody(Body):
    """A reply, up to which or from which on."""

    message_id: int = Field(ge=1, le=MOST_ID)


@bp.get("/threads")
def index() -> dict[str, Any]:
    """Return the threads that I follow, the latest reply first."""
    caller = current_user()
    limit = number_argument("limit", least=1, most=MOST_THREADS, default=20)
    before = number_argument("before", least=1, most=MOST_ID, default=MOST_ID)
    page = followed_page(caller, before=before, is_unread=_asks_for_unread(), limit=limit)
    parents = [db.session.get_one(Message, message_id) for message_id in page.message_ids]
    follows = my_follows(caller, page.message_ids)
    rooms = rooms_briefly({parent.room_id for parent in parents})
    threads = [
        {
            "message": seen,
            "room": rooms[seen["room_id"]],
            "follow": follows[seen["id"]],
            "replies": latest_replies(seen["id"]),
        }
        for seen in messages_as_seen(parents)
    ]
    return {"threads": threads, "next": page.next}


@bp.put("/messages/<int:message_id>/follow")
@writes
def follow(message_id: int) -> Answer:
    """Follow the replies to a message."""
    return {"follow": follow_thread(current_user(), _parent(message_id))}, 200


@bp.delete("/messages/<int:message_id>/follow")
@writes
def unfollow(message_id: int) -> Answer:
    """Stop following the replies to a message."""
    return {"follow": unfollow_thread(current_user(), _parent(message_id))}, 200


@bp.put("/messages/<int:message_id>/thread/read")
@writes
def read(message_id: int) -> Answer:
    """Move my mark in a thread forward."""
    parent, reply_id = _parent_and_reply(message_id)
    return {"follow": mark_thread_read(current_user(), parent, reply_id)}, 200


@bp.put("/messages/<int:message_id>/thread/unread")
@writes
def unread(message_id: int) -> Answer:
    """Put my mark in a thread just before a reply."""
    parent, reply_id = _parent_and_reply(message_id)
    return {"follow": mark_thread_unread(current_user(), parent, reply_id)}, 200


def _parent(message_id: int) -> Message:
    message = message_for(current_user(), message_id)
    if message.parent_id is not None:
        raise InvalidError(message_id=N_("A reply has no thread of its own."))
    return message


def _parent_and_reply(message_id: int) -> tuple[Message, int]:
    body = read_body(ReplyBody)
    parent = _parent(message_id)
    if message_for(current_user(), body.message_id).parent_id != parent.id:
        raise NotFoundError
    return parent, body.message_id


def _asks_for_unread() -> bool:
    asked = request.args.get("filter")
    if asked not in {None, "all", "unread"}:
        raise InvalidError(filter=N_("Give all or unread."))
    return asked == "unread"
