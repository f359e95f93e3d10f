"""Stored first, then said: what a failed commit takes with it was neither acknowledged nor broadcast."""

import pytest

from chat import failpoints
from tests.conftest import post
from tests.hearing import drained


@pytest.fixture
def failing_commits():
    """Let every commit fail while the test is inside."""
    yield lambda: failpoints.arm("before_commit=raise")
    failpoints.arm("")


def test_what_could_not_be_stored_is_said_to_nobody(app, alice, bob, room, connect, failing_commits):
    bobs = connect(bob)
    drained(app, bobs)

    failing_commits()
    alice.post(f"/api/rooms/{room['id']}/messages", json={"text": "lost"})

    assert drained(app, bobs) == []
    failpoints.arm("")
    following = post(alice, room, "stored")
    assert [event["data"]["message"] for _, event in drained(app, bobs)] == [following["message"]]


def test_what_could_not_be_stored_is_not_acknowledged(alice, room, failing_commits):
    failing_commits()

    answer = alice.post(f"/api/rooms/{room['id']}/messages", json={"text": "lost"})

    assert (answer.status_code, answer.get_json()["code"]) == (503, "unknown_outcome")
    assert alice.get(f"/api/rooms/{room['id']}/messages").get_json()["messages"] == []
