"""Switch link previews on or off for the whole workspace."""

from chat.events import WorkspaceUpdated
from chat.extensions import db
from chat.models import Workspace
from chat.payloads import workspace_payload
from chat.queries.people import everybodys_streams
from chat.unit_of_work import publish


def switch_link_previews(workspace: Workspace, *, is_on: bool, actor_id: int) -> None:
    """Let the server look at linked pages or not, and tell everybody; off, cards are not shown either."""
    if is_on == workspace.has_link_previews:
        return
    workspace.has_link_previews = is_on
    db.session.flush()
    publish(WorkspaceUpdated(actor_id=actor_id, workspace=workspace_payload(workspace)), *everybodys_streams())
