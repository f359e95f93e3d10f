"""Post a scheduled message."""

import datetime as dt
from collections.abc import Collection

from chat import failpoints
from chat.actions.post_message import Draft, Posted, post_message
from chat.actions.schedule_message import tell_of_scheduled, unschedule_message
from chat.clock import moment_of, now
from chat.errors import DeactivatedError
from chat.extensions import db
from chat.models import ScheduledMessage, User
from chat.permissions import Caller
from chat.queries.rooms import room_for

LATE = dt.timedelta(minutes=5)


def send_scheduled(scheduled: ScheduledMessage, *, present: Collection[int]) -> Posted:
    """Post it as its author and forget it, in one transaction; what is posted late leaves them a note.

    `present` are those who are here now, whom an `@here` in it reaches.

    Raises:
        DeactivatedError: the author may not sign in any more.
        NotFoundError: the author is not in the room any more.
        RoomArchivedError, InvalidError: the room or the thread takes no messages.
    """
    user = db.session.get_one(User, scheduled.user_id)
    if user.deactivated_at is not None:
        raise DeactivatedError
    author = Caller(user.id, user.name, user.role, user.language)
    draft = Draft(
        client_id=scheduled.client_id,
        fingerprint=f"scheduled-{scheduled.id}",
        text=scheduled.text,
        parent_id=scheduled.parent_id,
        present=present,
    )
    posted = post_message(room_for(author, scheduled.room_id), author, draft)
    failpoints.reach("between_post_and_mark")
    if now() - moment_of(scheduled.send_at) > LATE:
        scheduled.state, scheduled.text, scheduled.failure = "sent", "", None
        scheduled.posted_id = posted.message["id"]
        tell_of_scheduled(scheduled, actor_id=None)
    else:
        unschedule_message(scheduled, posted_id=posted.message["id"])
    return posted


def fail_scheduled(scheduled: ScheduledMessage, code: str) -> None:
    """Keep it with the reason why it was not posted; the author decides."""
    scheduled.state, scheduled.failure = "failed", code
    tell_of_scheduled(scheduled, actor_id=None)
