"""Mail: whether it is on, a test of it, and the link in each digest that stops them."""

import secrets
from typing import Any

from flask import Blueprint, current_app, render_template
from flask_babel import force_locale

from chat.actions.set_preferences import set_preferences
from chat.config import Settings
from chat.errors import MailFailedError, MailOffError, NotAllowedError, NotFoundError
from chat.extensions import db
from chat.mail.letter import compose
from chat.mail.letters import test_letter
from chat.mail.server import MailError, MailRefusedError, MailServer
from chat.mail.unsubscribing import person_of
from chat.models import User
from chat.permissions import may_manage_people
from chat.queries.people import person_behind
from chat.queries.preferences import preferences_of
from chat.queries.workspace import the_workspace
from chat.routes.identity import current_user
from chat.routes.throttling import limit
from chat.unit_of_work import unit_of_work

bp = Blueprint("mail", __name__)

TESTS = limit("mail_test", "10 per 10 minutes")


@bp.get("/api/mail")
def show() -> dict[str, Any]:
    """Return whether this server sends mail, and how; never its password."""
    _manager()
    return {"mail": mail_facts()}


@bp.post("/api/mail/test")
def test() -> dict[str, Any]:
    """Send a mail to the caller, and return where to when the mail server has taken it."""
    return {"sent_to": send_test()}


@bp.get("/mail/unsubscribe/<token>")
def show_unsubscribing(token: str) -> str:
    """Ask whether the digests are to stop; opening the link alone, as scanners of mail do, changes nothing."""
    return _page(_person(token), token)


@bp.post("/mail/unsubscribe/<token>")
def unsubscribe(token: str) -> str:
    """Stop the digests: at the button, or at the one click of a mail program (RFC 8058)."""
    with unit_of_work():
        user = _person(token)
        set_preferences(user, {"mail_missed": False})
    return _page(_person(token), token)


def mail_facts() -> dict[str, Any]:
    """Return whether mail is on, through which server and from whom."""
    server: MailServer | None = current_app.extensions["mail"]
    if server is None:
        return {"is_on": False, "server": None, "sender": None}
    return {"is_on": True, "server": f"{server.host}:{server.port}", "sender": str(server.sender)}


def send_test() -> str:
    """Send a mail to the caller, and return their address; belongs outside of any unit of work.

    Raises:
        NotAllowedError: the caller may not manage people.
        MailOffError: this server sends none.
        MailFailedError: with what the mail server said in `reason`.
    """
    user = _manager()
    server: MailServer | None = current_app.extensions["mail"]
    if server is None:
        raise MailOffError
    TESTS.hit(str(user.id))
    settings: Settings = current_app.config["SETTINGS"]
    letter = test_letter(workspace=the_workspace().name, home_url=f"{settings.own_url}/")
    email = user.email
    try:
        key = secrets.token_hex(16)
        mail = compose(letter, server, to=email, name=user.name, language=user.language, key=key)
        # The other end takes its time, and must not hold a connection to the database meanwhile.
        db.session.remove()
        server.deliver(mail)
    except (MailError, MailRefusedError, ValueError) as error:
        raise MailFailedError(reason=str(error)) from error
    return email


def _manager() -> User:
    user = person_behind(current_user())
    if not may_manage_people(user):
        raise NotAllowedError
    return user


def _person(token: str) -> User:
    user_id = person_of(current_app.secret_key, token)
    user = None if user_id is None else db.session.get(User, user_id)
    if user is None:
        raise NotFoundError
    return user


def _page(user: User, token: str) -> str:
    with force_locale(user.language.replace("-", "_")):
        return render_template(
            "unsubscribe.html",
            workspace=the_workspace(),
            token=token,
            email=user.email,
            is_on=preferences_of(user)["mail_missed"],
        )
