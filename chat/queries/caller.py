"""Who is behind a cookie or a bearer token."""

import hashlib
from contextlib import closing
from typing import Any

from chat.clock import now_text
from chat.extensions import db
from chat.permissions import Caller
from chat.unit_of_work import read_row

BY_SESSION = (
    "SELECT u.id, u.name, u.role, u.language, s.id, NULL FROM session s JOIN user u ON u.id = s.user_id"
    " WHERE s.token_hash = ? AND s.expires_at > ? AND u.deactivated_at IS NULL AND u.role <> 'bot'"
)
BY_BEARER = (
    "SELECT u.id, u.name, u.role, u.language, NULL, t.id FROM api_token t JOIN user u ON u.id = t.user_id"
    " WHERE t.token_hash = ? AND u.deactivated_at IS NULL AND u.role <> 'bot'"
)


def caller_by_session(token: str) -> Caller | None:
    """Return who signed in with this cookie value, None when the session is over."""
    return _find(BY_SESSION, hash_token(token), now_text())


def caller_by_token(token: str) -> Caller | None:
    """Return whose bearer token this is, None when it was withdrawn."""
    return _find(BY_BEARER, hash_token(token))


def caller_by_now(caller: Caller) -> Caller | None:
    """Return the caller as the present unit of work sees them, None when what they signed in with is over."""
    if caller.session_id is not None:
        row = read_row(BY_SESSION.replace("s.token_hash = ?", "s.id = ?"), (caller.session_id, now_text()))
    else:
        row = read_row(BY_BEARER.replace("t.token_hash = ?", "t.id = ?"), (caller.token_id,))
    return None if row is None else Caller(*row)


def is_still_in(caller: Caller) -> bool:
    """Tell whether what the caller signed in with holds at this moment."""
    return caller_by_now(caller) is not None


def hash_token(token: str) -> str:
    """Return what is stored of a random token; it has 256 bits, so a plain hash is enough."""
    # What a client sends in JSON instead of one may hold half of a surrogate pair.
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _find(query: str, *parameters: str) -> Caller | None:
    # Every request asks this: past the session, on a pooled connection, it costs a quarter.
    with closing(db.engine.raw_connection()) as connection:
        sqlite: Any = connection.driver_connection
        row = sqlite.execute(query, parameters).fetchone()
    return None if row is None else Caller(*row)
