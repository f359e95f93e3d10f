"""Coming and going: a socket is in all of its person's streams before it hears `hello`."""

from collections.abc import Iterable

from flask import request
from flask_socketio import ConnectionRefusedError as Refused
from flask_socketio import SocketIO

from chat.connections import Connections, cut
from chat.extensions import db, socketio
from chat.hosts import SESSION_COOKIE
from chat.log import read_epoch
from chat.permissions import Caller
from chat.queries.caller import caller_by_session, caller_by_token, is_still_in
from chat.queries.sync import visible_streams
from chat.sockets.handling import connections, forget_bucket, pour, sid, turn_to_work
from chat.sockets.presence import Onlooker, onlooker, say_presence

HELLO_DELAY_SECONDS = 0.01
"""`hello` follows the CONNECT packet, which goes out when the connect handler has returned."""


def register(sockets: SocketIO) -> None:
    """Add the handlers."""
    sockets.on_event("connect", connect)
    sockets.on_event("disconnect", disconnect)


def connect(auth: object = None) -> None:
    """Let a socket in and join its streams; `auth` may hold a bearer token."""
    if connections().is_known(sid()):
        # Not a connection: python-socketio takes an event that a client calls "connect" here as well.
        pour()
        return
    with turn_to_work():
        let_in(auth)


def let_in(auth: object) -> None:
    """Register the socket and greet it, or refuse it."""
    caller = _caller(auth)
    if caller is None:
        raise Refused({"code": "signed_out"})
    # First a database connection, then the sockets' lock, as everywhere: in a storm all connections are taken by those
    # who wait for the lock, and whoever holds it must not wait for one.
    db.session.connection()
    connections().add(sid(), caller, lambda: _present_streams(caller))
    socketio.start_background_task(_say_hello, connections(), sid(), caller, (read_epoch(), onlooker(caller)))


def disconnect(*_: object) -> None:
    """Forget a socket; it can run inside an emit, so it neither writes nor emits."""
    connections().remove(sid())
    forget_bucket()
    # A client that only calls an event "disconnect" comes here too; forgotten, it must not stay open.
    socketio.start_background_task(cut, sid())


def _present_streams(caller: Caller) -> Iterable[str]:
    # Whoever asked may have been signed out while this socket waited to be registered.
    if not is_still_in(caller):
        raise Refused({"code": "signed_out"})
    return visible_streams(caller)


def _caller(auth: object) -> Caller | None:
    token = auth.get("token") if isinstance(auth, dict) else None
    if isinstance(token, str):
        return caller_by_token(token)
    scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return caller_by_token(bearer.strip())
    cookie = request.cookies.get(SESSION_COOKIE)
    return caller_by_session(cookie) if cookie else None


def _say_hello(sockets: Connections, to: str, caller: Caller, read: tuple[str, Onlooker]) -> None:
    epoch, by = read
    socketio.sleep(HELLO_DELAY_SECONDS)
    socketio.emit("hello", {"epoch": epoch, "user_id": caller.id, "session_id": caller.session_id}, to=to)
    say_presence(sockets, to, by)
