"""Keep what a person has typed, for their other devices; forget it."""

from dataclasses import dataclass

from chat.clock import now_text
from chat.errors import DraftConflictError, TooManyError
from chat.events import DraftChanged
from chat.extensions import db
from chat.log import user_stream
from chat.models import SavedDraft
from chat.payloads import draft_payload
from chat.queries.drafts import draft_count, drafts_in
from chat.unit_of_work import Position, publish, withdraw_event

MOST_DRAFTS = 100


@dataclass(frozen=True)
class Typed:
    """What was typed where; an empty text and no quote mean that nothing is left of it."""

    room_id: int
    parent_id: int | None
    text: str
    version: int | None
    """What the device takes the draft to be from now on; None: one more than it is."""
    device: str = ""
    quoted_id: int | None = None
    """What it quotes. Who may see that is asked where it is shown and when it is sent: here any number will do."""

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing to keep."""
        return not self.text and self.quoted_id is None


def save_draft(user_id: int, typed: Typed) -> Position | None:
    """Keep the draft if it is newer than what is kept, and tell the person's devices; no place when nothing changed.

    The older event of the same draft loses its payload: the log keeps nothing that was typed and taken back.

    Raises:
        DraftConflictError: another device has written since (with the draft as it is now).
        TooManyError: the person has 100 other drafts.
    """
    held = db.session.get(SavedDraft, (user_id, typed.room_id, typed.parent_id or 0))
    if held is None:
        return None if typed.is_empty else _begin(user_id, typed)
    if (typed.text, typed.quoted_id) == (held.text, held.quoted_id):
        return None
    if typed.version is not None and typed.version <= held.version:
        raise DraftConflictError(draft=draft_payload(held))
    withdraw_event(held.event_seq)
    version, at = typed.version or held.version + 1, now_text()
    position = _tell(user_id, typed, version, at)
    if typed.is_empty:
        db.session.delete(held)
    else:
        held.text, held.quoted_id, held.version, held.device = typed.text, typed.quoted_id, version, typed.device
        held.updated_at, held.event_seq = at, position.seq
    return position


def drop_drafts(user_id: int, room_id: int) -> None:
    """Forget what the person typed in a room that they are leaving; the event of their leaving says so to devices."""
    for draft in drafts_in(user_id, room_id):
        withdraw_event(draft.event_seq)
        db.session.delete(draft)


def _begin(user_id: int, typed: Typed) -> Position:
    if draft_count(user_id) >= MOST_DRAFTS:
        raise TooManyError
    version, at = typed.version or 1, now_text()
    position = _tell(user_id, typed, version, at)
    db.session.add(
        SavedDraft(
            user_id=user_id,
            room_id=typed.room_id,
            parent_id=typed.parent_id or 0,
            text=typed.text,
            quoted_id=typed.quoted_id,
            version=version,
            device=typed.device,
            updated_at=at,
            event_seq=position.seq,
        )
    )
    return position


def _tell(user_id: int, typed: Typed, version: int, at: str) -> Position:
    event = DraftChanged(
        actor_id=user_id,
        room_id=typed.room_id,
        parent_id=typed.parent_id,
        text=typed.text,
        quoted_id=typed.quoted_id,
        version=version,
        device=typed.device,
        updated_at=at,
    )
    return publish(event, user_stream(user_id))
