"""The housekeeper: every job on its own, and readable how each one goes."""

import logging

import pytest

from chat.extensions import db
from chat.housekeeping import JOBS
from chat.housekeeping.housekeeper import Housekeeper, UnknownJobError
from chat.housekeeping.job import Job
from chat.models import LogState
from tests.hearing import until


class BrokenError(Exception):
    """What a job fails with here."""


def fail(_app):
    raise BrokenError


@pytest.fixture
def housekeeper(app):
    """Return a function that makes a housekeeper with the jobs; it is stopped at the end."""
    made = []

    def making(*jobs):
        made.append(Housekeeper(app, jobs))
        return made[-1]

    yield making
    for each in made:
        each.stop()


@pytest.fixture
def at_once(app):
    """Let the housekeeping begin with the server."""
    app.config["SETTINGS"] = app.config["SETTINGS"].model_copy(update={"housekeeping_delay_seconds": 0.0})


def status_of(keeper, name):
    return next(status for status in keeper.status() if status.name == name)


def test_a_job_that_fails_keeps_nothing_from_the_others(at_once, housekeeper, caplog):
    done = []
    keeper = housekeeper(Job("broken", 3600, fail), Job("sound", 3600, lambda _app: done.append("sound")))

    with caplog.at_level(logging.ERROR):
        keeper.start()
        until(lambda: done and status_of(keeper, "broken").last_error)

    assert "housekeeping_failed: broken" in caplog.text
    assert "in fail\n    raise BrokenError" in caplog.text
    assert status_of(keeper, "broken").last_error == "BrokenError: "
    assert status_of(keeper, "sound").last_error is None


def test_a_job_that_takes_long_delays_no_other(at_once, housekeeper):
    done, may_end = [], []
    keeper = housekeeper(
        Job("long", 3600, lambda _app: until(lambda: may_end)), Job("short", 3600, lambda _app: done.append("short"))
    )

    keeper.start()
    until(lambda: done)

    assert status_of(keeper, "long").is_running
    may_end.append("now")
    until(lambda: not status_of(keeper, "long").is_running)


def test_a_job_comes_again(at_once, housekeeper):
    done = []
    keeper = housekeeper(Job("often", 0, lambda _app: done.append("once")))

    keeper.start()

    until(lambda: len(done) > 1)


def test_nothing_begins_before_its_time_or_after_the_end(app, housekeeper):
    done = []
    keeper = housekeeper(Job("late", 3600, lambda _app: done.append("late")))

    keeper.stop()
    keeper.start()
    keeper._keep()

    assert done == []
    assert status_of(keeper, "late").last_started_at is None


def test_a_job_runs_in_the_apps_context(housekeeper):
    found = []
    keeper = housekeeper(Job("reader", 3600, lambda _app: found.append(db.session.get(LogState, 1).epoch)))

    keeper.run("reader")

    assert found
    assert found[0]


def test_a_job_that_goes_well_again_has_no_error_any_more(housekeeper):
    errors = [BrokenError()]

    def fail_once(_app):
        if errors:
            raise errors.pop()

    keeper = housekeeper(Job("moody", 3600, fail_once))

    with pytest.raises(BrokenError):
        keeper.run("moody")
    before = status_of(keeper, "moody").last_error
    keeper.run("moody")

    assert before == "BrokenError: "
    assert status_of(keeper, "moody").last_error is None


def test_there_is_no_job_of_that_name(housekeeper):
    with pytest.raises(UnknownJobError):
        housekeeper().run("nothing")


def test_every_job_of_the_app_goes_well_on_a_new_data_folder(app):
    keeper = app.extensions["housekeeping"]

    for job in JOBS:
        keeper.run(job.name)

    assert {status.name for status in keeper.status() if status.last_started_at} == {job.name for job in JOBS}
