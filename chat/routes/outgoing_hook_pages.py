"""Outgoing webhooks on the page of webhooks: the acts of the API as forms."""

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from chat.errors import InvalidError, Refusal
from chat.routes.bodies import check
from chat.routes.hook_page import webhooks_page
from chat.routes.numbers import MOST_ID
from chat.routes.outgoing_hooks import (
    HookBody,
    HookChanges,
    change_hook,
    delete_hook,
    make_hook,
    ping_hook,
    replay_to_hook,
    rotate_hook,
)
from chat.routes.page_access import managers_only
from chat.routes.problems import STATUS
from chat.unit_of_work import unit_of_work

bp = Blueprint("outgoing_hook_pages", __name__, url_prefix="/admin/webhooks/outgoing")
bp.before_request(managers_only)


@bp.post("")
def create() -> str | tuple[str, int]:
    """Make an outgoing webhook; the page that answers is the only one that shows its secret."""
    try:
        made = make_hook(check(HookBody, _fields(request.form)))
    except Refusal as refusal:
        return webhooks_page(refusal=refusal), STATUS[type(refusal)]
    return webhooks_page(secret={"hook": made[0], "value": made[1]})


@bp.post("/<int:hook_id>/rotate")
def rotate(hook_id: int) -> str:
    """Give it another secret; the page that answers is the only one that shows it."""
    hook, secret = rotate_hook(hook_id, ends_former="ends_former" in request.form)
    return webhooks_page(secret={"hook": hook, "value": secret})


@bp.post("/<int:hook_id>/<any(ping, on, off, delete):act>")
def act(hook_id: int, act: str) -> Response:
    """Ping it, switch it on or off, or delete it."""
    if act in {"on", "off"}:
        change_hook(hook_id, HookChanges(is_enabled=act == "on"))
        flash(gettext("Saved"))
    else:
        with unit_of_work():
            if act == "ping":
                ping_hook(hook_id)
            else:
                delete_hook(hook_id)
        flash(gettext("A ping is on its way.") if act == "ping" else gettext("The webhook is deleted."))
    return redirect(url_for("hook_pages.show"))


@bp.post("/<int:hook_id>/deliveries/<int:delivery_id>/replay")
def replay(hook_id: int, delivery_id: int) -> Response:
    """Send it again."""
    with unit_of_work():
        replay_to_hook(hook_id, delivery_id)
    flash(gettext("It is sent again."))
    return redirect(url_for("hook_pages.show"))


@bp.get("")
@bp.get("/<int:_hook_id>/<any(rotate, ping, on, off, delete):_act>")
@bp.get("/<int:_hook_id>/deliveries/<int:_delivery_id>/replay")
def acted(_hook_id: int = 0, _act: str = "", _delivery_id: int = 0) -> Response:
    """Show the page: the address of a form is no page of its own."""
    return redirect(url_for("hook_pages.show"))


def _fields(form: MultiDict[str, str]) -> dict[str, object]:
    chosen = form.getlist("room_ids")
    if not all(one.isascii() and one.isdecimal() and len(one) <= len(str(MOST_ID)) for one in chosen):
        raise InvalidError
    return {
        "name": form.get("name", ""),
        "url": form.get("url", ""),
        "types": form.getlist("types"),
        "room_ids": [int(one) for one in chosen] or None,
    }
