"""Invite people."""

import secrets
from collections.abc import Sequence

from chat.clock import in_hours, now_text
from chat.extensions import db
from chat.models import Invite


def create_invite(
    created_by: int,
    *,
    max_uses: int | None,
    expires_in_hours: int,
    role: str = "member",
    room_ids: Sequence[int] = (),
    email: str | None = None,
) -> Invite:
    """Make a link that lets up to `max_uses` new people join; None is any number until it expires.

    Whoever joins has the role, and is put into the rooms; the caller checked them. `email` is where the
    link is mailed to.
    """
    invite = Invite(
        code=secrets.token_urlsafe(18),
        created_by=created_by,
        created_at=now_text(),
        expires_at=in_hours(expires_in_hours),
        max_uses=max_uses,
        use_count=0,
        role=role,
        room_ids=list(room_ids),
        email=email,
    )
    db.session.add(invite)
    db.session.flush()
    return invite
