"""The first run: make the workspace and its owner."""

from flask import Blueprint, Response, current_app

from chat.actions.set_up_workspace import set_up_workspace
from chat.errors import AlreadySetUpError, SetupTokenError
from chat.passwords import hash_password
from chat.payloads import WorkspacePayload, workspace_payload
from chat.queries.workspace import is_set_up, the_workspace
from chat.routes.bodies import Line, Name, read_body
from chat.routes.person_fields import NewPerson
from chat.routes.signing_in import Opened, open_session, require_own_json, signed_in
from chat.routes.throttling import address_key, limit
from chat.setup_token import discard_setup_token, is_setup_token
from chat.unit_of_work import unit_of_work

bp = Blueprint("setup", __name__, url_prefix="/api/setup")

PER_ADDRESS = limit("setup", "20 per 10 minutes")


class SetupBody(NewPerson):
    """The workspace and its first owner, with the token from the terminal."""

    token: Line
    workspace: Name


@bp.post("")
def create() -> Response:
    """Claim the server; whoever reads the terminal or the data folder may, once."""
    require_own_json()
    admit()
    opened, workspace = set_up(read_body(SetupBody))
    return signed_in(opened, workspace=workspace)


def admit() -> None:
    """Count the try, and refuse it once there is a workspace."""
    PER_ADDRESS.hit(address_key())
    if is_set_up():
        raise AlreadySetUpError


def set_up(body: SetupBody) -> tuple[Opened, WorkspacePayload]:
    """Make the workspace and sign its owner in."""
    token_file = current_app.config["SETTINGS"].setup_token_file
    if not is_setup_token(token_file, body.token):
        raise SetupTokenError
    password_hash = hash_password(body.password)
    with unit_of_work():
        owner = set_up_workspace(
            workspace_name=body.workspace,
            name=body.name,
            email=body.email,
            password_hash=password_hash,
            language=body.chosen_language,
            time_zone=body.time_zone,
        )
        opened = open_session(owner, is_remembered=True)
        workspace = workspace_payload(the_workspace())
    discard_setup_token(token_file)
    return opened, workspace
