"""Who may open a page, and where everybody else is sent."""

from typing import Any

from flask import g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from chat.errors import NotAllowedError
from chat.payloads import user_payload
from chat.permissions import may_manage_people
from chat.queries.people import person_behind
from chat.queries.workspace import is_set_up, the_workspace
from chat.routes.identity import current_user


def people_only() -> Response | None:
    """Send whoever is signed out to the sign-in page, or to the set-up of a new server."""
    if g.caller is not None:
        return None
    if not is_set_up():
        return redirect(url_for("sign_in_pages.setup"))
    asked = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("sign_in_pages.sign_in", next=None if asked == "/" else asked))


def managers_only() -> Response | None:
    """Keep the pages of administration to owners and admins."""
    elsewhere = people_only()
    if elsewhere is None and not may_manage_people(current_user()):
        raise NotAllowedError
    return elsewhere


def personal_page(template: str, **context: Any) -> str:
    """Return a page of settings or administration, as the person who asks sees it."""
    user = person_behind(current_user())
    return render_template(
        template, me=user_payload(user), may_manage=may_manage_people(user), workspace=the_workspace(), **context
    )
