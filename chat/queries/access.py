"""What lets people in: sessions, tokens, invites, reset links; one's own, or looked up by their secret."""

import sqlalchemy as sa

from chat.clock import now_text
from chat.errors import InviteUnusableError, NotFoundError, ResetUnusableError
from chat.extensions import db
from chat.models import ApiToken, Invite, PasswordReset, Session, User
from chat.permissions import Caller
from chat.queries.caller import hash_token


def my_sessions(caller: Caller) -> list[Session]:
    """Return where the caller is signed in, the latest seen first."""
    query = (
        sa.select(Session)
        .where(Session.user_id == caller.id, Session.expires_at > now_text())
        .order_by(Session.last_seen_at.desc(), Session.id.desc())
    )
    return list(db.session.scalars(query))


def expired_sessions(*, limit: int) -> list[Session]:
    """Return sessions of all people whose time is over."""
    query = sa.select(Session).where(Session.expires_at <= now_text()).order_by(Session.id).limit(limit)
    return list(db.session.scalars(query))


def my_session(caller: Caller, session_id: int | None) -> Session:
    """Return one of the caller's sessions; raises NotFoundError for anybody else's."""
    query = sa.select(Session).where(Session.id == session_id, Session.user_id == caller.id)
    session = db.session.scalars(query).first()
    if session is None:
        raise NotFoundError
    return session


def my_tokens(caller: Caller) -> list[ApiToken]:
    """Return the caller's bearer tokens, oldest first."""
    return list(db.session.scalars(sa.select(ApiToken).where(ApiToken.user_id == caller.id).order_by(ApiToken.id)))


def my_token(caller: Caller, token_id: int | None) -> ApiToken:
    """Return one of the caller's bearer tokens; raises NotFoundError for anybody else's."""
    query = sa.select(ApiToken).where(ApiToken.id == token_id, ApiToken.user_id == caller.id)
    token = db.session.scalars(query).first()
    if token is None:
        raise NotFoundError
    return token


def open_invites() -> list[Invite]:
    """Return the invites through which somebody could join now, newest first."""
    return list(db.session.scalars(sa.select(Invite).where(*_is_open()).order_by(Invite.id.desc())))


def usable_invite(code: str) -> Invite:
    """Return the invite; raises InviteUnusableError when it lets nobody in, or there is none."""
    invite = db.session.scalars(sa.select(Invite).where(Invite.code == code, *_is_open())).first()
    if invite is None:
        raise InviteUnusableError
    return invite


def usable_reset(token: str) -> PasswordReset:
    """Return the reset link; raises ResetUnusableError when it sets nobody's password, or there is none."""
    query = (
        sa.select(PasswordReset)
        .join(User, User.id == PasswordReset.user_id)
        .where(
            PasswordReset.token_hash == hash_token(token),
            PasswordReset.used_at.is_(None),
            PasswordReset.expires_at > now_text(),
            User.deactivated_at.is_(None),
        )
    )
    reset = db.session.scalars(query).first()
    if reset is None:
        raise ResetUnusableError
    return reset


def _is_open() -> tuple[sa.ColumnElement[bool], ...]:
    return (
        Invite.revoked_at.is_(None),
        Invite.expires_at > now_text(),
        sa.or_(Invite.max_uses.is_(None), Invite.use_count < Invite.max_uses),
    )
