"""Catching up over HTTP: the twin of the socket's `sync`, and snapshots."""

from typing import Any

from flask import Blueprint

from chat.queries.sync import ResetAnswer, SyncAnswer, SyncRequest, snapshot, sync
from chat.routes.bodies import read_body
from chat.routes.identity import current_user

bp = Blueprint("sync", __name__, url_prefix="/api")


@bp.post("/sync")
def create() -> SyncAnswer | ResetAnswer:
    """Return what happened after the client's positions."""
    caller = current_user()
    return sync(caller, read_body(SyncRequest))


@bp.get("/streams/<stream>/snapshot")
def show(stream: str) -> dict[str, Any]:
    """Return a stream's present state and its position."""
    return snapshot(current_user(), stream)
