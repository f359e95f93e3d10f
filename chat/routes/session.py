"""Sign in and out."""

from flask import Blueprint, Response

from chat.actions.end_session import end_session
from chat.actions.revoke_token import revoke_token
from chat.errors import WrongPasswordError
from chat.extensions import db
from chat.models import User
from chat.passwords import hash_password, is_outdated, is_password
from chat.permissions import Caller
from chat.queries.access import my_session, my_token
from chat.queries.people import account_of
from chat.routes.bodies import Body, read_body
from chat.routes.identity import current_user
from chat.routes.person_fields import AccountEmail, TriedPassword
from chat.routes.signing_in import Opened, open_session, require_own_json, signed_in, signed_out
from chat.routes.throttling import account_key, address_key, limit
from chat.unit_of_work import unit_of_work

bp = Blueprint("session", __name__, url_prefix="/api/session")

PER_ADDRESS = limit("sign_in_address", "100 per 5 minutes")
PER_ACCOUNT = limit("sign_in_account", "50 per 15 minutes")
PER_ADDRESS_AND_ACCOUNT = limit("sign_in", "10 per 5 minutes")
FEW_TRIES = 4


class SignInBody(Body):
    """Who wants in."""

    email: AccountEmail
    password: TriedPassword
    remember: bool = True


@bp.post("")
def create() -> Response:
    """Sign in with email and password."""
    require_own_json()
    return signed_in(sign_in(read_body(SignInBody)))


@bp.delete("")
def destroy() -> Response:
    """Sign out."""
    end_current(current_user())
    return signed_out()


def sign_in(body: SignInBody) -> Opened:
    """Open a session for whoever knows the password; guesses are counted per address and per account."""
    account = account_key(body.email)
    PER_ADDRESS.hit(address_key())
    # Counted before the password is looked at, so that parallel guesses count too; a right one starts again.
    PER_ADDRESS_AND_ACCOUNT.hit(address_key(), account)
    PER_ACCOUNT.hit(account)
    known = account_of(body.email)
    # Whoever waits for the hash must not hold a connection: there are fewer than people who may try.
    db.session.remove()
    # Without an account this takes as long, so that nobody can tell from the time which emails have one.
    is_right = is_password(known.password_hash if known else None, body.password)
    if known is None or not is_right:
        raise _wrong(account)
    PER_ADDRESS_AND_ACCOUNT.clear(address_key(), account)
    PER_ACCOUNT.clear(account)
    renewed = hash_password(body.password) if is_outdated(known.password_hash) else known.password_hash
    with unit_of_work():
        user = db.session.get_one(User, known.id)
        if user.password_hash != known.password_hash or user.deactivated_at is not None:
            raise WrongPasswordError
        user.password_hash = renewed
        return open_session(user, is_remembered=body.remember)


def end_current(caller: Caller) -> None:
    """End what the request was made with, the session or the bearer token."""
    with unit_of_work():
        if caller.session_id is None:
            revoke_token(my_token(caller, caller.token_id), actor_id=caller.id)
        else:
            end_session(my_session(caller, caller.session_id), actor_id=caller.id)


def _wrong(account: str) -> WrongPasswordError:
    left = PER_ADDRESS_AND_ACCOUNT.remaining(address_key(), account)
    return WrongPasswordError(tries_left=left) if left is not None and left <= FEW_TRIES else WrongPasswordError()
