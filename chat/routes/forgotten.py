"""A forgotten password: whoever reads the account's mail gets a link that sets a new one."""

from typing import Any

from flask import Blueprint, current_app

from chat.actions.plan_mail import plan_reset
from chat.errors import MailOffError
from chat.routes.bodies import Body, read_body
from chat.routes.person_fields import AccountEmail
from chat.routes.signing_in import require_own_json
from chat.routes.throttling import account_key, address_key, limit
from chat.unit_of_work import unit_of_work

bp = Blueprint("forgotten", __name__, url_prefix="/api/forgotten")

PER_ADDRESS = limit("forgotten_address", "20 per hour")
PER_ACCOUNT = limit("forgotten_account", "4 per hour")


class ForgottenBody(Body):
    """Whose password it is."""

    email: AccountEmail


@bp.post("")
def create() -> tuple[dict[str, Any], int]:
    """Mail the link if somebody has this address; the answer does not tell."""
    require_own_json()
    mail_reset(read_body(ForgottenBody))
    return {}, 202


def mail_reset(body: ForgottenBody) -> None:
    """Plan the mail, whether or not somebody has this address.

    Raises:
        MailOffError: this server sends none.
        TooManyRequestsError: too many were asked for, from here or for this address.
    """
    if current_app.extensions["mail"] is None:
        raise MailOffError
    PER_ADDRESS.hit(address_key())
    PER_ACCOUNT.hit(account_key(body.email))
    with unit_of_work():
        plan_reset(body.email)
