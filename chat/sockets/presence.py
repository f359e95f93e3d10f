"""Presence: active, away, dnd or offline per person over all of their sockets; never stored.

`dnd`: they are here, and do not want to be disturbed.
"""

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from flask_socketio import SocketIO

from chat.clock import now
from chat.connections import Connection, Connections
from chat.extensions import socketio
from chat.permissions import Caller
from chat.queries.attention import resting_people
from chat.queries.sight import sharing, standing_out
from chat.sockets.handling import handles

GONE_SECONDS = 5.0
"""Who reloads the page or changes the network is back before that, and has never been offline."""

Presence = Mapping[int, str]


@dataclass
class Told:
    """What the others were told last, and since when those who seem to have gone do so."""

    everybody: Presence = field(default_factory=dict)
    guests: dict[int, Presence] = field(default_factory=dict)
    """Each guest hears only of the people with whom they share a room."""
    missing_since: dict[int, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Onlooker:
    """Whose presence somebody who connects is told, and who of them is away by their own word, or rests."""

    seen_ids: Collection[int] | None
    """None is everybody."""
    away_ids: Collection[int]
    resting_ids: Collection[int]


def register(sockets: SocketIO) -> None:
    """Add the handler."""
    sockets.on_event("presence", set_presence)


@handles
def set_presence(connection: Connection, data: dict[str, Any]) -> dict[str, bool]:
    """Note whether somebody looks at this device; the next sweep tells the others."""
    connection.is_away = data.get("state") == "away"
    return {"ok": True}


def onlooker(caller: Caller) -> Onlooker:
    """Look up what the first picture needs."""
    standing = standing_out()
    is_guest = any(user_id == caller.id and is_guest for user_id, is_guest, _ in standing)
    return Onlooker(sharing([caller.id])[caller.id] if is_guest else None, _away(standing), resting_people(now()))


def say_presence(connections: Connections, sid: str, by: Onlooker) -> None:
    """Send one socket the whole picture."""
    users = present_people(connections, by.away_ids, by.resting_ids)
    socketio.emit("presence", {"users": _wire(_seen(users, by.seen_ids))}, to=sid)


def tell_changes(app: Flask, told: Told, *, at: float | None = None) -> Told:
    """Tell everybody what changed since `told`, and return how it is now; `at` is on the monotonic clock."""
    with app.app_context():
        return _tell(app.extensions["connections"], told, time.monotonic() if at is None else at)


def present_people(
    connections: Connections, away_ids: Collection[int] = (), resting_ids: Collection[int] = ()
) -> dict[int, str]:
    """Return who is here: active if any of their sockets is, unless they said that they are away, or rest."""
    people: dict[int, str] = {}
    for connection in connections.everyone():
        if not connection.is_ending:
            user_id = connection.caller.id
            state = "away" if connection.is_away or user_id in away_ids else "active"
            people[user_id] = "active" if "active" in {state, people.get(user_id)} else state
    return people | {user_id: "dnd" for user_id in resting_ids if user_id in people}


def _tell(connections: Connections, told: Told, at: float) -> Told:
    standing = standing_out()
    present = present_people(connections, _away(standing), resting_people(now()))
    missing = {user_id: told.missing_since.get(user_id, at) for user_id in told.everybody.keys() - present.keys()}
    waited_for = {user_id: since for user_id, since in missing.items() if at - since < GONE_SECONDS}
    settled = {**present, **{user_id: told.everybody[user_id] for user_id in waited_for}}
    sids = _guest_sids(connections, {user_id for user_id, is_guest, _ in standing if is_guest})
    changes = _changes(told.everybody, settled)
    if changes:
        skipped = [sid for each in sids.values() for sid in each]
        socketio.emit("presence", {"users": _wire(changes)}, skip_sid=skipped)
    return Told(settled, _tell_guests(sids, told, settled), waited_for)


def _tell_guests(sids: Mapping[int, list[str]], told: Told, settled: Presence) -> dict[int, Presence]:
    now_told: dict[int, Presence] = {}
    for guest_id, seen_ids in sharing(list(sids)).items():
        seen = _seen(settled, seen_ids)
        # What a socket that has just come was told with its `hello` may be told once more.
        changes = _changes(told.guests.get(guest_id, {}), seen)
        for sid in sids[guest_id] if changes else ():
            socketio.emit("presence", {"users": _wire(changes)}, to=sid)
        now_told[guest_id] = seen
    return now_told


def _guest_sids(connections: Connections, guest_ids: Collection[int]) -> dict[int, list[str]]:
    sids: dict[int, list[str]] = {}
    for connection in connections.everyone() if guest_ids else ():
        if connection.caller.id in guest_ids and not connection.is_ending:
            sids.setdefault(connection.caller.id, []).append(connection.sid)
    return sids


def _changes(before: Presence, after: Presence) -> dict[int, str]:
    changed = {user_id: state for user_id, state in after.items() if before.get(user_id) != state}
    return changed | dict.fromkeys(before.keys() - after.keys(), "offline")


def _seen(people: Presence, seen_ids: Collection[int] | None) -> Presence:
    return people if seen_ids is None else {user_id: people[user_id] for user_id in people if user_id in seen_ids}


def _away(standing: Collection[tuple[int, bool, bool]]) -> set[int]:
    return {user_id for user_id, _, is_away in standing if is_away}


def _wire(people: Presence) -> dict[str, str]:
    return {str(user_id): state for user_id, state in people.items()}
