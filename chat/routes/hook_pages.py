"""Webhooks as a page for owners and admins: the same facts as the API, and its acts as forms."""

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from chat.errors import Refusal
from chat.routes.bodies import check
from chat.routes.hook_page import webhooks_page
from chat.routes.hooks import HookBody, HookChanges, change_hook, delete_hook, make_hook, picture_hook, rotate_hook
from chat.routes.page_access import managers_only
from chat.routes.problems import STATUS
from chat.unit_of_work import unit_of_work

bp = Blueprint("hook_pages", __name__, url_prefix="/admin/webhooks")
bp.before_request(managers_only)

Page = str | tuple[str, int] | Response


@bp.get("")
def show() -> Page:
    """Show the webhooks of the caller's rooms."""
    return webhooks_page()


@bp.post("/incoming")
def create() -> Page:
    """Make an incoming webhook; the page that answers is the only one that shows its address."""
    room_id = request.form.get("room_id", "")
    fields: dict[str, object] = {"room_id": int(room_id)} if room_id.isascii() and room_id.isdecimal() else {}
    try:
        fields |= {"name": request.form.get("name", ""), "may_call": "may_call" in request.form}
        made = make_hook(check(HookBody, fields))
    except Refusal as refusal:
        return webhooks_page(refusal=refusal), STATUS[type(refusal)]
    return webhooks_page(made=made)


@bp.post("/incoming/<int:hook_id>")
def change(hook_id: int) -> Page:
    """Rename it, let it call people or not, or switch it on or off, whichever the form is about."""
    if "is_enabled" in request.form:
        fields: dict[str, object] = {"is_enabled": request.form["is_enabled"] == "yes"}
    else:
        fields = {"name": request.form.get("name", ""), "may_call": "may_call" in request.form}
    try:
        body = check(HookChanges, fields)
        with unit_of_work():
            change_hook(hook_id, body)
    except Refusal as refusal:
        return webhooks_page(refusal=refusal), STATUS[type(refusal)]
    flash(gettext("Saved"))
    return redirect(url_for(".show"))


@bp.post("/incoming/<int:hook_id>/picture")
def change_avatar(hook_id: int) -> Page:
    """Show the picture that was sent beside its messages, or its initials again."""
    try:
        picture_hook(hook_id, is_removed="removed" in request.form)
    except Refusal as refusal:
        return webhooks_page(refusal=refusal), STATUS[type(refusal)]
    flash(gettext("Saved"))
    return redirect(url_for(".show"))


@bp.post("/incoming/<int:hook_id>/rotate")
def rotate(hook_id: int) -> Page:
    """Give it another address; the page that answers is the only one that shows it."""
    return webhooks_page(made=rotate_hook(hook_id))


@bp.post("/incoming/<int:hook_id>/delete")
def destroy(hook_id: int) -> Page:
    """Delete it."""
    with unit_of_work():
        delete_hook(hook_id)
    flash(gettext("The webhook is deleted."))
    return redirect(url_for(".show"))


@bp.get("/incoming")
@bp.get("/incoming/<int:_hook_id>")
@bp.get("/incoming/<int:_hook_id>/<any(picture, rotate, delete):_act>")
def changed(_hook_id: int = 0, _act: str = "") -> Page:
    """Show the page: the address of a form is no page of its own."""
    return redirect(url_for(".show"))
