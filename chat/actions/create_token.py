"""Make a bearer token."""

import secrets
from typing import NamedTuple

from chat.clock import now_text
from chat.extensions import db
from chat.models import ApiToken
from chat.queries.caller import hash_token

PREFIX = "stet_"
"""Lets people, and scanners for leaked secrets, tell what a found string is."""


class CreatedToken(NamedTuple):
    """A token's row, and the value that its owner sees once; only its hash is stored."""

    row: ApiToken
    value: str


def create_token(user_id: int, *, name: str) -> CreatedToken:
    """Make a token that acts as the person until it is revoked."""
    value = PREFIX + secrets.token_urlsafe(32)
    row = ApiToken(user_id=user_id, name=name, token_hash=hash_token(value), created_at=now_text())
    db.session.add(row)
    db.session.flush()
    return CreatedToken(row, value)
