"""Backups as a page for owners: the same facts as the API, and its acts as forms."""

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from chat.errors import BackupRunningError, NotFoundError
from chat.routes.backups import allow_owner, delete_backup, overview, start_backup
from chat.routes.page_access import people_only, personal_page

bp = Blueprint("backup_pages", __name__, url_prefix="/admin/backups")


@bp.before_request
def owners_only() -> Response | None:
    """Keep the page to owners."""
    elsewhere = people_only()
    if elsewhere is None:
        allow_owner()
    return elsewhere


@bp.get("")
def show() -> str:
    """Show the backups, and what the one that is being made is at."""
    return personal_page("admin/backups.html", **overview())


@bp.post("")
def create() -> Response:
    """Begin a backup in the background; the page that follows shows how it goes."""
    try:
        start_backup()
    except BackupRunningError as refusal:
        flash(gettext(refusal.detail))
    return redirect(url_for(".show"))


@bp.post("/<name>/delete")
def destroy(name: str) -> Response:
    """Delete a backup."""
    try:
        delete_backup(name)
        flash(gettext("The backup is deleted."))
    except NotFoundError:
        # By somebody else, or by the schedule.
        flash(gettext("That had changed already."))
    return redirect(url_for(".show"))


@bp.get("/<_name>/delete")
def destroyed(_name: str) -> Response:
    """Show the page: the address of a form is no page of its own."""
    return redirect(url_for(".show"))
