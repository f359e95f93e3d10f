"""Sign a person in."""

import secrets
from typing import NamedTuple

import sqlalchemy as sa

from chat.actions.end_session import end_session
from chat.clock import in_hours, now_text
from chat.extensions import db
from chat.models import Session
from chat.queries.caller import hash_token

REMEMBERED_HOURS = 30 * 24
FORGOTTEN_HOURS = 24
LONGEST_USER_AGENT = 300


class StartedSession(NamedTuple):
    """A session, and the cookie value that opens it; only its hash is stored."""

    session: Session
    token: str


def start_session(user_id: int, *, user_agent: str, address: str, is_remembered: bool) -> StartedSession:
    """Open a session for 30 days, or for one day if the browser should forget it; expired ones are cleared away."""
    _clear_expired(user_id)
    token = secrets.token_urlsafe(32)
    at = now_text()
    session = Session(
        user_id=user_id,
        token_hash=hash_token(token),
        user_agent=user_agent[:LONGEST_USER_AGENT],
        address=address,
        created_at=at,
        last_seen_at=at,
        expires_at=in_hours(REMEMBERED_HOURS if is_remembered else FORGOTTEN_HOURS),
    )
    db.session.add(session)
    db.session.flush()
    return StartedSession(session, token)


def _clear_expired(user_id: int) -> None:
    expired = sa.select(Session).where(Session.user_id == user_id, Session.expires_at <= now_text())
    for session in db.session.scalars(expired).all():
        end_session(session, actor_id=None)
