"""Failpoints: off unless they are named, exact in where they act, and refused when they name nothing."""

import os
import subprocess
import sys

import pytest

from chat import failpoints
from chat.config import Settings
from chat.factory import StartError, create_app


@pytest.fixture(autouse=True)
def disarmed():
    yield
    failpoints.arm("")


def test_nothing_happens_at_a_failpoint_that_is_not_armed():
    failpoints.arm("after_commit=raise")

    for name in failpoints.FAILPOINTS:
        if name != "after_commit":
            failpoints.reach(name)


def test_raising_begins_at_the_given_count():
    failpoints.arm("before_cursor=raise@2")
    failpoints.reach("before_cursor")

    for _ in range(2):
        with pytest.raises(failpoints.FailpointError):
            failpoints.reach("before_cursor")


def test_a_pause_alone_goes_on_afterwards():
    failpoints.arm("before_cursor=pause:0.01")

    failpoints.reach("before_cursor")


@pytest.mark.parametrize("action", ["kill@2", "pause:0.01+kill@2"])
def test_killing_ends_the_process_at_the_given_count(action):
    script = f"""
from chat import failpoints
failpoints.arm("between_emits={action}")
failpoints.reach("between_emits")
print("once", flush=True)
failpoints.reach("between_emits")
print("twice", flush=True)
"""
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)

    assert ended.returncode == -9
    assert ended.stdout == "once\n"


@pytest.mark.parametrize("text", ["nowhere=kill", "after_commit=dance", "after_commit=pause:x", "after_commit=kill@x"])
def test_a_failpoint_that_does_not_exist_stops_the_start(tmp_path, text):
    with pytest.raises(StartError, match="STET_FAILPOINTS"):
        create_app(Settings(data=tmp_path / "data", failpoints=text))


def test_no_failpoint_is_armed_by_default():
    assert "STET_FAILPOINTS" not in os.environ
    assert Settings().failpoints == ""
