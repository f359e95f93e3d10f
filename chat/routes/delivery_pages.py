"""Delivery as a page for owners: the same facts as the API, and its actions as forms."""

from collections.abc import Callable
from datetime import timedelta

from babel.numbers import format_decimal
from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import format_timedelta, get_locale, gettext
from werkzeug.wrappers import Response

from chat.errors import NotFoundError, Refusal
from chat.routes.delivery import (
    allow_owner,
    replay_listener,
    report,
    retry_deliveries,
    retry_listener,
    skip_delivery,
    skip_event,
)
from chat.routes.numbers import MOST_ID
from chat.routes.page_access import people_only, personal_page

bp = Blueprint("delivery_pages", __name__, url_prefix="/admin/delivery")

SIZES = ("B", "KB", "MB", "GB", "TB")
KILO = 1000


@bp.before_request
def owners_only() -> Response | None:
    """Keep the page to owners."""
    elsewhere = people_only()
    if elsewhere is None:
        allow_owner()
    return elsewhere


@bp.get("")
def show() -> str:
    """Show how far everything is; the page's script asks for the same again every two seconds."""
    return personal_page(
        "admin/delivery.html", report=report(), listener_names=_listener_names(), carrier_names=_carrier_names()
    )


@bp.post("/listeners/<name>/<act>")
def act(name: str, act: str) -> Response:
    """Retry, skip or replay."""
    return _done({"retry": _retry, "skip": _skip, "replay": _replay}.get(act), name)


@bp.post("/carriers/<name>/<act>")
def act_on_carrier(name: str, act: str) -> Response:
    """Retry or skip deliveries."""
    return _done({"retry": _retry_deliveries, "skip": _skip_delivery}.get(act), name)


@bp.get("/listeners/<_name>/<_act>")
@bp.get("/carriers/<_name>/<_act>")
def acted(_name: str, _act: str) -> Response:
    """Show the page: the address of a form is no page of its own."""
    return redirect(url_for(".show"))


@bp.app_template_filter()
def file_size(count: int) -> str:
    """Return a number of bytes as people read it: 3.2 GB."""
    amount, unit = float(count), 0
    while amount >= KILO and unit < len(SIZES) - 1:
        amount, unit = amount / KILO, unit + 1
    return f"{format_decimal(amount, '#,##0.#' if unit else '0', locale=get_locale())} {SIZES[unit]}"


@bp.app_template_filter()
def duration(seconds: float) -> str:
    """Return a span of time in one unit: 3 hours."""
    text: str = format_timedelta(timedelta(seconds=round(seconds)), threshold=1.5)
    return text


def _done(act: Callable[[str], str] | None, name: str) -> Response:
    if act is not None:
        try:
            flash(act(name))
        except Refusal:
            # It was retried or skipped by somebody else, or went well meanwhile.
            flash(gettext("That had changed already."))
    return redirect(url_for(".show"))


def _retry(name: str) -> str:
    retry_listener(name, _seq())
    sentence: str = gettext("Tried again.")
    return sentence


def _skip(name: str) -> str:
    skip_event(name, _seq())
    sentence: str = gettext("Skipped.")
    return sentence


def _replay(name: str) -> str:
    replay_listener(name, None)
    sentence: str = gettext("It begins again.")
    return sentence


def _retry_deliveries(name: str) -> str:
    retry_deliveries(name, _number("id"))
    sentence: str = gettext("It is tried again.")
    return sentence


def _skip_delivery(name: str) -> str:
    skip_delivery(name, _number("id"))
    sentence: str = gettext("Skipped.")
    return sentence


def _seq() -> int | None:
    return _number("seq")


def _number(field: str) -> int | None:
    given = request.form.get(field, "")
    if not given:
        return None
    # Nothing that only looks like it: without an event the act is about another one, or about all.
    if not (given.isascii() and given.isdigit() and len(given) <= len(str(MOST_ID))):
        raise NotFoundError
    return int(given)


def _listener_names() -> dict[str, str]:
    return {
        "search_index": gettext("Search index"),
        "analytics": gettext("Statistics"),
        "response_times": gettext("Response times"),
        "push": gettext("Push notifications"),
        "webhooks": gettext("Webhooks"),
        "broker": gettext("Message broker"),
        "link_previews": gettext("Link previews"),
        "mail": gettext("Mail"),
    }


def _carrier_names() -> dict[str, str]:
    return {
        "push": gettext("Push notifications"),
        "webhooks": gettext("Webhooks"),
        "mail": gettext("Mail"),
        "link_previews": gettext("Link previews"),
    }
