"""Tell everybody how a person stands now."""

from chat.events import PeopleShown, UserUpdated
from chat.extensions import db
from chat.models import User
from chat.payloads import remembered_user_payload, user_payload
from chat.queries.sight import remembering_streams, streams_about
from chat.unit_of_work import publish


def tell_of_user(user: User, *, actor_id: int | None, is_passing: bool = False) -> None:
    """Announce a changed profile, role or standing to whoever sees the person.

    Guests who only remember them hear of it too, unless it is passing, like a status.
    """
    db.session.flush()
    publish(UserUpdated(actor_id=actor_id, user=user_payload(user)), *streams_about(user.id))
    remembering = [] if is_passing else remembering_streams(user.id)
    if remembering:
        publish(PeopleShown(actor_id=actor_id, users=[remembered_user_payload(user)]), *remembering)
