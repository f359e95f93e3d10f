"""Polls: asking, voting, closing."""

import uuid
from typing import Annotated, Any

from flask import Blueprint, Response, jsonify
from pydantic import AfterValidator, Field

from chat.actions.ask_poll import Question, close_poll
from chat.actions.post_message import Draft, post_message
from chat.actions.vote import vote
from chat.errors import N_, InvalidError, NotYourMessageError
from chat.permissions import may_change_message
from chat.queries.messages import message_as_seen, message_for
from chat.queries.polls import votes_in
from chat.queries.rooms import room_for
from chat.routes.bodies import Body, Line, read_body, visible
from chat.routes.identity import confirm_caller, current_user
from chat.routes.moments import ComingMoment
from chat.routes.numbers import MOST_ID
from chat.routes.writing import Answer, fingerprint, idempotency_key, writes
from chat.unit_of_work import present_epoch, unit_of_work

bp = Blueprint("polls", __name__, url_prefix="/api")

QuestionText = Annotated[Line, AfterValidator(visible), Field(max_length=250)]
OptionText = Annotated[Line, AfterValidator(visible), Field(max_length=100)]
Number = Annotated[int, Field(ge=1, le=10)]


class PollBody(Body):
    """What is asked, and what can be answered."""

    question: QuestionText
    options: list[OptionText] = Field(min_length=2, max_length=10)
    is_multiple: bool = False
    is_anonymous: bool = False
    ends_at: ComingMoment | None = None
    parent_id: int | None = Field(default=None, ge=1, le=MOST_ID)


class VoteBody(Body):
    """The numbers of what is chosen; none takes the vote back."""

    options: list[Number] = Field(max_length=10)


@bp.post("/rooms/<int:room_id>/polls")
def create(room_id: int) -> tuple[Response, int]:
    """Post a message that asks something; its idempotency key is the message's client_id."""
    author = current_user()
    body = read_body(PollBody)
    if len({option.casefold() for option in body.options}) < len(body.options):
        raise InvalidError(options=N_("Two of the options are the same."))
    question = Question(body.question, body.options, body.is_multiple, body.is_anonymous, body.ends_at)
    draft = Draft(
        client_id=idempotency_key() or str(uuid.uuid4()),
        fingerprint=fingerprint("poll", room_id, body.model_dump()),
        text=_as_text(question),
        parent_id=body.parent_id,
        poll=question,
    )
    with unit_of_work():
        confirm_caller()
        posted = post_message(room_for(author, room_id), author, draft)
    place = posted.position
    numbers = {"stream": place.stream, "stream_seq": place.stream_seq, "seq": place.seq, "epoch": present_epoch()}
    return jsonify({"message": posted.message, **numbers}), 201 if posted.is_new else 200


@bp.get("/messages/<int:message_id>/poll/votes")
def show(message_id: int) -> dict[str, Any]:
    """Return what I have chosen."""
    caller = current_user()
    return {"options": votes_in(message_for(caller, message_id).id, caller.id)}


@bp.put("/messages/<int:message_id>/poll/votes")
@writes
def update(message_id: int) -> Answer:
    """Choose."""
    body = read_body(VoteBody)
    message = message_for(current_user(), message_id)
    vote(message, current_user(), body.options)
    return {"message": message_as_seen(message)}, 200


@bp.post("/messages/<int:message_id>/poll/close")
@writes
def close(message_id: int) -> Answer:
    """Take no more votes; whoever asked may say so."""
    caller = current_user()
    message = message_for(caller, message_id)
    if not may_change_message(caller, message.author_id):
        raise NotYourMessageError
    close_poll(message, actor_id=caller.id)
    return {"message": message_as_seen(message)}, 200


def _as_text(question: Question) -> str:
    """Return the poll as a message: for the search, and for tools that know no polls."""
    return "\n".join([question.text, "", *(f"- {option}" for option in question.options)])
