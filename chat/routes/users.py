"""People of the workspace: members see all of them, owners and admins change their standing."""

from typing import Any, Literal, NamedTuple

from flask import Blueprint

from chat.actions.change_role import change_role
from chat.actions.create_reset import create_reset
from chat.actions.deactivate_user import deactivate_user
from chat.actions.reactivate_user import reactivate_user
from chat.errors import NotAllowedError
from chat.models import User
from chat.payloads import user_payload
from chat.permissions import Caller, may_change_role, may_deactivate, may_manage_people, may_reset_password
from chat.queries.people import person, person_behind
from chat.queries.sight import people_seen_by
from chat.routes.bodies import Body, read_body
from chat.routes.identity import current_user
from chat.routes.links import link_to
from chat.routes.writing import Answer, writes
from chat.unit_of_work import unit_of_work

bp = Blueprint("users", __name__, url_prefix="/api/users")


class StandingBody(Body):
    """What to change; what is left out stays."""

    role: Literal["owner", "admin", "member", "guest"] = "member"
    deactivated: bool = False


class MadeReset(NamedTuple):
    """A reset link, shown once."""

    url: str
    expires_at: str


@bp.get("")
def index() -> dict[str, Any]:
    """Return whom the caller sees, deactivated people too: messages name them."""
    return {"users": people_seen_by(current_user())}


@bp.patch("/<int:user_id>")
@writes
def update(user_id: int) -> Answer:
    """Change a person's role, or whether they can sign in."""
    return {"user": user_payload(change_standing(current_user(), user_id, read_body(StandingBody)))}, 200


@bp.post("/<int:user_id>/reset")
def reset(user_id: int) -> tuple[dict[str, Any], int]:
    """Make a reset link to hand to somebody who is locked out."""
    made = make_reset(current_user(), user_id)
    return {"url": made.url, "expires_at": made.expires_at}, 201


def change_standing(caller: Caller, user_id: int, body: StandingBody) -> User:
    """Change what the body names, if the caller may. Belongs into a unit of work."""
    actor = person_behind(caller)
    if not may_manage_people(actor):
        raise NotAllowedError
    user = person(user_id)
    if "role" in body.model_fields_set:
        _set_role(user, body.role, actor)
    if "deactivated" in body.model_fields_set:
        _set_deactivated(user, actor, wanted=body.deactivated)
    return user


def make_reset(caller: Caller, user_id: int) -> MadeReset:
    """Make a reset link, if the caller may."""
    with unit_of_work():
        actor = person_behind(caller)
        if not may_manage_people(actor):
            raise NotAllowedError
        target = person(user_id)
        if not may_reset_password(actor, target.role):
            raise NotAllowedError
        created = create_reset(target, created_by=actor.id)
        return MadeReset(link_to(f"/reset/{created.token}"), created.row.expires_at)


def _set_role(user: User, role: str, actor: User) -> None:
    if not may_change_role(actor, from_role=user.role, to_role=role):
        raise NotAllowedError
    change_role(user, role, actor_id=actor.id)


def _set_deactivated(user: User, actor: User, *, wanted: bool) -> None:
    if not may_deactivate(actor, user):
        raise NotAllowedError
    if wanted:
        deactivate_user(user, actor_id=actor.id)
    else:
        reactivate_user(user, actor_id=actor.id)
