"""The demo's webhooks, to look at: nobody knows the address of the one, and the other is switched off."""

import datetime as dt
import uuid

from chat.actions.make_incoming_hook import make_incoming_hook
from chat.actions.outgoing_hook import change_outgoing_hook, make_outgoing_hook
from chat.actions.post_from_hook import HookDraft, post_from_hook
from chat.clock import clock_at
from chat.extensions import db
from chat.models import IncomingHook
from chat.permissions import Caller
from chat.queries.rooms import visible_room
from chat.unit_of_work import unit_of_work

NEWS = "**Build 1.4.2** is green on `main`\n\n> 214 tests, 3 min 12 s, deployed to _staging_"
ARCHIVE = "https://archive.saebom.example/stet"
"""Under .example there is nothing, and there never will be."""
HOUR = dt.timedelta(hours=1)


def add_demo_hooks(owner: Caller, room_id: int, at: dt.datetime) -> None:
    """Make one of each kind, and let the incoming one have posted at that moment."""
    with clock_at(at - HOUR), unit_of_work():
        # The secret is left here: only its hash is stored, so nobody can post through it until it gets a new address.
        room = visible_room(owner, room_id)
        hook_id = make_incoming_hook(room, name="Deploys", may_call=False, actor_id=owner.id).row.id
        outgoing = make_outgoing_hook(
            name="Archive",
            url=ARCHIVE,
            types=["message_posted", "message_edited", "message_deleted"],
            room_ids=[room_id],
            user_id=owner.id,
        )
        change_outgoing_hook(outgoing, {"is_enabled": False}, user_id=owner.id)
    draft = HookDraft([NEWS], [str(uuid.uuid4())], fingerprint="", parent_id=None, present=())
    with clock_at(at), unit_of_work():
        post_from_hook(db.session.get_one(IncomingHook, hook_id), draft)
