"""Rename the workspace."""

from chat.events import WorkspaceUpdated
from chat.extensions import db
from chat.models import Workspace
from chat.payloads import workspace_payload
from chat.queries.people import everybodys_streams
from chat.unit_of_work import publish


def rename_workspace(workspace: Workspace, name: str, *, actor_id: int) -> None:
    """Give the workspace another name and tell everybody."""
    if name == workspace.name:
        return
    workspace.name = name
    db.session.flush()
    publish(WorkspaceUpdated(actor_id=actor_id, workspace=workspace_payload(workspace)), *everybodys_streams())
