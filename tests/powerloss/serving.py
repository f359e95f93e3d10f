"""Start the whole server on an image, as after the power is back."""

import json
import os
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

from tests.crash.api import Api, NoAnswerError
from tests.crash.server import ROOT, START_SECONDS, _free_port
from tests.powerloss.checks import DATABASE, Loss
from tests.powerloss.disk import Image
from tests.powerloss.recording import Recording

CLOSE_SECONDS = 30


def losses_in_service(image: Image, folder: Path, recording: Recording) -> list[Loss]:
    """Start the server on the image and write to it; return what does not work."""
    (folder / "data").mkdir(parents=True)
    image.write(folder)
    port = _free_port()
    log = folder / "server.log"
    environment = os.environ | {
        "STET_DATA": str(folder / "data"),
        "STET_PORT": str(port),
        "STET_ASYNC_MODE": recording.async_mode,
        "STET_RATE_LIMITS": "false",
    }
    with log.open("wb") as opened:
        process = subprocess.Popen([sys.executable, "app.py"], cwd=ROOT, env=environment, stdout=opened, stderr=opened)
    try:
        found = _use(port, process, recording, folder / DATABASE)
        process.terminate()
        code = process.wait(CLOSE_SECONDS)
        if code not in {0, -15}:
            found.append(f"it ended with {code}")
    finally:
        process.kill()
        process.wait()
    return [Loss("server does not go on", f"{sentence}\n{log.read_text()[-2000:]}") for sentence in found]


def _use(port: int, process: "subprocess.Popen[bytes]", recording: Recording, database: Path) -> list[str]:
    ends = time.monotonic() + START_SECONDS
    while not _is_healthy(port):
        if process.poll() is not None or time.monotonic() > ends:
            return ["it does not start"]
        time.sleep(0.05)
    tokens = recording.folder / "tokens"
    room_id = _a_room(database)
    if not tokens.exists() or room_id is None:
        return []
    api = Api(port, tokens.read_text().split()[0])
    try:
        told = api.call("POST", f"/api/rooms/{room_id}/messages", {"text": "back again"})
        if told.status == 401:
            # The power went before the people were stored.
            return []
        if told.status != 201:
            return [f"a message was answered {told}"]
        shown = api.call("GET", f"/api/messages/{told.body['message']['id']}")
        return [] if shown.body["message"]["text"] == "back again" else [f"a message reads {json.dumps(shown.body)}"]
    except NoAnswerError as error:
        return [f"it does not answer: {error!r}"]
    finally:
        api.close()


def _is_healthy(port: int) -> bool:
    api = Api(port, "")
    try:
        return api.call("GET", "/api/health").status == 200
    except NoAnswerError:
        return False
    finally:
        api.close()


def _a_room(database: Path) -> int | None:
    sqlite = sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=10)
    try:
        found = sqlite.execute("SELECT min(id) FROM room WHERE kind != 'direct'").fetchone()[0]
    finally:
        sqlite.close()
    return None if found is None else int(found)
