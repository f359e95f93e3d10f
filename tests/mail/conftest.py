"""Fixtures of mail: a server that sends it, and another one that gets it."""

import datetime as dt

import pytest

from chat.clock import clock_at, now
from tests.post_office import PostOffice


@pytest.fixture
def office():
    """Return the mail server, open."""
    made = PostOffice()
    made.open()
    yield made
    made.close()


@pytest.fixture
def settings(settings, office):
    """Return settings with mail on, 15 minutes after."""
    mail = {"mail_url": office.url, "mail_from": "Stet <stet@chat.example.com>", "public_url": "http://localhost"}
    return settings.model_copy(update=mail)


@pytest.fixture
def minutes_later(app, alice):
    """Return a function that lets mail go as far as it goes, some minutes from now."""
    app.extensions["listeners"].drain("mail")

    def go(minutes):
        app.extensions["listeners"].drain("mail")
        with clock_at(now() + dt.timedelta(minutes=minutes)):
            app.extensions["postman"].drain("mail")

    return go
