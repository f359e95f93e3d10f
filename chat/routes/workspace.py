"""The workspace."""

from typing import Annotated, Any

from flask import Blueprint

from chat.actions.choose_workspace_zone import choose_workspace_zone
from chat.actions.rename_workspace import rename_workspace
from chat.actions.switch_link_previews import switch_link_previews
from chat.errors import NotAllowedError
from chat.payloads import workspace_payload
from chat.permissions import may_manage_workspace
from chat.queries.people import person_behind
from chat.queries.workspace import the_workspace
from chat.routes.bodies import Body, Given, Name, read_body
from chat.routes.identity import current_user
from chat.routes.person_fields import TimeZone
from chat.routes.writing import Answer, writes

bp = Blueprint("workspace", __name__, url_prefix="/api/workspace")


class WorkspaceBody(Body):
    """What to change; what is left out stays."""

    name: Name = ""
    time_zone: TimeZone = "UTC"
    has_link_previews: Annotated[bool | None, Given] = None


@bp.get("")
def show() -> dict[str, Any]:
    """Return the workspace."""
    current_user()
    return {"workspace": workspace_payload(the_workspace())}


@bp.patch("")
@writes
def update() -> Answer:
    """Rename the workspace, choose its time zone, or let it show link previews or not."""
    body = read_body(WorkspaceBody)
    user = person_behind(current_user())
    if not may_manage_workspace(user):
        raise NotAllowedError
    workspace = the_workspace()
    if "name" in body.model_fields_set:
        rename_workspace(workspace, body.name, actor_id=user.id)
    if "time_zone" in body.model_fields_set:
        choose_workspace_zone(workspace, body.time_zone)
    if body.has_link_previews is not None:
        switch_link_previews(workspace, is_on=body.has_link_previews, actor_id=user.id)
    return {"workspace": workspace_payload(workspace)}, 200
