"""Message text to HTML, with the people that it names."""

import sqlalchemy as sa

from chat.extensions import db
from chat.markup import People, Rendered, render
from chat.models import Membership
from chat.permissions import Person
from chat.queries.people import mentionable

NOBODY = People(())


def render_message(room_id: int, author: Person, text: str) -> Rendered:
    """Return the HTML, and as mentions only those named people who are in the room, by id."""
    if "@" not in text:
        return render(text, NOBODY)
    rendered = render(text, mentionable(author))
    return Rendered(rendered.html, _in_room(room_id, rendered.mentions))


def _in_room(room_id: int, user_ids: tuple[int, ...]) -> tuple[int, ...]:
    if not user_ids:
        return ()
    query = (
        sa.select(Membership.user_id)
        .where(Membership.room_id == room_id, Membership.user_id.in_(user_ids))
        .order_by(Membership.user_id)
    )
    return tuple(db.session.scalars(query))
