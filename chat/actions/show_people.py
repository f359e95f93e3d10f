"""Tell guests whom they see."""

from collections.abc import Collection, Iterable

import sqlalchemy as sa

from chat.events import PeopleHidden, PeopleShown
from chat.extensions import db
from chat.log import user_stream
from chat.models import User
from chat.payloads import remembered_user_payload, user_payload
from chat.queries.sight import remembered_ids, shared_ids
from chat.unit_of_work import publish


def show_people(guest_ids: Iterable[int], user_ids: Collection[int], *, actor_id: int | None) -> None:
    """Tell each guest how they see these people now: fully, by name, or not at all. Once rooms have changed."""
    for guest_id in guest_ids:
        _show(guest_id, sorted(set(user_ids) - {guest_id}), actor_id)


def _show(guest_id: int, user_ids: list[int], actor_id: int | None) -> None:
    shared, remembered = shared_ids(guest_id), remembered_ids(guest_id)
    seen = [user_id for user_id in user_ids if user_id in shared | remembered]
    hidden = [user_id for user_id in user_ids if user_id not in shared | remembered]
    if seen:
        users = db.session.scalars(sa.select(User).where(User.id.in_(seen)).order_by(User.id))
        shown = [user_payload(user) if user.id in shared else remembered_user_payload(user) for user in users]
        publish(PeopleShown(actor_id=actor_id, users=shown), user_stream(guest_id))
    if hidden:
        publish(PeopleHidden(actor_id=actor_id, user_ids=hidden), user_stream(guest_id))
