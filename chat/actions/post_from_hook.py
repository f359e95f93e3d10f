"""Post what a program sent to its webhook."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from chat.actions.post_message import Draft, Posted, post_message
from chat.clock import now_text
from chat.extensions import db
from chat.models import IncomingHook
from chat.queries.hooks import room_of_hook


@dataclass(frozen=True)
class HookDraft:
    """What to post: the texts of one message each, the keys that tell a repeat, and who is here for `@here`."""

    texts: Sequence[str]
    client_ids: Sequence[str]
    fingerprint: str
    parent_id: int | None
    present: Collection[int]


def post_from_hook(hook: IncomingHook, draft: HookDraft) -> list[Posted]:
    """Post all of it as the webhook's bot, or nothing.

    Raises:
        HookRoomGoneError: the bot was taken out of the room.
        RoomArchivedError, KeyReusedError, InvalidError: as of any message.
    """
    room, author = room_of_hook(hook)
    posted = [
        post_message(
            room,
            author,
            Draft(
                client_id=client_id,
                fingerprint=draft.fingerprint,
                text=text,
                parent_id=draft.parent_id,
                present=draft.present,
                calls_people=hook.may_call,
            ),
        )
        for text, client_id in zip(draft.texts, draft.client_ids, strict=True)
    ]
    if any(one.is_new for one in posted):
        hook.use_count += 1
        hook.last_used_at = now_text()
        db.session.flush()
    return posted


def note_hook_error(hook: IncomingHook, code: str) -> None:
    """Keep why the latest refused message was refused, for whoever looks after the webhook."""
    hook.last_error, hook.last_error_at = code, now_text()
    db.session.flush()
