"""The chat: one shell for every place in it; the script reads the address."""

import tomllib
from functools import cache
from pathlib import Path

from flask import Blueprint, current_app, render_template
from flask_wtf.csrf import generate_csrf

from chat.log import read_epoch
from chat.payloads import user_payload, workspace_payload
from chat.queries.people import person_behind
from chat.queries.workspace import the_workspace
from chat.routes.identity import current_user
from chat.routes.language import choose_language
from chat.routes.messages import file_limits
from chat.routes.page_access import people_only

bp = Blueprint("pages", __name__)
bp.before_request(people_only)


@bp.get("/")
@bp.get("/rooms/<int:room_id>")
@bp.get("/rooms/<int:room_id>/messages/<int:message_id>")
@bp.get("/share")
@bp.get("/<any(threads, unread, mentions, saved, people, drafts, reminders):view>")
def chat(**_place: object) -> str:
    """Return the shell with a room, with a list in its place, or with the question where something shared goes."""
    return _shell()


@bp.get("/search")
def search() -> str:
    """Return the shell with the search."""
    return _shell()


def _shell() -> str:
    """Return the shell, with what the script needs to start."""
    boot = {
        "user": user_payload(person_behind(current_user())),
        "csrf_token": generate_csrf(),
        "workspace": workspace_payload(the_workspace()),
        "epoch": read_epoch(),
        "limits": file_limits(),
        "language": choose_language(),
        "version": version(Path(current_app.root_path)),
    }
    return render_template("chat.html", boot=boot)


@cache
def version(root: Path) -> str:
    """Return which Stet this is."""
    with (root / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])
