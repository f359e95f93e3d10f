"""Administration, as pages for owners and admins: people and invites, rooms, the workspace."""

import re
from collections import defaultdict
from io import BytesIO
from typing import Any

from flask import Blueprint, Response, current_app, flash, redirect, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response as AnyResponse

from chat.actions.choose_workspace_zone import choose_workspace_zone
from chat.actions.rename_workspace import rename_workspace
from chat.actions.revoke_invite import revoke_invite as withdraw_invite
from chat.actions.switch_link_previews import switch_link_previews
from chat.actions.update_room import archive_room, restore_room
from chat.config import Settings
from chat.errors import EmailTakenError, InvalidError, NotAllowedError, Refusal, TooManyError
from chat.models import Invite, User
from chat.payloads import RoomPayload, UserPayload
from chat.permissions import (
    ROLES,
    Caller,
    may_change_role,
    may_deactivate,
    may_manage_room,
    may_manage_workspace,
    may_reset_password,
)
from chat.queries.access import open_invites
from chat.queries.people import everybody, is_last_owner, person, person_behind
from chat.queries.rooms import my_rooms, open_rooms, room_for, visible_room
from chat.queries.use import last_seen_times, workspace_use
from chat.queries.workspace import the_workspace
from chat.routes.bodies import check
from chat.routes.forms import Form, filled_form, form_fields, refused_form
from chat.routes.identity import current_user
from chat.routes.invites import InviteBody, check_email_is_new, invite_to_manage, make_invite, make_invites, seen_invite
from chat.routes.mail import mail_facts, send_test
from chat.routes.page_access import managers_only, personal_page
from chat.routes.problems import STATUS
from chat.routes.time_zone_list import time_zone_choices
from chat.routes.users import StandingBody, change_standing, make_reset
from chat.routes.workspace import WorkspaceBody
from chat.unit_of_work import unit_of_work

bp = Blueprint("admin_pages", __name__, url_prefix="/admin")
bp.before_request(managers_only)

SHOWN = ("everyone", "admins", "guests", "bots", "deactivated")
INVITE_NUMBERS = ("max_uses", "expires_in_hours")
GROUPS = {"owner": ["admins"], "admin": ["admins"], "guest": ["guests"], "bot": ["bots"]}
MOST_MAILED = 50
"""Invites at once."""
QR_MODULE_PIXELS = 8
QR_MARGIN_MODULES = 2
Page = str | tuple[str, int] | AnyResponse


@bp.get("/people")
def people() -> Page:
    """Show how the workspace is used, the invite links, and everybody."""
    return _people_page()


@bp.post("/people/<int:user_id>")
def change_person(user_id: int) -> Page:
    """Change a person's role, or whether they can sign in."""
    try:
        body = check(StandingBody, _standing())
        with unit_of_work():
            change_standing(current_user(), user_id, body)
    except Refusal as refusal:
        return _people_page(form=refused_form(refusal)), STATUS[type(refusal)]
    return redirect(url_for(".people", _anchor="people"))


@bp.get("/people/<int:_user_id>")
@bp.get("/people/<int:_user_id>/reset")
def changed_person(_user_id: int) -> Page:
    """Show everybody: the address of a refused form is no page of its own."""
    return redirect(url_for(".people", _anchor="people"))


@bp.post("/people/<int:user_id>/reset")
def create_reset(user_id: int) -> Page:
    """Make a reset link; the page that answers is the only one that shows it."""
    try:
        url, expires_at = make_reset(current_user(), user_id)
    except Refusal as refusal:
        return _people_page(form=refused_form(refusal)), STATUS[type(refusal)]
    return _people_page(reset_link={"name": person(user_id).name, "url": url, "expires_at": expires_at})


@bp.post("/invites")
def create_invite() -> Page:
    """Make an invite link."""
    try:
        make_invite(check(InviteBody, _invite_fields()))
    except InvalidError as refusal:
        form = Form(problem=gettext(next(iter(refusal.errors.values()))))
        return _people_page(form=form), STATUS[InvalidError]
    return redirect(url_for(".people", _anchor="invites"))


@bp.post("/invites/mail")
def mail_invites() -> Page:
    """Mail a link of their own to each of several people."""
    emails = list(dict.fromkeys(re.split(r"[\s,;]+", request.form.get("emails", "").strip().lower())))
    email = ""
    try:
        if len(emails) > MOST_MAILED:
            raise TooManyError
        bodies = []
        for email in emails:
            bodies.append(check(InviteBody, _invite_fields() | {"email": email}))
            check_email_is_new(bodies[-1])
        make_invites(bodies)
    except Refusal as refusal:
        return _people_page(form=_refused_mailing(refusal, email)), STATUS[type(refusal)]
    sentence = ngettext("{n} invite is on its way.", "{n} invites are on their way.", len(bodies))
    flash(sentence.format(n=len(bodies)))
    return redirect(url_for(".people", _anchor="invites"))


@bp.get("/invites/mail")
def mailed_invites() -> Page:
    """Show everybody: the address of a form is no page of its own."""
    return redirect(url_for(".people", _anchor="invites"))


@bp.post("/invites/<int:invite_id>/revoke")
def revoke_invite(invite_id: int) -> Page:
    """Let nobody join through a link any more."""
    with unit_of_work():
        withdraw_invite(invite_to_manage(invite_id))
    flash(gettext("The link is revoked."))
    return redirect(url_for(".people", _anchor="invites"))


@bp.get("/invites/<int:invite_id>/qr.svg")
def invite_code(invite_id: int) -> Response:
    """Draw the link as a QR code."""
    import segno

    url: str = seen_invite(invite_to_manage(invite_id))["url"]
    svg = BytesIO()
    segno.make(url, micro=False).save(svg, kind="svg", scale=QR_MODULE_PIXELS, border=QR_MARGIN_MODULES, light="white")
    return Response(svg.getvalue(), content_type="image/svg+xml")


@bp.get("/rooms")
def rooms() -> Page:
    """Show the rooms that the caller may see."""
    return _rooms_page(Form())


@bp.post("/rooms/<int:room_id>")
def change_room(room_id: int) -> Page:
    """Archive a room or bring it back."""
    caller = current_user()
    try:
        with unit_of_work():
            if not may_manage_room(caller, room_for(caller, room_id).role):
                raise NotAllowedError
            change = archive_room if request.form.get("archived") == "yes" else restore_room
            change(visible_room(caller, room_id), actor_id=caller.id)
    except Refusal as refusal:
        return _rooms_page(refused_form(refusal)), STATUS[type(refusal)]
    return redirect(url_for(".rooms"))


@bp.get("/workspace")
def workspace() -> Page:
    """Show the workspace's name and time zone."""
    return _workspace_page(_workspace_form())


@bp.post("/workspace")
def save_workspace() -> Page:
    """Rename the workspace, and choose its time zone."""
    try:
        body = check(WorkspaceBody, {"name": "", **form_fields("name", "time_zone")})
        with unit_of_work():
            user = person_behind(current_user())
            if not may_manage_workspace(user):
                raise NotAllowedError
            rename_workspace(the_workspace(), body.name, actor_id=user.id)
            if "time_zone" in body.model_fields_set:
                choose_workspace_zone(the_workspace(), body.time_zone)
    except Refusal as refusal:
        return _workspace_page(refused_form(refusal)), STATUS[type(refusal)]
    flash(gettext("Saved"))
    return redirect(url_for(".workspace"))


@bp.post("/workspace/link-previews")
def save_link_previews() -> Page:
    """Let the server look at linked pages, or not."""
    with unit_of_work():
        user = person_behind(current_user())
        if not may_manage_workspace(user):
            raise NotAllowedError
        switch_link_previews(the_workspace(), is_on=request.form.get("is_on") == "yes", actor_id=user.id)
    flash(gettext("Saved"))
    return redirect(url_for(".workspace", _anchor="link-previews"))


@bp.get("/workspace/link-previews")
def saved_link_previews() -> Page:
    """Show the workspace: the address of a form is no page of its own."""
    return redirect(url_for(".workspace", _anchor="link-previews"))


@bp.post("/workspace/mail-test")
def test_mail() -> Page:
    """Send a mail to the caller, and show what the mail server said."""
    try:
        sent_to = send_test()
    except Refusal as refusal:
        said = {"problem": gettext(refusal.detail), "reason": refusal.extra.get("reason", "")}
        return _workspace_page(_workspace_form(), mail_test=said), STATUS[type(refusal)]
    flash(gettext("The mail server has taken a mail to {email}.").format(email=sent_to))
    return redirect(url_for(".workspace", _anchor="mail"))


@bp.get("/workspace/mail-test")
def tested_mail() -> Page:
    """Show the workspace: the address of a form is no page of its own."""
    return redirect(url_for(".workspace", _anchor="mail"))


def _workspace_form() -> Form:
    workspace = the_workspace()
    return filled_form({"name": workspace.name, "time_zone": workspace.time_zone})


def _workspace_page(form: Form, *, mail_test: dict[str, str] | None = None) -> str:
    settings: Settings = current_app.config["SETTINGS"]
    return personal_page(
        "admin/workspace.html",
        form=form,
        mail=mail_facts(),
        mail_test=mail_test,
        time_zones=time_zone_choices(form.values["time_zone"]),
        may_look_at_links=settings.link_previews,
    )


def _people_page(*, form: Form | None = None, reset_link: dict[str, str] | None = None) -> str:
    caller = current_user()
    everyone = everybody()
    names = {user["id"]: user["name"] for user in everyone}
    asked, show = request.args.get("q", "").strip(), request.args.get("show", "everyone")
    show = show if show in SHOWN else "everyone"
    seen = last_seen_times()
    mine = [room for room in my_rooms(caller) if room["kind"] != "direct" and not room["archived_at"]]
    return personal_page(
        "admin/people.html",
        form=form or Form(),
        reset_link=reset_link,
        use=workspace_use(),
        is_mail_on=mail_facts()["is_on"],
        invites=[
            {**seen_invite(i), "created_by_name": names[i.created_by]} | _rooms_of(i, mine) for i in open_invites()
        ],
        invite_rooms=mine,
        people=[_row(caller, user, asked, show) | {"last_seen_at": seen.get(user["id"])} for user in everyone],
        q=asked,
        show=show,
    )


def _invite_fields() -> dict[str, object]:
    numbers = {name: int(given) for name in INVITE_NUMBERS if (given := request.form.get(name, "")).isdecimal()}
    room_ids = [int(given) for given in request.form.getlist("room_ids") if given.isdecimal()]
    return {**numbers, **form_fields("role"), "room_ids": room_ids}


def _refused_mailing(refusal: Refusal, email: str) -> Form:
    problem = gettext(refusal.detail)
    if isinstance(refusal, TooManyError):
        problem = gettext("{n} addresses are the most at once.").format(n=MOST_MAILED)
    elif isinstance(refusal, InvalidError):
        is_address = "email" in refusal.errors
        sentence = gettext(next(iter(refusal.errors.values())))
        problem = gettext("{email} is not an email address.").format(email=email) if is_address else sentence
        if is_address and not email:
            problem = gettext("Type an address first.")
    elif isinstance(refusal, EmailTakenError):
        problem = gettext("{email} has an account already.").format(email=email)
    return Form(values=defaultdict(str, request.form), problem=problem)


def _rooms_of(invite: Invite, mine: list[RoomPayload]) -> dict[str, list[str | None]]:
    """Return the names of those rooms of the invite that the caller is in: another manager may be in others."""
    return {"room_names": [room["name"] for room in mine if room["id"] in invite.room_ids]}


def _row(caller: Caller, user: UserPayload, asked: str, show: str) -> dict[str, Any]:
    target = person(user["id"])
    is_active = user["deactivated_at"] is None
    acts = {
        "may_become": [role for role in ROLES if is_active and _may_become(caller, target, role)],
        "may_deactivate": is_active and may_deactivate(caller, target),
        "may_reactivate": not is_active and may_deactivate(caller, target),
        "may_reset": is_active and may_reset_password(caller, target.role),
    }
    shown_in = _shown_in(user)
    is_found = asked.casefold() in f"{user['name']} {user['email']}".casefold()
    is_shown = is_found and show in shown_in
    return {**user, **acts, "may_act": any(acts.values()), "shown_in": shown_in, "is_shown": is_shown}


def _may_become(caller: Caller, target: User, role: str) -> bool:
    if role == target.role or is_last_owner(target):
        return False
    return may_change_role(caller, from_role=target.role, to_role=role)


def _shown_in(user: UserPayload) -> list[str]:
    if user["deactivated_at"] is not None:
        return ["deactivated"]
    return ["everyone", *GROUPS.get(user["role"], [])]


def _rooms_page(form: Form) -> str:
    caller = current_user()
    by_id = {room["id"]: room for room in [*open_rooms(caller), *my_rooms(caller)] if room["kind"] != "direct"}
    found = sorted(by_id.values(), key=lambda room: (room["archived_at"] is not None, (room["name"] or "").casefold()))
    return personal_page("admin/rooms.html", form=form, rooms=found)


def _standing() -> dict[str, object]:
    """Return the fields of `StandingBody` that were sent."""
    fields = form_fields("role")
    if "deactivated" in request.form:
        fields["deactivated"] = request.form["deactivated"] == "yes"
    return fields
