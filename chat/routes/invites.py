"""Invites: owners and admins make, list and revoke them."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from flask import Blueprint, current_app
from pydantic import Field

from chat.actions.create_invite import create_invite
from chat.actions.plan_mail import plan_invite
from chat.actions.revoke_invite import revoke_invite
from chat.errors import N_, EmailTakenError, InvalidError, MailOffError, NotAllowedError, NotFoundError
from chat.extensions import db
from chat.models import Invite, User
from chat.payloads import invite_payload
from chat.permissions import may_manage_people
from chat.queries.access import open_invites
from chat.queries.people import account_of, person_behind
from chat.queries.rooms import room_for
from chat.routes.bodies import Body, read_body
from chat.routes.identity import current_user
from chat.routes.links import link_to
from chat.routes.numbers import MOST_ID
from chat.routes.person_fields import AccountEmail
from chat.routes.throttling import limit
from chat.routes.writing import Answer, writes
from chat.unit_of_work import unit_of_work

bp = Blueprint("invites", __name__, url_prefix="/api/invites")

WEEK_HOURS = 7 * 24
MOST_ROOMS = 50
MAILED = limit("mailed_invites", "200 per hour")


class InviteBody(Body):
    """How many people it lets in, for how long, as what, and into which rooms."""

    max_uses: int | None = Field(default=None, ge=1, le=1000)
    expires_in_hours: int = Field(default=WEEK_HOURS, ge=1, le=720)
    role: Literal["member", "guest"] = "member"
    room_ids: list[Annotated[int, Field(ge=1, le=MOST_ID)]] = Field(default_factory=list, max_length=MOST_ROOMS)
    email: AccountEmail | None = None
    """Where to mail the link, which then lets in one person."""


@bp.get("")
def index() -> dict[str, Any]:
    """Return the invites through which somebody could join now, newest first."""
    _manager()
    return {"invites": [seen_invite(invite) for invite in open_invites()]}


@bp.post("")
def create() -> tuple[dict[str, Any], int]:
    """Make an invite."""
    current_user()
    seen = make_invite(read_body(InviteBody))
    return {"url": seen["url"], "code": seen["code"], "invite": seen}, 201


@bp.delete("/<int:invite_id>")
@writes
def destroy(invite_id: int) -> Answer:
    """Revoke an invite."""
    revoke_invite(invite_to_manage(invite_id))
    return {}, 200


def make_invite(body: InviteBody) -> dict[str, Any]:
    """Make an invite, if the caller may, and return it with its link; with an email it is mailed there."""
    return make_invites([body])[0]


def make_invites(bodies: Sequence[InviteBody]) -> list[dict[str, Any]]:
    """Make all of the invites, or none.

    Raises:
        NotAllowedError: the caller may not manage people.
        MailOffError: one of them is to be mailed, and this server sends none.
        EmailTakenError: somebody is here already.
    """
    with unit_of_work():
        manager = _manager()
        return [_made(body, manager) for body in bodies]


def check_email_is_new(body: InviteBody) -> None:
    """Refuse to invite somebody who has an account; raises EmailTakenError."""
    if body.email is not None and account_of(body.email) is not None:
        raise EmailTakenError


def invite_to_manage(invite_id: int) -> Invite:
    """Return the invite, if the caller may manage people; raises NotAllowedError and NotFoundError."""
    _manager()
    invite = db.session.get(Invite, invite_id)
    if invite is None:
        raise NotFoundError
    return invite


def seen_invite(invite: Invite) -> dict[str, Any]:
    """Return the invite with its link, as those see it who manage people."""
    return {**invite_payload(invite), "url": link_to(f"/join/{invite.code}")}


def _manager() -> User:
    user = person_behind(current_user())
    if not may_manage_people(user):
        raise NotAllowedError
    return user


def _made(body: InviteBody, manager: User) -> dict[str, Any]:
    _check_rooms(body)
    if body.email is None:
        return seen_invite(create_invite(manager.id, **body.model_dump()))
    if current_app.extensions["mail"] is None:
        raise MailOffError
    check_email_is_new(body)
    MAILED.hit(str(manager.id))
    invite = create_invite(manager.id, **body.model_dump() | {"max_uses": 1})
    plan_invite(invite)
    return seen_invite(invite)


def _check_rooms(body: InviteBody) -> None:
    if body.role == "guest" and not body.room_ids:
        raise InvalidError(room_ids=N_("A guest needs a room to be in."))
    for room_id in body.room_ids:
        try:
            room = room_for(current_user(), room_id)
        except NotFoundError as error:
            raise InvalidError(room_ids=N_("You are not in one of these rooms.")) from error
        if room.kind == "direct" or room.archived_at is not None:
            raise InvalidError(room_ids=N_("Nobody can be added to one of these rooms."))
