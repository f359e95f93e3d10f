"""Outgoing webhooks, for owners and admins: what they hear, their secret, and what they were sent."""

from typing import Annotated, Any

from flask import Blueprint, current_app, request
from pydantic import Field

from chat.actions.outgoing_hook import (
    change_outgoing_hook,
    delete_outgoing_hook,
    make_outgoing_hook,
    ping_outgoing_hook,
    replay_delivery,
    rotate_outgoing_hook,
)
from chat.errors import N_, InvalidError, NotAllowedError
from chat.extensions import db
from chat.models import OutgoingHook
from chat.outgoing.client import ForbiddenAddressError, OutgoingError
from chat.permissions import Caller, may_manage_hooks
from chat.queries.outgoing_hooks import (
    HookType,
    OutgoingHookPayload,
    SentPayload,
    check_rooms,
    delivery_of,
    outgoing_hook_for,
    outgoing_hook_payload,
    outgoing_hooks,
    sent_deliveries,
    sent_payload,
)
from chat.queries.people import person_behind
from chat.routes.bodies import Body, Given, Name, read_body
from chat.routes.hooks import hook_manager
from chat.routes.identity import current_user
from chat.routes.numbers import MOST_ID, number_argument
from chat.routes.throttling import limit
from chat.routes.writing import Answer, writes
from chat.unit_of_work import unit_of_work

bp = Blueprint("outgoing_hooks", __name__, url_prefix="/api/hooks/outgoing")

MOST_ROOMS = 100
PAGE = 50
ADDRESSES = limit("hook_address", "30 per 10 minutes")
"""Looking up a name tells whether there is one, also inside of the operator's own network."""
SENDS = limit("hook_send", "60 per 10 minutes")
"""By hand: pings and repeats."""
Types = Annotated[list[HookType], Field(min_length=1, max_length=10)]
RoomIds = Annotated[list[Annotated[int, Field(ge=1, le=MOST_ID)]], Field(min_length=1, max_length=MOST_ROOMS)]
Url = Annotated[str, Field(min_length=1, max_length=2_000)]


class HookBody(Body):
    """A new outgoing webhook; without rooms it hears of every open one."""

    name: Name
    url: Url
    types: Types
    room_ids: RoomIds | None = None


class HookChanges(Body):
    """What to change; what is left out stays."""

    name: Annotated[Name | None, Given] = None
    url: Annotated[Url | None, Given] = None
    types: Annotated[Types | None, Given] = None
    room_ids: RoomIds | None = None
    is_enabled: Annotated[bool | None, Given] = None


class RotateBody(Body):
    """What becomes of the present secret."""

    ends_former: bool = False
    """It ends at once; otherwise both sign for a day."""


@bp.get("")
def index() -> dict[str, Any]:
    """Return the webhooks whose rooms the caller may see."""
    return {"hooks": outgoing_hooks(hook_manager())}


@bp.post("")
def create() -> tuple[dict[str, Any], int]:
    """Make one; this answer is the only one with its secret."""
    hook_manager()
    hook, secret = make_hook(read_body(HookBody))
    return {"hook": hook, "secret": secret}, 201


@bp.patch("/<int:hook_id>")
def update(hook_id: int) -> dict[str, Any]:
    """Change it."""
    hook_manager()
    return {"hook": change_hook(hook_id, read_body(HookChanges))}


@bp.delete("/<int:hook_id>")
@writes
def destroy(hook_id: int) -> Answer:
    """Delete it, with the record of what it was sent."""
    delete_hook(hook_id)
    return {}, 200


@bp.post("/<int:hook_id>/rotate")
def rotate(hook_id: int) -> dict[str, Any]:
    """Give it another secret; both sign for a day, or the one before ends at once."""
    body = read_body(RotateBody) if request.get_data() else RotateBody()
    hook, secret = rotate_hook(hook_id, ends_former=body.ends_former)
    return {"hook": hook, "secret": secret}


@bp.post("/<int:hook_id>/ping")
@writes
def ping(hook_id: int) -> Answer:
    """Send a ping, the same way as everything else."""
    return {"delivery": ping_hook(hook_id)}, 202


@bp.get("/<int:hook_id>/deliveries")
def deliveries(hook_id: int) -> dict[str, Any]:
    """Return what it was sent, the newest first."""
    hook = outgoing_hook_for(hook_manager(), hook_id)
    rows, has_more = sent_deliveries(
        hook, before=number_argument("before", least=1, most=MOST_ID, default=MOST_ID), limit=PAGE
    )
    return {"deliveries": rows, "has_more": has_more}


@bp.post("/<int:hook_id>/deliveries/<int:delivery_id>/replay")
@writes
def replay(hook_id: int, delivery_id: int) -> Answer:
    """Send it again under the same id."""
    return {"delivery": replay_to_hook(hook_id, delivery_id)}, 202


def make_hook(body: HookBody) -> tuple[OutgoingHookPayload, str]:
    """Make a webhook, if the caller may, and return it with its secret.

    Raises:
        InvalidError: the server does not connect to that address.
    """
    check_address(body.url)
    with unit_of_work():
        caller = _manager_by_now()
        check_rooms(caller, body.room_ids)
        made = make_outgoing_hook(user_id=caller.id, **body.model_dump())
        return outgoing_hook_payload(made), shown_secret(made)


def change_hook(hook_id: int, body: HookChanges) -> OutgoingHookPayload:
    """Change what the body names, if the caller may."""
    if body.url is not None:
        check_address(body.url)
    with unit_of_work():
        caller = _manager_by_now()
        hook = outgoing_hook_for(caller, hook_id)
        changes = body.model_dump(exclude_unset=True)
        check_rooms(caller, changes.get("room_ids"))
        change_outgoing_hook(hook, changes, user_id=caller.id)
        return outgoing_hook_payload(hook)


def delete_hook(hook_id: int) -> None:
    """Delete the webhook, if the caller may. Belongs into a unit of work."""
    delete_outgoing_hook(outgoing_hook_for(_manager_by_now(), hook_id))


def rotate_hook(hook_id: int, *, ends_former: bool = False) -> tuple[OutgoingHookPayload, str]:
    """Give the webhook another secret, if the caller may, and return both."""
    with unit_of_work():
        hook = outgoing_hook_for(_manager_by_now(), hook_id)
        rotate_outgoing_hook(hook, ends_former=ends_former)
        return outgoing_hook_payload(hook), shown_secret(hook)


def ping_hook(hook_id: int) -> SentPayload:
    """Send the webhook a ping, if the caller may. Belongs into a unit of work."""
    hook = outgoing_hook_for(_manager_by_now(), hook_id)
    SENDS.hit(str(current_user().id))
    return sent_payload(ping_outgoing_hook(hook))


def replay_to_hook(hook_id: int, delivery_id: int) -> SentPayload:
    """Send a delivery again, if the caller may. Belongs into a unit of work."""
    delivery = delivery_of(outgoing_hook_for(_manager_by_now(), hook_id), delivery_id)
    SENDS.hit(str(current_user().id))
    replay_delivery(delivery)
    return sent_payload(delivery)


def check_address(url: str) -> None:
    """Tell early that an address will not do; belongs outside of any unit of work.

    Raises:
        InvalidError: the server does not connect there.
        TooManyRequestsError: so many addresses nobody needs.
    """
    ADDRESSES.hit(str(current_user().id))
    # Nothing of the database is held while a name is looked up.
    db.session.remove()
    try:
        current_app.extensions["outgoing"].check(url)
    except ForbiddenAddressError as error:
        raise InvalidError(url=N_("Stet does not connect there: it is not a public web address.")) from error
    except OutgoingError as error:
        raise InvalidError(url=N_("This address cannot be found.")) from error


def shown_secret(hook: OutgoingHook) -> str:
    """Return the secret as libraries of Standard Webhooks take it."""
    return f"whsec_{hook.secret}"


def _manager_by_now() -> Caller:
    user = person_behind(current_user())
    if not may_manage_hooks(user):
        raise NotAllowedError
    return current_user()
