"""The pages for people who are not signed in: sign in, first run, join, new password, language."""

from flask import Blueprint, current_app, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from chat.errors import AlreadySetUpError, InvalidError, NotFoundError, Refusal
from chat.payloads import user_payload
from chat.queries.access import usable_invite, usable_reset
from chat.queries.people import member_count, person
from chat.queries.workspace import is_set_up, the_workspace
from chat.routes import forgotten as forgotten_api
from chat.routes import join as join_api
from chat.routes import reset as reset_api
from chat.routes import session as session_api
from chat.routes import setup as setup_api
from chat.routes.bodies import check
from chat.routes.forms import Form, filled_form, form_fields, local_path, refused_form
from chat.routes.identity import check_csrf, current_user
from chat.routes.language import LANGUAGE_COOKIE, choose_language, languages
from chat.routes.me import PICTURES, change_picture, uploaded_picture
from chat.routes.person_fields import NewPerson
from chat.routes.problems import STATUS
from chat.routes.signing_in import signed_in_at, signed_out_at
from chat.routes.throttling import address_key
from chat.routes.time_zone_list import time_zone_choices
from chat.setup_token import is_setup_token

bp = Blueprint("sign_in_pages", __name__)

YEAR_SECONDS = 365 * 24 * 3600
Page = str | tuple[str, int] | Response


@bp.get("/sign-in")
def sign_in() -> Page:
    """Ask for email and password."""
    if not is_set_up():
        return redirect(url_for(".setup"))
    if g.caller is not None:
        return redirect(local_path(request.args.get("next")))
    return _sign_in_page(filled_form({"remember": "yes"}))


@bp.post("/sign-in")
def submit_sign_in() -> Page:
    """Sign in and go where the person wanted to go."""
    check_csrf()
    try:
        fields = form_fields("email", "password")
        opened = session_api.sign_in(check(session_api.SignInBody, {**fields, "remember": "remember" in request.form}))
    except Refusal as refusal:
        return _sign_in_page(refused_form(refusal)), STATUS[type(refusal)]
    return signed_in_at(local_path(request.args.get("next")), opened)


@bp.get("/forgotten")
def forgotten() -> Page:
    """Ask whose password was forgotten."""
    if not _is_mail_on():
        return redirect(url_for(".sign_in"))
    return _forgotten_page(Form())


@bp.post("/forgotten")
def submit_forgotten() -> Page:
    """Mail a link for a new password, and say the same whether somebody has the address."""
    check_csrf()
    try:
        body = check(forgotten_api.ForgottenBody, form_fields("email"))
        forgotten_api.mail_reset(body)
    except Refusal as refusal:
        return _forgotten_page(refused_form(refusal)), STATUS[type(refusal)]
    return _forgotten_page(Form(), sent_to=body.email)


@bp.post("/sign-out")
def sign_out() -> Response:
    """End this browser's session."""
    if g.caller is not None:
        session_api.end_current(current_user())
    return signed_out_at(url_for(".sign_in"))


@bp.get("/setup")
def setup() -> Page:
    """Ask for the workspace and its first owner, in two steps."""
    if is_set_up():
        return redirect(url_for(".sign_in"))
    return _setup_page(filled_form({"token": request.args.get("token", ""), "language": choose_language()}))


@bp.post("/setup")
def submit_setup() -> Page:
    """Make the workspace and its owner, signed in."""
    check_csrf()
    try:
        setup_api.admit()
        fields = form_fields("token", "workspace", "name", "email", "password", "language", "time_zone")
        opened, _ = setup_api.set_up(check(setup_api.SetupBody, fields))
    except AlreadySetUpError:
        return redirect(url_for(".sign_in"))
    except Refusal as refusal:
        return _setup_page(refused_form(refusal)), STATUS[type(refusal)]
    return signed_in_at("/", opened)


@bp.get("/join/<code>")
def join(code: str) -> Page:
    """Say who invites to what, and ask for what an account needs."""
    return _join_page(code, Form())


@bp.post("/join/<code>")
def submit_join(code: str) -> Page:
    """Make the account, with a photo if there is one, and sign in."""
    check_csrf()
    join_api.admit(code)
    try:
        body = check(NewPerson, form_fields("name", "email", "password", "time_zone"))
        picture = _photo()
        opened = join_api.join(code, body)
    except Refusal as refusal:
        return _join_page(code, refused_form(refusal)), STATUS[type(refusal)]
    if picture is not None:
        change_picture(lambda: person(opened.user["id"]), picture)
    return signed_in_at("/", opened)


@bp.get("/reset/<token>")
def reset(token: str) -> Page:
    """Ask for a new password."""
    return _reset_page(token, Form())


@bp.post("/reset/<token>")
def submit_reset(token: str) -> Page:
    """Set the new password and sign in."""
    check_csrf()
    reset_api.admit(token)
    try:
        opened = reset_api.set_password(token, check(reset_api.ResetBody, form_fields("password")))
    except InvalidError as refusal:
        return _reset_page(token, refused_form(refusal)), STATUS[InvalidError]
    return signed_in_at("/", opened)


@bp.get("/language/<language>")
def set_language(language: str) -> Response:
    """Show the signed-out pages in this language from now on."""
    if language not in languages():
        raise NotFoundError
    response = redirect(local_path(request.args.get("next")))
    secure = current_app.config["SETTINGS"].cookies_are_secure
    response.set_cookie(LANGUAGE_COOKIE, language, max_age=YEAR_SECONDS, samesite="Lax", secure=secure)
    return response


def _sign_in_page(form: Form) -> str:
    return render_template(
        "sign_in.html",
        form=form,
        workspace=the_workspace(),
        next=local_path(request.args.get("next")),
        is_mail_on=_is_mail_on(),
    )


def _forgotten_page(form: Form, *, sent_to: str = "") -> str:
    return render_template("forgotten.html", form=form, workspace=the_workspace(), sent_to=sent_to)


def _is_mail_on() -> bool:
    return current_app.extensions["mail"] is not None


def _setup_page(form: Form) -> str:
    token_file = current_app.config["SETTINGS"].setup_token_file
    return render_template(
        "setup.html",
        form=form,
        is_token_right=is_setup_token(token_file, form.values["token"]),
        time_zones=time_zone_choices(form.values["time_zone"]),
    )


def _join_page(code: str, form: Form) -> str:
    inviter = user_payload(person(usable_invite(code).created_by))
    if inviter["avatar_url"]:
        # Pictures are for people who are signed in; this one also for whoever holds the invite.
        inviter["avatar_url"] = url_for("join.avatar", code=code)
    return render_template(
        "join.html", form=form, code=code, workspace=the_workspace(), inviter=inviter, people_count=member_count()
    )


def _reset_page(token: str, form: Form) -> str:
    user = person(usable_reset(token).user_id)
    return render_template("reset.html", form=form, token=token, workspace=the_workspace(), person=user)


def _photo() -> bytes | None:
    if not request.files.get("file"):
        return None
    PICTURES.hit(address_key())
    return uploaded_picture()
