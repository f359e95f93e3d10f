"""My bearer tokens, for tools that act as me."""

from typing import Any

from flask import Blueprint

from chat.actions.create_token import create_token
from chat.actions.revoke_token import revoke_token
from chat.models import ApiToken
from chat.queries.access import my_token, my_tokens
from chat.queries.people import person_behind
from chat.routes.bodies import Body, Name, read_body
from chat.routes.identity import current_user
from chat.routes.writing import Answer, writes
from chat.unit_of_work import unit_of_work

bp = Blueprint("tokens", __name__, url_prefix="/api/tokens")


class TokenBody(Body):
    """What the token is for."""

    name: Name


@bp.get("")
def index() -> dict[str, Any]:
    """Return my tokens, without their values: nobody has those."""
    return {"tokens": [_seen(token) for token in my_tokens(current_user())]}


@bp.post("")
def create() -> tuple[dict[str, Any], int]:
    """Make a token; this answer is the only one with its value."""
    caller = current_user()
    body = read_body(TokenBody)
    with unit_of_work():
        created = create_token(person_behind(caller).id, name=body.name)
        seen = _seen(created.row)
    return {"token": created.value, **seen}, 201


@bp.delete("/<int:token_id>")
@writes
def destroy(token_id: int) -> Answer:
    """Withdraw a token."""
    caller = current_user()
    revoke_token(my_token(caller, token_id), actor_id=caller.id)
    return {}, 200


def _seen(token: ApiToken) -> dict[str, Any]:
    return {
        "id": token.id,
        "name": token.name,
        "created_at": token.created_at,
        "last_used_at": token.last_used_at,
    }
