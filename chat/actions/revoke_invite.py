"""Revoke an invite."""

from chat.clock import now_text
from chat.models import Invite


def revoke_invite(invite: Invite) -> None:
    """Let nobody join through it any more; who did, stays."""
    if invite.revoked_at is None:
        invite.revoked_at = now_text()
