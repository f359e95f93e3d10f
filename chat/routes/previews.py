"""Link previews: their pictures, and taking one away."""

from flask import Blueprint, Response, current_app

from chat.actions.preview_links import remove_preview
from chat.errors import NotYourMessageError
from chat.permissions import may_change_message, may_manage_workspace
from chat.queries.messages import message_as_seen, message_for
from chat.queries.previews import preview_image_for, preview_of
from chat.routes.files import PREVIEW_TYPE, send_file
from chat.routes.identity import current_user
from chat.routes.writing import Answer, writes
from chat.uploads.folder import uploads_folder

bp = Blueprint("previews", __name__)


@bp.get("/previews/<int:preview_id>/image")
def image(preview_id: int) -> Response:
    """Return the picture of a card to whoever sees the message; the site that it is from hears of nobody."""
    file = preview_image_for(current_user(), preview_id)
    return send_file(file, uploads_folder(current_app.config["SETTINGS"]) / file, PREVIEW_TYPE)


@bp.delete("/api/messages/<int:message_id>/previews/<int:preview_id>")
@writes
def delete(message_id: int, preview_id: int) -> Answer:
    """Take a card away: the author may, and owners and admins."""
    caller = current_user()
    message = message_for(caller, message_id)
    preview = preview_of(message.id, preview_id)
    if not may_change_message(caller, message.author_id) and not may_manage_workspace(caller):
        raise NotYourMessageError
    remove_preview(preview, message, actor_id=caller.id)
    return {"message": message_as_seen(message)}, 200
