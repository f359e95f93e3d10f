"""Reactions to committed events, each on its own."""

from flask import Flask

from chat.listeners.broadcaster import Broadcaster
from chat.log import committed


def register(app: Flask) -> None:
    """Make the listeners of the app; `start` sets them going."""
    broadcaster = Broadcaster(app)
    app.extensions["broadcaster"] = broadcaster
    committed.connect(broadcaster.wake, weak=False)


def start(app: Flask) -> None:
    """Set the listeners going in the background."""
    app.extensions["broadcaster"].start()


def stop(app: Flask) -> None:
    """Let the listeners end, and wake them no more."""
    broadcaster = app.extensions["broadcaster"]
    committed.disconnect(broadcaster.wake)
    broadcaster.stop()
