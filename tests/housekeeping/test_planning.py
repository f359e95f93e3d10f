"""A process that ends between posting and marking posts neither twice nor never."""

import os
import subprocess
import sys
import textwrap

import pytest

from chat import failpoints
from chat.clock import in_hours
from chat.factory import close_app, create_app
from tests.conftest import created

RUN = """
import datetime as dt, sys
import app as entry
from chat.clock import clock_at, now
from chat.factory import create_app, close_app
made = create_app()
with clock_at(now() + dt.timedelta(minutes=61)):
    made.extensions["housekeeping"].run("scheduled_messages")
    made.extensions["housekeeping"].run("reminders")
close_app(made)
"""


def run_once(settings, points=""):
    """Do what is due in an hour, in a process of its own; return how it ended."""
    environment = os.environ | {"STET_DATA": str(settings.data), "STET_FAILPOINTS": points}
    command = [sys.executable, "-c", textwrap.dedent(RUN)]
    return subprocess.run(command, env=environment, check=False, capture_output=True, timeout=60).returncode


@pytest.mark.parametrize("place", ["between_post_and_mark", "before_commit", "after_commit"])
def test_killed_at_any_place_it_is_posted_once(app, settings, bob, room, place):
    body = {"room_id": room["id"], "text": "good morning", "send_at": in_hours(1)}
    created(bob.post("/api/scheduled", json=body))
    created(bob.post("/api/reminders", json={"text": "tea", "due_at": in_hours(1)}))
    close_app(app)

    killed = run_once(settings, f"{place}=kill")
    ended = [run_once(settings), run_once(settings)]

    again = create_app(settings)
    bob.application = again
    messages = created(bob.get(f"/api/rooms/{room['id']}/messages"))["messages"]
    waiting = created(bob.get("/api/scheduled"))["scheduled"]
    (reminder,) = created(bob.get("/api/reminders"))["reminders"]
    close_app(again)
    assert (killed, ended) == (-9, [0, 0])
    assert [message["text"] for message in messages] == ["good morning"]
    assert waiting == []
    assert reminder["is_due"]


def test_what_went_wrong_in_between_leaves_nothing_of_the_post(app, bob, room):
    body = {"room_id": room["id"], "text": "good morning", "send_at": in_hours(1)}
    made = created(bob.post("/api/scheduled", json=body))["scheduled"]
    failpoints.arm("between_post_and_mark=raise")
    try:
        answer = bob.post(f"/api/scheduled/{made['id']}/send")
    finally:
        failpoints.arm("")

    assert answer.status_code == 500
    assert created(bob.get(f"/api/rooms/{room['id']}/messages"))["messages"] == []
    assert created(bob.get("/api/scheduled"))["scheduled"] == [made]
