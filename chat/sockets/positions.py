"""How far each client has come: what it says of itself, with every `sync` and in between; never stored."""

from collections.abc import Mapping
from typing import Annotated, Any

from flask import current_app
from flask_socketio import SocketIO
from pydantic import BaseModel, ConfigDict, Field

from chat.connections import Connection
from chat.errors import InvalidError
from chat.log import read_heads
from chat.queries.sync import MOST_STREAMS
from chat.sockets.handling import connections, handles
from chat.unit_of_work import Writer, present_epoch


class Received(BaseModel):
    """The positions that a client has reached, those that changed since it last told at least."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)

    epoch: str | None = Field(default=None, max_length=64)
    positions: dict[str, Annotated[int, Field(ge=0)]] = Field(max_length=MOST_STREAMS)


def register(sockets: SocketIO) -> None:
    """Add the handler."""
    sockets.on_event("received", note_received)


@handles
def note_received(connection: Connection, data: dict[str, Any]) -> dict[str, bool]:
    """Note what the client has applied."""
    report = Received.model_validate(data)
    if not note_positions(connection, report.epoch, report.positions):
        raise InvalidError
    return {"ok": True}


def note_positions(connection: Connection, epoch: str | None, positions: Mapping[str, int]) -> bool:
    """Note the positions that can be true; return whether all could be, of those in streams that the socket hears."""
    present = present_epoch()
    if epoch not in {None, present}:
        # Of another history, they say nothing about this one.
        return True
    # A stream that is not heard may have been left a moment ago.
    heard = {stream: position for stream, position in positions.items() if stream in connection.streams}
    heads = _heads(heard)
    credible = {stream: position for stream, position in heard.items() if 0 <= position <= heads[stream]}
    connections().note_positions(connection, present, credible)
    return len(credible) == len(heard)


def _heads(positions: Mapping[str, int]) -> dict[str, int]:
    writer: Writer = current_app.extensions["writer"]
    heads = {stream: writer.heads.streams.get(stream, 0) for stream in positions}
    beyond = [stream for stream, position in positions.items() if position > heads[stream]]
    # What another process committed is in the database, and our writer may not have followed yet.
    return heads | {stream: head for stream, (head, _floor) in read_heads(beyond).items()} if beyond else heads
