"""Join the workspace through an invite."""

import sqlalchemy as sa

from chat.actions.add_member import add_member
from chat.clock import now_text
from chat.errors import EmailTakenError
from chat.events import UserJoined
from chat.extensions import db
from chat.models import Room, User
from chat.payloads import user_payload
from chat.queries.access import usable_invite
from chat.queries.people import everybodys_streams
from chat.unit_of_work import publish


def join_workspace(code: str, *, name: str, email: str, password_hash: str, language: str, time_zone: str) -> User:
    """Use the invite for one new person, and put them into every default room.

    Looking at the invite and counting its use are one step, because units of work take turns.

    Raises:
        InviteUnusableError: the invite has expired, was used up or revoked.
        EmailTakenError: the email has an account; the invite is not used.
    """
    invite = usable_invite(code)
    if db.session.scalar(sa.select(User.id).where(User.email == email)) is not None:
        raise EmailTakenError
    invite.use_count += 1
    user = User(
        email=email,
        name=name,
        password_hash=password_hash,
        role="member",
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
