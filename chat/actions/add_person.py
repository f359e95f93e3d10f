"""Add a person to the workspace."""

import sqlalchemy as sa

from chat.actions.add_member import add_member
from chat.clock import now_text
from chat.events import UserJoined
from chat.extensions import db
from chat.models import Room, User
from chat.payloads import user_payload
from chat.queries.people import everybodys_streams
from chat.unit_of_work import publish


def add_person(
    *, name: str, email: str, password_hash: str, language: str, time_zone: str, role: str = "member"
) -> User:
    """Make the account, tell everybody, and put the person into every default room; the email was found free."""
    user = User(
        email=email,
        name=name,
        password_hash=password_hash,
        role=role,
        language=language,
        time_zone=time_zone,
        created_at=now_text(),
    )
    db.session.add(user)
    db.session.flush()
    publish(UserJoined(actor_id=user.id, user=user_payload(user)), *everybodys_streams())
    for room in db.session.scalars(sa.select(Room).where(Room.is_default).order_by(Room.id)).all():
        add_member(room, user.id, actor_id=user.id)
    return user
