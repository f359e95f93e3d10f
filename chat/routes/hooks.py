"""Incoming webhooks, for the owners and admins who are in their rooms."""

from typing import Annotated, Any

from flask import Blueprint
from pydantic import Field

from chat.actions.change_incoming_hook import change_incoming_hook, delete_incoming_hook
from chat.actions.make_incoming_hook import MadeHook, make_incoming_hook, rotate_incoming_hook
from chat.errors import NotAllowedError
from chat.payloads import IncomingHookPayload
from chat.permissions import Caller, may_manage_hooks
from chat.queries.hooks import bot_of, incoming_hook_as_seen, incoming_hook_for, incoming_hooks
from chat.queries.people import person_behind
from chat.queries.rooms import room_for, visible_room
from chat.routes.bodies import Body, Given, Name, read_body
from chat.routes.identity import current_user
from chat.routes.links import link_to
from chat.routes.me import PICTURES, change_picture, uploaded_picture
from chat.routes.numbers import MOST_ID
from chat.routes.writing import Answer, writes
from chat.unit_of_work import unit_of_work

bp = Blueprint("hooks", __name__, url_prefix="/api/hooks/incoming")


class HookBody(Body):
    """A new incoming webhook."""

    room_id: int = Field(ge=1, le=MOST_ID)
    name: Name
    may_call: bool = False


class HookChanges(Body):
    """What to change; what is left out stays."""

    name: Annotated[Name | None, Given] = None
    may_call: Annotated[bool | None, Given] = None
    is_enabled: Annotated[bool | None, Given] = None


@bp.get("")
def index() -> dict[str, Any]:
    """Return the incoming webhooks of the caller's rooms, without their secrets: nobody has those."""
    return {"hooks": incoming_hooks(hook_manager())}


@bp.post("")
def create() -> tuple[dict[str, Any], int]:
    """Make one; this answer is the only one with its address."""
    hook_manager()
    return made_answer(make_hook(read_body(HookBody))), 201


@bp.patch("/<int:hook_id>")
@writes
def update(hook_id: int) -> Answer:
    """Rename it, let it call people or not, switch it on or off."""
    return {"hook": change_hook(hook_id, read_body(HookChanges))}, 200


@bp.post("/<int:hook_id>/rotate")
def rotate(hook_id: int) -> dict[str, Any]:
    """Give it another address; the one before ends at once."""
    return made_answer(rotate_hook(hook_id))


@bp.put("/<int:hook_id>/avatar")
def update_avatar(hook_id: int) -> dict[str, Any]:
    """Show another picture beside its messages: a form with `file`."""
    return {"hook": picture_hook(hook_id, is_removed=False)}


@bp.delete("/<int:hook_id>/avatar")
def destroy_avatar(hook_id: int) -> dict[str, Any]:
    """Show its initials again."""
    return {"hook": picture_hook(hook_id, is_removed=True)}


@bp.delete("/<int:hook_id>")
@writes
def destroy(hook_id: int) -> Answer:
    """Delete it; what it posted stays."""
    delete_hook(hook_id)
    return {}, 200


def hook_manager() -> Caller:
    """Return who asks, if they may manage webhooks.

    Raises:
        NotAllowedError.
    """
    caller = current_user()
    if not may_manage_hooks(caller):
        raise NotAllowedError
    return caller


def make_hook(body: HookBody) -> tuple[IncomingHookPayload, str]:
    """Make a webhook, if the caller may, and return it with its address."""
    with unit_of_work():
        caller = _manager_by_now()
        room_for(caller, body.room_id)
        room = visible_room(caller, body.room_id)
        made = make_incoming_hook(room, name=body.name, may_call=body.may_call, actor_id=caller.id)
        return _with_address(made)


def rotate_hook(hook_id: int) -> tuple[IncomingHookPayload, str]:
    """Give the webhook another address, if the caller may, and return both."""
    with unit_of_work():
        return _with_address(rotate_incoming_hook(incoming_hook_for(_manager_by_now(), hook_id)))


def change_hook(hook_id: int, body: HookChanges) -> IncomingHookPayload:
    """Change what the body names, if the caller may. Belongs into a unit of work."""
    caller = _manager_by_now()
    hook = incoming_hook_for(caller, hook_id)
    change_incoming_hook(hook, actor_id=caller.id, **body.model_dump(exclude_unset=True))
    return incoming_hook_as_seen(hook)


def delete_hook(hook_id: int) -> None:
    """Delete the webhook, if the caller may. Belongs into a unit of work."""
    caller = _manager_by_now()
    delete_incoming_hook(incoming_hook_for(caller, hook_id), actor_id=caller.id)


def picture_hook(hook_id: int, *, is_removed: bool) -> IncomingHookPayload:
    """Change the webhook's picture to the request's `file`, or to none, if the caller may."""
    caller = hook_manager()
    incoming_hook_for(caller, hook_id)
    PICTURES.hit(str(caller.id))
    picture = None if is_removed else uploaded_picture()
    change_picture(lambda: bot_of(incoming_hook_for(_manager_by_now(), hook_id)), picture)
    return incoming_hook_as_seen(incoming_hook_for(caller, hook_id))


def made_answer(made: tuple[IncomingHookPayload, str]) -> dict[str, Any]:
    """Return a webhook and its address as JSON."""
    hook, url = made
    return {"hook": hook, "url": url}


def _manager_by_now() -> Caller:
    user = person_behind(current_user())
    if not may_manage_hooks(user):
        raise NotAllowedError
    return current_user()


def _with_address(made: MadeHook) -> tuple[IncomingHookPayload, str]:
    return incoming_hook_as_seen(made.row), link_to(f"/hooks/{made.row.id}/{made.secret}")
