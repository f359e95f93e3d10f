"""A real run, its power cut in many places: what was acknowledged is there, and a bug that loses it is found."""

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from tests.crash.api import Api, NoAnswerError
from tests.crash.server import ROOT
from tests.powerloss.checks import Promises, losses_in
from tests.powerloss.disk import Disk
from tests.powerloss.people import Act

KEY = "0b5dbd5c-8d2f-4b54-a2ac-4f0a5ac0f0f3"


@pytest.fixture
def cut(tmp_path):
    """Return a function that records a run, makes images of it, and returns its exit code and the figures."""

    def run(images, *scenarios, **options):
        report = tmp_path / "report.json"
        command = [sys.executable, "-m", "tests.powerloss", "--images", str(images), "--seed", "5", "--acts", "150"]
        command += ["--async-mode", os.environ.get("STET_ASYNC_MODE", "eventlet"), "--start-every", "0"]
        command += ["--report", str(report), "--scenarios", *scenarios]
        command += [word for name, value in options.items() for word in (f"--{name}", value)]
        ended = subprocess.run(
            command, cwd=ROOT, env=os.environ | {"TMPDIR": str(tmp_path)}, capture_output=True, text=True, check=False
        )
        assert report.exists(), ended.stdout + ended.stderr
        return ended.returncode, json.loads(report.read_text()), ended.stdout

    return run


def test_every_image_has_everything_that_was_acknowledged(cut):
    code, figures, told = cut(300, "load", "first-start", "migration")

    assert (code, figures["losses"]) == (0, {}), told
    assert figures["images"] == 300
    assert figures["acknowledged"] > 150
    assert figures["cut_points"] > 150


def test_the_images_show_what_is_lost_when_commits_do_not_wait_for_the_disk(cut):
    code, figures, told = cut(100, "load", mutant="synchronous_normal")

    assert code == 1, told
    assert figures["losses"]["message lost"] > 0, told


def test_what_was_written_but_never_synced_is_not_acknowledged_after_a_restart(stage, token, control, tmp_path):
    api = Api(stage.port, token)
    stage.start()
    control.set("fail fsync EIO path -wal")
    act = Act(stage.progress.now(), "message", (2, KEY), KEY, ("written, not synced", False))
    with pytest.raises(NoAnswerError):
        api.call("POST", "/api/rooms/2/messages", {"text": "written, not synced"}, key=KEY)
    assert stage.wait() == 70
    control.clear()
    api.close()
    with closing(sqlite3.connect(stage.data / "stet.sqlite3")) as onlooker:
        # Beside a command that has the database open, SQLite does not fold the WAL in by itself.
        onlooker.execute("SELECT count(*) FROM message").fetchone()
        stage.start()
    # The WAL held the commit, so that the server knows the message.
    act.answer = api.call("POST", "/api/rooms/2/messages", {"text": "written, not synced"}, key=KEY).body
    act.ack = stage.progress.now()
    stage.end(signal.SIGKILL)
    stage.recording.acts.append(act)
    history = stage.recording.history()
    disk, promises = Disk(history), Promises(stage.recording, history)

    images = [disk.image(act.ack, random.Random(number)) for number in range(40)]

    assert "message" in act.answer
    assert [losses_in(image, tmp_path / str(image.cut), promises, whole=False) for image in images] == [[]] * 40
