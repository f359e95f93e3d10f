"""Webhooks as a page for owners and admins: the same facts as the API, and its acts as forms."""

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from chat import errors
from chat.errors import InvalidError, Refusal
from chat.payloads import IncomingHookPayload
from chat.queries.hooks import incoming_hooks
from chat.queries.people import everybody
from chat.queries.rooms import my_rooms
from chat.routes.bodies import check
from chat.routes.forms import Form, refused_form
from chat.routes.hooks import HookBody, HookChanges, change_hook, delete_hook, make_hook, picture_hook, rotate_hook
from chat.routes.identity import current_user
from chat.routes.page_access import managers_only, personal_page
from chat.routes.problems import STATUS
from chat.unit_of_work import unit_of_work

bp = Blueprint("hook_pages", __name__, url_prefix="/admin/webhooks")
bp.before_request(managers_only)

Page = str | tuple[str, int] | Response
REFUSALS: dict[str, type[Refusal]] = {
    "no_text": errors.NoTextError,
    "invalid_payload": errors.InvalidPayloadError,
    "msg_too_long": errors.HookTextTooLongError,
    "channel_is_archived": errors.RoomArchivedError,
    "channel_not_found": errors.HookRoomGoneError,
    "idempotency_key_reused": errors.KeyReusedError,
    "invalid": errors.InvalidError,
}
"""What the code of a webhook's last error says to people."""


@bp.get("")
def show() -> Page:
    """Show the webhooks of the caller's rooms."""
    return _page()


@bp.post("/incoming")
def create() -> Page:
    """Make an incoming webhook; the page that answers is the only one that shows its address."""
    room_id = request.form.get("room_id", "")
    fields: dict[str, object] = {"room_id": int(room_id)} if room_id.isascii() and room_id.isdecimal() else {}
    try:
        fields |= {"name": request.form.get("name", ""), "may_call": "may_call" in request.form}
        made = make_hook(check(HookBody, fields))
    except Refusal as refusal:
        return _page(form=_refused(refusal)), STATUS[type(refusal)]
    return _page(made=made)


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
        return _page(form=_refused(refusal)), STATUS[type(refusal)]
    flash(gettext("Saved"))
    return redirect(url_for(".show"))


@bp.post("/incoming/<int:hook_id>/picture")
def change_avatar(hook_id: int) -> Page:
    """Show the picture that was sent beside its messages, or its initials again."""
    try:
        picture_hook(hook_id, is_removed="removed" in request.form)
    except Refusal as refusal:
        return _page(form=_refused(refusal)), STATUS[type(refusal)]
    flash(gettext("Saved"))
    return redirect(url_for(".show"))


@bp.post("/incoming/<int:hook_id>/rotate")
def rotate(hook_id: int) -> Page:
    """Give it another address; the page that answers is the only one that shows it."""
    return _page(made=rotate_hook(hook_id))


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


def _page(*, form: Form | None = None, made: tuple[IncomingHookPayload, str] | None = None) -> str:
    caller = current_user()
    rooms = {room["id"]: room for room in my_rooms(caller) if room["kind"] != "direct"}
    names = {user["id"]: user["name"] for user in everybody()}
    return personal_page(
        "admin/webhooks.html",
        form=form or Form(),
        made=None if made is None else {"hook": made[0], "url": made[1]},
        incoming=[_row(hook, rooms[hook["room_id"]], names) for hook in incoming_hooks(caller)],
        rooms=[room for room in rooms.values() if not room["archived_at"]],
    )


def _row(hook: IncomingHookPayload, room: Any, names: dict[int, str]) -> dict[str, Any]:
    refusal = REFUSALS.get(hook["last_error"] or "")
    return {
        **hook,
        "room": room,
        "created_by_name": names[hook["created_by"]],
        "last_error_words": refusal and gettext(refusal.detail),
        "bot": {"id": hook["bot_id"], "name": hook["name"], "avatar_url": hook["avatar_url"]},
    }


def _refused(refusal: Refusal) -> Form:
    if isinstance(refusal, InvalidError):
        return Form(problem=gettext(next(iter(refusal.errors.values()))))
    return refused_form(refusal)
