"""Join through an invite."""

from typing import Any

from flask import Blueprint, Response

from chat.actions.join_workspace import join_workspace
from chat.errors import NotFoundError
from chat.extensions import db
from chat.passwords import hash_password
from chat.queries.access import usable_invite
from chat.queries.people import member_count, person
from chat.queries.workspace import the_workspace
from chat.routes.avatars import avatar_response
from chat.routes.bodies import read_body
from chat.routes.person_fields import NewPerson
from chat.routes.signing_in import Opened, open_session, require_own_json, signed_in
from chat.routes.throttling import address_key, limit
from chat.unit_of_work import unit_of_work

bp = Blueprint("join", __name__, url_prefix="/api/join/<code>")

PER_ADDRESS = limit("join", "60 per 10 minutes")


@bp.get("")
def show(code: str) -> dict[str, Any]:
    """Return who invites, and to what."""
    inviter = person(usable_invite(code).created_by)
    return {
        "workspace": {"name": the_workspace().name},
        "inviter": {"name": inviter.name, "avatar_url": f"/api/join/{code}/avatar" if inviter.avatar else None},
        "member_count": member_count(),
    }


@bp.get("/avatar")
def avatar(code: str) -> Response:
    """Return the inviter's picture, which whoever holds the invite may see before they have an account."""
    inviter = person(usable_invite(code).created_by)
    if inviter.avatar is None:
        raise NotFoundError
    return avatar_response(inviter.avatar)


@bp.post("")
def create(code: str) -> Response:
    """Make an account and sign in."""
    require_own_json()
    admit(code)
    return signed_in(join(code, read_body(NewPerson)))


def admit(code: str) -> None:
    """Count the try, and refuse it when the invite lets nobody in."""
    PER_ADDRESS.hit(address_key())
    usable_invite(code)
    # What follows waits, and must not hold a connection to the database meanwhile.
    db.session.remove()


def join(code: str, body: NewPerson) -> Opened:
    """Make the account and sign the person in."""
    password_hash = hash_password(body.password)
    with unit_of_work():
        user = join_workspace(
            code,
            name=body.name,
            email=body.email,
            password_hash=password_hash,
            language=body.chosen_language,
            time_zone=body.time_zone,
        )
        return open_session(user, is_remembered=True)
