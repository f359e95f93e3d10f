"""Set a new password through a reset link."""

from typing import Any

from flask import Blueprint, Response

from chat.actions.use_reset import use_reset
from chat.extensions import db
from chat.passwords import hash_password
from chat.queries.access import usable_reset
from chat.queries.people import person
from chat.routes.bodies import Body, Password, read_body
from chat.routes.signing_in import Opened, open_session, require_own_json, signed_in
from chat.routes.throttling import address_key, limit
from chat.unit_of_work import unit_of_work

bp = Blueprint("reset", __name__, url_prefix="/api/reset/<token>")

PER_ADDRESS = limit("reset", "20 per 10 minutes")


class ResetBody(Body):
    """The new password."""

    password: Password


@bp.get("")
def show(token: str) -> dict[str, Any]:
    """Return whose link it is, for the page that asks for the new password."""
    PER_ADDRESS.hit(address_key())
    user = person(usable_reset(token).user_id)
    return {"name": user.name, "email": user.email}


@bp.post("")
def create(token: str) -> Response:
    """Set the password, once, and sign in."""
    require_own_json()
    admit(token)
    return signed_in(set_password(token, read_body(ResetBody)))


def admit(token: str) -> None:
    """Count the try, and refuse it when the link sets nobody's password."""
    PER_ADDRESS.hit(address_key())
    usable_reset(token)
    # What follows waits, and must not hold a connection to the database meanwhile.
    db.session.remove()


def set_password(token: str, body: ResetBody) -> Opened:
    """Set the new password and sign the person in."""
    password_hash = hash_password(body.password)
    with unit_of_work():
        user = use_reset(token, password_hash=password_hash)
        return open_session(user, is_remembered=True)
