"""Join the workspace through an invite."""

import sqlalchemy as sa

from chat.actions.add_person import add_person
from chat.errors import EmailTakenError
from chat.extensions import db
from chat.models import User
from chat.queries.access import usable_invite


def join_workspace(code: str, *, name: str, email: str, password_hash: str, language: str, time_zone: str) -> User:
    """Use the invite for one new person: it says which role they have and which rooms they are put into.

    Looking at the invite and counting its use are one step, because units of work take turns.

    Raises:
        InviteUnusableError: the invite has expired, was used up or revoked.
        EmailTakenError: the email has an account; the invite is not used.
    """
    invite = usable_invite(code)
    if db.session.scalar(sa.select(User.id).where(User.email == email)) is not None:
        raise EmailTakenError
    invite.use_count += 1
    return add_person(
        name=name,
        email=email,
        password_hash=password_hash,
        language=language,
        time_zone=time_zone,
        role=invite.role,
        room_ids=invite.room_ids,
    )
