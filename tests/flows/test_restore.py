"""A backup is made beside a running server and restored under its clients, who come back and agree."""

import os
import subprocess
import sys
import uuid

import pytest

from tests.crash.server import ROOT
from tests.wire import Wire

ALICE, BOB = 0, 1


@pytest.fixture
def flask(own_server):
    """Return a function that runs a command on the server's data folder."""

    def running(*arguments):
        return subprocess.run(
            [sys.executable, "-m", "flask", "--app", "app", *arguments],
            cwd=ROOT,
            env=os.environ | {"STET_DATA": str(own_server.server.folder / "data")},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return running


def say(server, person, room, text, key=None):
    return server.call(person, "POST", f"/api/rooms/{room['id']}/messages", {"text": text}, key=key)


def snapshot_texts(server, room):
    messages = server.call(BOB, "GET", f"/api/streams/{room['stream']}/snapshot").body["messages"]
    return [message["text"] for message in messages]


def test_clients_that_knew_more_than_the_backup_start_again_from_it_and_agree(own_server, flask, tmp_path):
    room = next(room for room in own_server.call(BOB, "GET", "/api/rooms").body["rooms"] if room["role"])
    kept = say(own_server, ALICE, room, "in the backup").body
    bobs = Wire(own_server.port)
    bobs.sign_in(own_server.tokens[BOB])
    epoch = bobs.heard_of("hello")["epoch"]

    made = flask("backup", str(tmp_path / "backup.tar.gz"))
    refused = flask("restore", "--force", str(tmp_path / "backup.tar.gz"))
    key = str(uuid.uuid4())
    lost = say(own_server, ALICE, room, "after the backup", key).body
    heard = bobs.heard_of("events")["events"][-1]["stream_seq"]
    own_server.server.stop()
    restored = flask("restore", "--force", str(tmp_path / "backup.tar.gz"))
    verified = flask("verify")
    own_server.server.start()
    bobs.close()

    again = Wire(own_server.port)
    again.sign_in(own_server.tokens[BOB])
    hello = again.heard_of("hello")
    told = again.ask("sync", {"epoch": epoch, "positions": {room["stream"]: heard}})
    fresh = again.ask("sync", {"epoch": None, "positions": {}})
    texts = snapshot_texts(own_server, room)
    repeats = [say(own_server, ALICE, room, "after the backup", key) for _ in range(2)]
    event = again.heard_of("events")
    again.close()

    assert made.returncode == 0, made.stderr
    assert (refused.returncode, "already running" in refused.stderr) == (1, True)
    assert restored.returncode == 0, restored.stderr
    assert verified.returncode == 0, verified.stdout
    assert told == {"reset": True, "reason": "epoch_changed", "epoch": hello["epoch"]}
    assert hello["epoch"] != epoch
    assert heard == kept["stream_seq"] + 1
    assert {each["stream"]: each["head"] for each in fresh["fresh"]}[room["stream"]] == kept["stream_seq"]
    assert texts[-1] == "in the backup"
    assert [repeat.status for repeat in repeats] == [201, 200]
    assert repeats[0].body == repeats[1].body
    assert (event["epoch"], event["events"][0]["seq"]) == (hello["epoch"], lost["seq"])
    assert event["events"][0]["data"]["message"] == repeats[0].body["message"]
    assert snapshot_texts(own_server, room) == [*texts, "after the backup"]


def test_a_backup_that_is_made_while_people_write_holds_a_moment_that_was(own_server, flask, tmp_path):
    room = next(room for room in own_server.call(BOB, "GET", "/api/rooms").body["rooms"] if room["role"])
    assert own_server.call(ALICE, "POST", "/api/backups").status == 202
    said = [say(own_server, ALICE, room, str(number)).body["message"]["id"] for number in range(50)]
    overview = own_server.call(ALICE, "GET", "/api/backups").body
    while overview["stage"] is not None:
        said.append(say(own_server, ALICE, room, "more").body["message"]["id"])
        overview = own_server.call(ALICE, "GET", "/api/backups").body

    (backup,) = overview["backups"]
    verified = flask("verify", "--file", str(own_server.server.folder / "data" / "backups" / backup["name"]))

    assert overview["last"]["error"] is None
    assert verified.returncode == 0, verified.stdout
    assert said == sorted(said)
