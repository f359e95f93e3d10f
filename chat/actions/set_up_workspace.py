"""Set up the workspace."""

from chat.actions.create_room import create_room
from chat.clock import now_text
from chat.errors import AlreadySetUpError
from chat.events import UserJoined
from chat.extensions import db
from chat.log import user_stream
from chat.models import User, Workspace
from chat.payloads import user_payload
from chat.unit_of_work import publish

DEFAULT_ROOM_NAMES = {"en": "lobby", "ko": "로비"}


def set_up_workspace(
    *, workspace_name: str, name: str, email: str, password_hash: str, language: str, time_zone: str
) -> User:
    """Make the workspace, its first owner, and the room that everybody will be in.

    Raises:
        AlreadySetUpError: there is a workspace, perhaps since a moment ago.
    """
    if db.session.get(Workspace, 1) is not None:
        raise AlreadySetUpError
    at = now_text()
    db.session.add(Workspace(id=1, name=workspace_name, created_at=at, time_zone=time_zone))
    owner = User(
        email=email,
        name=name,
        password_hash=password_hash,
        role="owner",
        language=language,
        time_zone=time_zone,
        created_at=at,
    )
    db.session.add(owner)
    db.session.flush()
    publish(UserJoined(actor_id=owner.id, user=user_payload(owner)), user_stream(owner.id))
    room_name = DEFAULT_ROOM_NAMES.get(language, DEFAULT_ROOM_NAMES["en"])
    create_room(kind="open", name=room_name, topic="", creator_id=owner.id, is_default=True)
    return owner
