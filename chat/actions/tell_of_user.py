"""Tell everybody how a person stands now."""

from chat.events import UserUpdated
from chat.extensions import db
from chat.models import User
from chat.payloads import user_payload
from chat.queries.people import everybodys_streams
from chat.unit_of_work import publish


def tell_of_user(user: User, *, actor_id: int | None) -> None:
    """Announce a changed profile, role or standing to the whole workspace."""
    db.session.flush()
    publish(UserUpdated(actor_id=actor_id, user=user_payload(user)), *everybodys_streams())
