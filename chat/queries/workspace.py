"""The workspace."""

from chat.errors import NotSetUpError
from chat.extensions import db
from chat.models import Workspace


def the_workspace() -> Workspace:
    """Return the workspace.

    Raises:
        NotSetUpError: nobody has set this server up yet.
    """
    workspace = db.session.get(Workspace, 1)
    if workspace is None:
        raise NotSetUpError
    return workspace


def workspace_zone() -> str:
    """Return the time zone of the workspace's days."""
    workspace = db.session.get(Workspace, 1)
    return "UTC" if workspace is None else workspace.time_zone


def is_set_up() -> bool:
    """Tell whether the workspace exists."""
    return db.session.get(Workspace, 1) is not None
