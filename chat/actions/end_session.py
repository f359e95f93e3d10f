"""Sign one browser out."""

from chat.actions.push_subscription import end_pushes_of_session
from chat.events import SessionEnded
from chat.extensions import db
from chat.log import user_stream
from chat.models import Session
from chat.unit_of_work import publish


def end_session(session: Session, *, actor_id: int | None) -> None:
    """Make the cookie worthless; the broadcaster closes the sockets that were opened with it."""
    end_pushes_of_session(session.id)
    db.session.delete(session)
    db.session.flush()
    publish(SessionEnded(actor_id=actor_id, session_id=session.id), user_stream(session.user_id))
