"""Serving: one process on one data folder, until a signal ends it."""

import gc
import logging
import os
import signal
import socket
import sqlite3
import sys
from typing import IO

from flask import Flask

from chat import concurrency, housekeeping, listeners, sockets
from chat.config import Settings
from chat.database import UnusableDatabaseError, epoch_in, lock_data_folder, settle
from chat.extensions import socketio
from chat.factory import StartError, close_app
from chat.setup_token import announce_setup

logger = logging.getLogger(__name__)

MOST_CONNECTIONS = 16_384
SOCKET_TIMEOUT_SECONDS = 60
FAREWELL_SECONDS = 0.3


def serve(app: Flask) -> None:
    """Serve the app until SIGTERM or Ctrl+C, then say goodbye, close the database and end the process.

    Raises:
        StartError: the port is taken, or another Stet serves this data folder.
    """
    settings: Settings = app.config["SETTINGS"]
    lock = _hold_data_folder(settings)
    _check_history(app, settings)
    _check_port(settings)
    _settle(app, settings)
    listeners.start(app)
    sockets.start(app)
    housekeeping.start(app)
    _say_where(app, settings)
    _end_on_signals(app)
    concurrency.prepare_listening(settings.async_mode)
    _set_aside_what_stays()
    try:
        socketio.run(app, host=settings.host, port=settings.port, **_server_options(settings))
    finally:
        close_app(app)
        lock.close()


def _set_aside_what_stays() -> None:
    """Keep what was loaded out of the search for garbage: going through it stops every client for 0.1 s each time."""
    gc.collect()
    gc.freeze()


def _server_options(settings: Settings) -> dict[str, object]:
    if settings.async_mode == "threading":
        return {"allow_unsafe_werkzeug": True, "log_output": False}
    # eventlet's default of 1,024 connections also caps WebSockets, and half-open ones would freeze the server.
    return {
        "max_size": MOST_CONNECTIONS,
        "socket_timeout": SOCKET_TIMEOUT_SECONDS,
        "log_output": False,
        # By default eventlet answers what fails outside of Flask, such as in the gate, with the traceback.
        "debug": False,
    }


def _hold_data_folder(settings: Settings) -> IO[str]:
    try:
        return lock_data_folder(settings.data)
    except UnusableDatabaseError as error:
        raise StartError(str(error)) from error


def _check_history(app: Flask, settings: Settings) -> None:
    # A backup may have been restored between the opening of the database and the lock: what is open is set aside then.
    if epoch_in(settings.database_file) != app.extensions["writer"].heads.epoch:
        msg = "a backup was restored at the same moment. Start again"
        raise StartError(msg)


def _settle(app: Flask, settings: Settings) -> None:
    try:
        settle(app.extensions["writer"].sqlite, settings.database_file)
    except (sqlite3.Error, OSError) as error:
        msg = f"what is in {settings.database_file} cannot be brought to disk: {error}"
        raise StartError(msg) from error


def _check_port(settings: Settings) -> None:
    # eventlet listens with SO_REUSEPORT, so that a second server on the port would start and share it silently.
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            msg = f"{settings.host}:{settings.port} cannot be served: {error.strerror}. Set STET_PORT to another port"
            raise StartError(msg) from error


def _say_where(app: Flask, settings: Settings) -> None:
    url = settings.public_url or f"http://{settings.host}:{settings.port}"
    sys.stdout.write(announce_setup(app) or f"Stet serves {url}\n")
    sys.stdout.flush()


def _end_on_signals(app: Flask) -> None:
    def end(number: int, _frame: object) -> None:
        # A second signal ends at once.
        signal.signal(number, signal.SIG_DFL)
        socketio.start_background_task(_say_goodbye, app)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)


def _say_goodbye(app: Flask) -> None:
    # Beside the server, which goes on: an exception out of the signal handler would end in whatever ran just then, and
    # eventlet's server would close the sockets before they hear of it, or wait for every open connection.
    logger.info("stopping")
    socketio.emit("bye", {"reason": "stopping", "retry_ms": 1000})
    try:
        socketio.sleep(FAREWELL_SECONDS)
        close_app(app)
    except Exception:
        # On a full disk the WAL cannot be folded in; it is whole, and the next start reads it.
        logger.exception("not_closed_in_order: everything that was acknowledged is stored")
    finally:
        logging.shutdown()
        os._exit(0)
