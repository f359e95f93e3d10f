"""Who is behind a cookie or a bearer token."""

import hashlib

import sqlalchemy as sa

from chat.clock import now_text
from chat.extensions import db
from chat.models import ApiToken, Session, User
from chat.permissions import Caller

BY_SESSION = sa.text(
    "SELECT u.id, u.name, u.role, u.language, s.id, NULL FROM session s JOIN user u ON u.id = s.user_id"
    " WHERE s.token_hash = :hash AND s.expires_at > :now AND u.deactivated_at IS NULL"
)
BY_TOKEN = sa.text(
    "SELECT u.id, u.name, u.role, u.language, NULL, t.id FROM api_token t JOIN user u ON u.id = t.user_id"
    " WHERE t.token_hash = :hash AND :now > '' AND u.deactivated_at IS NULL"
)


def caller_by_session(token: str) -> Caller | None:
    """Return who signed in with this cookie value, None when the session is over."""
    return _find(BY_SESSION, token)


def caller_by_token(token: str) -> Caller | None:
    """Return whose bearer token this is, None when it was withdrawn."""
    return _find(BY_TOKEN, token)


def is_still_in(caller: Caller) -> bool:
    """Tell whether what the caller signed in with holds at this moment."""
    query = sa.select(User.id).where(User.id == caller.id, User.deactivated_at.is_(None))
    if caller.session_id is not None:
        held = sa.exists().where(Session.id == caller.session_id, Session.expires_at > now_text())
    else:
        held = sa.exists().where(ApiToken.id == caller.token_id)
    return db.session.execute(query.where(held)).first() is not None


def hash_token(token: str) -> str:
    """Return what is stored of a random token; it has 256 bits, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def _find(query: sa.TextClause, token: str) -> Caller | None:
    row = db.session.execute(query, {"hash": hash_token(token), "now": now_text()}).first()
    return None if row is None else Caller(*row)
