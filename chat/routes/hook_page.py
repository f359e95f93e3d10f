"""The page of webhooks, incoming and outgoing, as every act on it answers with it."""

from collections import defaultdict
from typing import Any

from flask import request
from flask_babel import gettext

from chat import errors
from chat.errors import InvalidError, Refusal
from chat.payloads import IncomingHookPayload
from chat.permissions import Caller
from chat.queries.hooks import incoming_hooks
from chat.queries.outgoing_hooks import OutgoingHookPayload, outgoing_hook_for, outgoing_hooks, sent_deliveries
from chat.queries.people import everybody
from chat.queries.rooms import my_rooms
from chat.routes.forms import Form, refused_form
from chat.routes.identity import current_user
from chat.routes.numbers import MOST_ID
from chat.routes.page_access import personal_page

SHOWN = 20
"""Of what an outgoing webhook was sent."""
REFUSALS: dict[str, type[Refusal]] = {
    "no_text": errors.NoTextError,
    "invalid_payload": errors.InvalidPayloadError,
    "msg_too_long": errors.HookTextTooLongError,
    "channel_is_archived": errors.RoomArchivedError,
    "channel_not_found": errors.HookRoomGoneError,
    "idempotency_key_reused": errors.KeyReusedError,
    "invalid": errors.InvalidError,
    "rate_limited": errors.TooManyRequestsError,
}
"""What the code of a webhook's last error says to people."""


def webhooks_page(
    *,
    refusal: Refusal | None = None,
    made: tuple[IncomingHookPayload, str] | None = None,
    secret: dict[str, Any] | None = None,
) -> str:
    """Return the page of webhooks, with why something was refused, or with what is shown this once."""
    caller = current_user()
    rooms = {room["id"]: room for room in my_rooms(caller) if room["kind"] != "direct"}
    names = {user["id"]: user["name"] for user in everybody()}
    return personal_page(
        "admin/webhooks.html",
        form=Form() if refusal is None else _refused(refusal),
        made=None if made is None else {"hook": made[0], "url": made[1]},
        incoming=[_row(hook, rooms[hook["room_id"]], names) for hook in incoming_hooks(caller)],
        outgoing=_outgoing_rows(caller, rooms),
        type_words=type_words(),
        secret=secret,
        rooms=[room for room in rooms.values() if not room["archived_at"]],
    )


def type_words() -> dict[str, str]:
    """Return what each kind of event is called."""
    return {
        "message_posted": gettext("Message posted"),
        "message_edited": gettext("Message edited"),
        "message_deleted": gettext("Message deleted"),
        "reaction_added": gettext("Reaction added"),
        "reaction_removed": gettext("Reaction removed"),
        "member_added": gettext("Member added"),
        "member_removed": gettext("Member removed"),
        "room_updated": gettext("Room changed"),
        "room_archived": gettext("Room archived"),
        "room_restored": gettext("Room restored"),
        "ping": gettext("Ping"),
    }


def _row(hook: IncomingHookPayload, room: Any, names: dict[int, str]) -> dict[str, Any]:
    refusal = REFUSALS.get(hook["last_error"] or "")
    return {
        **hook,
        "room": room,
        "created_by_name": names[hook["created_by"]],
        "last_error_words": refusal and gettext(refusal.detail),
        "bot": {"id": hook["bot_id"], "name": hook["name"], "avatar_url": hook["avatar_url"]},
    }


def _refused(refusal: Refusal) -> Form:
    if isinstance(refusal, InvalidError):
        return Form(values=defaultdict(str, request.form), problem=gettext(next(iter(refusal.errors.values()))))
    return refused_form(refusal)


def _outgoing_rows(caller: Caller, rooms: dict[int, Any]) -> list[dict[str, Any]]:
    return [_outgoing_row(caller, hook, rooms) for hook in outgoing_hooks(caller)]


def _outgoing_row(caller: Caller, hook: OutgoingHookPayload, rooms: dict[int, Any]) -> dict[str, Any]:
    words = type_words()
    sent, _ = sent_deliveries(outgoing_hook_for(caller, hook["id"]), before=MOST_ID, limit=SHOWN)
    names = [rooms[room_id]["name"] for room_id in hook["room_ids"] or [] if room_id in rooms]
    return {**hook, "sent": sent, "room_names": names, "type_names": [words[kind] for kind in hook["types"]]}
