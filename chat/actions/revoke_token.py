"""Withdraw a bearer token."""

from chat.events import TokenEnded
from chat.extensions import db
from chat.log import user_stream
from chat.models import ApiToken
from chat.unit_of_work import publish


def revoke_token(token: ApiToken, *, actor_id: int | None) -> None:
    """Make the token worthless; the broadcaster closes the sockets that were opened with it."""
    db.session.delete(token)
    db.session.flush()
    publish(TokenEnded(actor_id=actor_id, token_id=token.id), user_stream(token.user_id))
