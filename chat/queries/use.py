"""How the workspace is used, for the pages of administration."""

import datetime as dt
from typing import NamedTuple

import sqlalchemy as sa

from chat.clock import now, wire_time
from chat.extensions import db
from chat.models import ApiToken, Message, Room, Session, User
from chat.queries.people import member_count

WEEK = dt.timedelta(days=7)


class Use(NamedTuple):
    """What the numbers at the top say."""

    people: int
    active_this_week: int
    messages_this_week: int
    rooms: int


def workspace_use() -> Use:
    """Return the numbers of the last seven days; rooms are those that can be written in, without direct ones."""
    week_ago = wire_time(now() - WEEK)
    active = sum(at >= week_ago for at in last_seen_times().values())
    messages = sa.select(sa.func.count()).where(Message.created_at >= week_ago)
    rooms = sa.select(sa.func.count()).where(Room.kind != "direct", Room.archived_at.is_(None))
    return Use(member_count(), active, db.session.scalar(messages) or 0, db.session.scalar(rooms) or 0)


def last_seen_times() -> dict[int, str]:
    """Return when each person was last here, as far as present sessions and tokens tell, to about five minutes."""
    sessions = sa.select(Session.user_id, Session.last_seen_at.label("at"))
    tokens = sa.select(ApiToken.user_id, ApiToken.last_used_at).where(ApiToken.last_used_at.is_not(None))
    seen = sa.union_all(sessions, tokens).subquery()
    active = sa.select(User.id).where(User.deactivated_at.is_(None))
    query = (
        sa.select(seen.c.user_id, sa.func.max(seen.c.at).label("at"))
        .where(seen.c.user_id.in_(active))
        .group_by(seen.c.user_id)
    )
    return {row.user_id: row.at for row in db.session.execute(query)}
