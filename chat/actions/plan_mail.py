"""Plan mail. What waits holds no text and no secret: those are made when it is sent."""

import secrets

from chat.actions.plan_delivery import plan_delivery
from chat.clock import now_text
from chat.extensions import db
from chat.models import Invite, MailMark
from chat.queries.missed import is_digest_planned, last_mailed
from chat.unit_of_work import present_epoch

CARRIER = "mail"


def plan_digest(user_id: int, *, seq: int | None, due_at: str) -> None:
    """Plan to tell a person of what they missed; what waits already keeps its time."""
    if is_digest_planned(user_id, now_text()):
        return
    about = {"kind": "digest", "user_id": user_id}
    key = None if seq is not None else f"{present_epoch()}:{due_at}:{CARRIER}:{user_id}"
    plan_delivery(CARRIER, str(user_id), seq=seq, payload=about, key=key, due_at=due_at)


def note_digest(user_id: int, *, until_id: int) -> None:
    """Remember how far the person was told."""
    mark = last_mailed(user_id)
    if mark is None:
        db.session.add(MailMark(user_id=user_id, message_id=until_id, sent_at=now_text()))
    else:
        mark.message_id, mark.sent_at = until_id, now_text()


def plan_invite(invite: Invite) -> None:
    """Plan to mail an invite to its address."""
    about = {"kind": "invite", "invite_id": invite.id}
    plan_delivery(
        CARRIER, f"invite {invite.email}", seq=None, payload=about, key=f"{present_epoch()}:invite:{invite.id}"
    )


def plan_reset(email: str) -> None:
    """Plan to mail a reset link to whoever has this address.

    Whether anybody has is asked when it is sent, so that the answer takes as long either way.
    """
    about = {"kind": "reset", "email": email, "asked_at": now_text()}
    key = f"{present_epoch()}:reset:{secrets.token_hex(16)}"
    plan_delivery(CARRIER, f"reset {email}", seq=None, payload=about, key=key, collapse="reset")
