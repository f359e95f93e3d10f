"""Reactions to committed events, each on its own."""

from flask import Flask

from chat.listeners import (  # their listeners declare themselves
    analytics,  # noqa: F401
    link_previews,  # noqa: F401
    mail,  # noqa: F401
    push,  # noqa: F401
    response_times,  # noqa: F401
    search_index,  # noqa: F401
    webhooks,  # noqa: F401
)
from chat.listeners.broadcaster import Broadcaster
from chat.listeners.broker import broker_listener
from chat.listeners.carrier import carriers
from chat.listeners.listener import registered
from chat.listeners.own import load_own
from chat.listeners.postman import Postman
from chat.listeners.runner import Runner
from chat.log import committed


def register(app: Flask) -> None:
    """Make the listeners of the app; `start` sets them going."""
    broadcaster = Broadcaster(app)
    runner = Runner(app)
    for listener in registered.values():
        runner.add(listener)
    broker = broker_listener(app.config["SETTINGS"])
    if broker is not None:
        runner.add(broker)
    postman = Postman(app)
    for each in carriers.values():
        postman.add(each)
    own = load_own(app.config["SETTINGS"])
    for listener in own.listeners:
        runner.add(listener)
    app.extensions["own_listeners"] = own
    app.extensions["broadcaster"] = broadcaster
    app.extensions["listeners"] = runner
    app.extensions["postman"] = postman
    for follower in _followers(app):
        committed.connect(follower.wake, weak=False)


def start(app: Flask) -> None:
    """Set the listeners going in the background."""
    for follower in _followers(app):
        follower.start()


def stop(app: Flask) -> None:
    """Let the listeners end, and wake them no more."""
    for follower in _followers(app):
        committed.disconnect(follower.wake)
        follower.stop()


def _followers(app: Flask) -> tuple[Broadcaster, Runner, Postman]:
    return app.extensions["broadcaster"], app.extensions["listeners"], app.extensions["postman"]
