"""My own settings, as pages: profile, notifications, appearance, security, shortcuts."""

from flask import Blueprint, current_app, flash, make_response, redirect, request, url_for
from flask_babel import force_locale, gettext
from werkzeug.wrappers import Response

from chat.actions.create_token import create_token
from chat.actions.end_session import end_session
from chat.actions.revoke_token import revoke_token
from chat.actions.set_preferences import set_preferences
from chat.actions.update_profile import update_profile
from chat.errors import Refusal
from chat.models import User
from chat.payloads import session_payload
from chat.queries.access import my_session, my_sessions, my_token, my_tokens
from chat.queries.people import person_behind
from chat.queries.preferences import preferences_of
from chat.routes.bodies import check
from chat.routes.forms import Form, filled_form, form_fields, refused_form
from chat.routes.identity import current_user
from chat.routes.looks import LOOKS, keep_looks, looks_in, preferences_from
from chat.routes.me import PICTURES, PasswordBody, ProfileBody, change_picture, replace_password, uploaded_picture
from chat.routes.page_access import people_only, personal_page
from chat.routes.problems import STATUS
from chat.routes.time_zone_list import time_zone_choices
from chat.routes.tokens import TokenBody
from chat.unit_of_work import unit_of_work

bp = Blueprint("settings_pages", __name__, url_prefix="/settings")
bp.before_request(people_only)

OPTIONAL_FIELDS = ("title", "pronouns", "about", "phone")
Page = str | tuple[str, int] | Response


@bp.get("/profile")
def profile() -> Page:
    """Show what others see of me, and my language and time zone."""
    user = person_behind(current_user())
    return _profile_page(filled_form(_profile_values(user)))


@bp.post("/profile")
def save_profile() -> Page:
    """Save the profile, for browsers without scripts."""
    try:
        body = check(ProfileBody, _profile_fields())
        with unit_of_work():
            user = person_behind(current_user())
            update_profile(user, body.model_dump(exclude_unset=True))
            language = user.language
    except Refusal as refusal:
        return _profile_page(refused_form(refusal)), STATUS[type(refusal)]
    with force_locale(language):
        flash(gettext("Saved"))
    return redirect(url_for(".profile"))


@bp.post("/profile/photo")
def set_avatar() -> Page:
    """Show another picture of me."""
    caller = current_user()
    PICTURES.hit(str(caller.id))
    try:
        change_picture(lambda: person_behind(caller), uploaded_picture())
    except Refusal as refusal:
        values = _profile_values(person_behind(caller))
        return _profile_page(refused_form(refusal, values)), STATUS[type(refusal)]
    return redirect(url_for(".profile"))


@bp.post("/profile/photo/remove")
def remove_avatar() -> Page:
    """Show my initials again."""
    caller = current_user()
    change_picture(lambda: person_behind(caller), None)
    return redirect(url_for(".profile"))


@bp.get("/notifications")
def notifications() -> Page:
    """Show what I am told of, when and how."""
    preferences = preferences_of(person_behind(current_user()))
    return personal_page(
        "settings/notifications.html",
        preferences=preferences,
        is_mail_on=current_app.extensions["mail"] is not None,
        mail_after_minutes=current_app.config["SETTINGS"].mail_after_minutes,
    )


@bp.get("/appearance")
def appearance() -> Page:
    """Show how the page looks for me."""
    looks = looks_in(preferences_of(person_behind(current_user())))
    response = make_response(personal_page("settings/appearance.html", chosen=looks, choices=LOOKS))
    # Chosen on another device, perhaps.
    keep_looks(response, looks)
    return response


@bp.post("/appearance")
def save_appearance() -> Page:
    """Save how the page looks, for browsers without scripts."""
    given = {name: request.form.get(name) for name in LOOKS}
    looks = {name: value for name, value in given.items() if value in LOOKS[name]}
    response = redirect(url_for(".appearance"))
    with unit_of_work():
        set_preferences(person_behind(current_user()), preferences_from(looks))
    keep_looks(response, looks)
    return response


@bp.get("/shortcuts")
def shortcuts() -> Page:
    """List the keys."""
    return personal_page("settings/shortcuts.html")


@bp.get("/security")
def security() -> Page:
    """Show where I am signed in, and my keys for tools."""
    return _security_page()


@bp.post("/security/password")
def change_password() -> Page:
    """Change my password."""
    try:
        replace_password(current_user(), check(PasswordBody, form_fields("current_password", "new_password")))
    except Refusal as refusal:
        return _security_page(form=refused_form(refusal)), STATUS[type(refusal)]
    flash(gettext("Your password is changed. Every other device is signed out."))
    return redirect(url_for(".security"))


@bp.post("/security/sessions/<int:session_id>/end")
def end_other_session(session_id: int) -> Page:
    """Sign one of my browsers out."""
    caller = current_user()
    with unit_of_work():
        end_session(my_session(caller, session_id), actor_id=caller.id)
    flash(gettext("That device is signed out."))
    return redirect(url_for(".security"))


@bp.post("/security/tokens")
def make_token() -> Page:
    """Make a key for a tool; the page that answers is the only one with its value."""
    caller = current_user()
    try:
        body = check(TokenBody, form_fields("name"))
    except Refusal as refusal:
        return _security_page(token_form=refused_form(refusal)), STATUS[type(refusal)]
    with unit_of_work():
        created = create_token(person_behind(caller).id, name=body.name)
    return _security_page(new_token={"name": body.name, "value": created.value})


@bp.post("/security/tokens/<int:token_id>/revoke")
def withdraw_token(token_id: int) -> Page:
    """Withdraw a key."""
    caller = current_user()
    with unit_of_work():
        revoke_token(my_token(caller, token_id), actor_id=caller.id)
    flash(gettext("The key is revoked."))
    return redirect(url_for(".security"))


def _profile_fields() -> dict[str, object]:
    """Return what was sent; of a name, a language and a time zone only what is not empty."""
    optional: dict[str, object] = {name: request.form[name] for name in OPTIONAL_FIELDS if name in request.form}
    return optional | form_fields("name", "language", "time_zone")


def _profile_values(user: User) -> dict[str, str]:
    return {name: getattr(user, name) for name in ("name", *OPTIONAL_FIELDS, "language", "time_zone")}


def _profile_page(form: Form) -> str:
    return personal_page("settings/profile.html", form=form, time_zones=time_zone_choices(form.values["time_zone"]))


def _security_page(
    *, form: Form | None = None, token_form: Form | None = None, new_token: dict[str, str] | None = None
) -> str:
    caller = current_user()
    return personal_page(
        "settings/security.html",
        form=form or Form(),
        token_form=token_form or Form(),
        new_token=new_token,
        sessions=[session_payload(row, current_id=caller.session_id) for row in my_sessions(caller)],
        tokens=my_tokens(caller),
    )
