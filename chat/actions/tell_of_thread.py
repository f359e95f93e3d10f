"""Tell a room what a message says of its replies."""

from chat.events import ThreadUpdated
from chat.log import room_stream
from chat.queries.threads import threads_of
from chat.unit_of_work import publish


def tell_of_thread(room_id: int, message_id: int, *, actor_id: int | None) -> None:
    """Publish how many replies a message has now, and whose; a reply was posted or deleted."""
    thread = threads_of([message_id]).get(message_id)
    publish(ThreadUpdated(actor_id=actor_id, message_id=message_id, thread=thread), room_stream(room_id))
