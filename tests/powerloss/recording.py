"""Record real runs: the server process under the preloaded library, people who write, restarts in between."""

import os
import pickle
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.crash.api import Api, NoAnswerError
from tests.crash.server import ROOT, ServerDiedError, _free_port
from tests.powerloss import shim
from tests.powerloss.disk import History
from tests.powerloss.people import Act, Board, Person, wait_for_acts
from tests.powerloss.trace import Progress, read_trace

START_SECONDS = 90
PATIENCE_SECONDS = 120
SEEDED_MESSAGES = 60
ROOMS = 2


@dataclass
class Recording:
    """One run: the trace of the folder, and what people were promised when."""

    folder: Path
    scenario: str
    async_mode: str
    mutant: str | None
    """The bug that is switched in; see `tests/mutants`."""
    seed: int
    acts: list[Act] = field(default_factory=list)
    seeded_ack: int | None = None
    """The last record when the seeding was over."""
    seeded: dict[str, int] = field(default_factory=dict)
    """How many rows of each table there were then."""
    surprises: list[str] = field(default_factory=list)

    @property
    def disk(self) -> Path:
        """The folder that is recorded; it stands for the whole disk."""
        return self.folder / "disk"

    @property
    def trace(self) -> Path:
        """What was written down."""
        return self.folder / "trace"

    @property
    def before(self) -> Path:
        """What was on the disk when it began, if anything."""
        return self.folder / "before"

    @property
    def ack_seqs(self) -> list[int]:
        """When something was acknowledged."""
        acks = [act.ack for act in self.acts if act.ack is not None]
        return sorted([*acks, *([] if self.seeded_ack is None else [self.seeded_ack])])

    def history(self) -> History:
        """Read the trace."""
        before = self.before if self.before.exists() else None
        return History(read_trace(self.trace), self.disk, before)

    def save(self) -> None:
        """Keep what people were promised beside the trace."""
        (self.folder / "recording.pickle").write_bytes(pickle.dumps(self))

    @staticmethod
    def load(folder: Path) -> "Recording":
        """Return a recording that was kept."""
        kept: Recording = pickle.loads((folder / "recording.pickle").read_bytes())
        kept.folder = folder
        return kept


class Stage:
    """The recorded server, one process at a time."""

    def __init__(self, recording: Recording, control: Path | None = None) -> None:
        self.recording = recording
        self.port = _free_port()
        self.data = recording.disk / "data"
        self.progress = Progress(recording.trace)
        self.log_file = recording.folder / "server.log"
        recording.disk.mkdir(parents=True, exist_ok=True)
        self.environment = (
            os.environ
            | shim.environment(recording.disk, trace=recording.trace, control=control)
            | {
                "STET_DATA": str(self.data.resolve()),
                "STET_PORT": str(self.port),
                "STET_ASYNC_MODE": recording.async_mode,
                "STET_RATE_LIMITS": "false",
                "STET_LOG_LEVEL": "warning",
                "PYTHONPATH": str(ROOT),
            }
        )
        self._process: subprocess.Popen[bytes] | None = None

    def seed(self, users: int) -> list[str]:
        """Fill the folder, and return the tokens of its people."""
        tokens = self.recording.folder / "tokens"
        command = [sys.executable, "-m", "flask", "--app", "app", "seed", "--tokens", str(tokens)]
        command += ["--users", str(users), "--rooms", str(ROOMS), "--messages", str(SEEDED_MESSAGES)]
        with self.log_file.open("ab") as log:
            subprocess.run(command, check=True, cwd=ROOT, env=self.environment, stdout=log, stderr=log, timeout=120)
        self.recording.seeded_ack = self.progress.now()
        self.recording.seeded = {"message": SEEDED_MESSAGES, "user": users, "api_token": users}
        return tokens.read_text().split()

    def start(self) -> None:
        """Start the server and return when it answers."""
        with self.log_file.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, *self._entry()], cwd=ROOT, env=self.environment, stdout=log, stderr=log
            )
        patience_ends = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > patience_ends:
                raise ServerDiedError(self.log_file.read_text()[-4000:])
            time.sleep(0.05)

    def end(self, number: signal.Signals) -> None:
        """End the server: SIGTERM, in order; SIGKILL, at once."""
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.send_signal(number)
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def _entry(self) -> list[str]:
        mutant = self.recording.mutant
        return ["app.py"] if mutant is None else ["-m", "tests.mutants.entry", mutant]

    def wait(self) -> int:
        """Wait until the server has ended by itself, and return its exit code."""
        assert self._process is not None
        return self._process.wait(30)

    def _answers(self) -> bool:
        api = Api(self.port, "")
        try:
            return api.call("GET", "/api/health").status == 200
        except NoAnswerError:
            return False
        finally:
            api.close()


def record_load(recording: Recording, *, people_count: int, act_count: int) -> None:
    """Record people who write, from an empty folder on, with a restart in the middle."""
    chance = random.Random(recording.seed)
    stage = Stage(recording)
    board = Board()
    people: list[Person] = []
    try:
        tokens = stage.seed(people_count + 1)
        room_ids = _room_ids(stage.data)
        for number in range(people_count):
            user_id = number + 2
            api = Api(stage.port, tokens[number + 1])
            person = Person(user_id, api, random.Random(chance.getrandbits(64)), room_ids, board)
            person.progress = stage.progress
            people.append(person)
        stage.start()
        for person in people:
            person.start()
        wait_for_acts(people, act_count // 2, PATIENCE_SECONDS)
        stage.end(chance.choice((signal.SIGTERM, signal.SIGKILL)))
        stage.start()
        wait_for_acts(people, act_count, PATIENCE_SECONDS)
    finally:
        stage.end(signal.SIGKILL)
        for person in people:
            person.is_stopping.set()
        for person in people:
            if person.ident is not None:
                person.join(30)
    _keep(recording, people)


def record_first_start(recording: Recording) -> None:
    """Record the first start on a disk with nothing on it: the set-up, a token, a room, messages, a picture."""
    stage = Stage(recording)
    try:
        stage.start()
        owner = _set_up(stage, recording)
        owner.progress = stage.progress
        body = {"kind": "open", "name": "first"}
        room = owner.api.call("POST", "/api/rooms", body, key=owner._key()).body["room"]
        owner.room_ids = [room["id"]]
        for _ in range(12):
            owner._post()
        owner._show_picture()
        stage.end(signal.SIGTERM)
        stage.start()
        owner._show_picture()
        owner._post()
    finally:
        stage.end(signal.SIGKILL)
    _keep(recording, [owner])


def record_migration(recording: Recording, old: Path) -> None:
    """Record a start on a database of an older revision, which `old` holds."""
    stage = Stage(recording)
    stage.data.mkdir(mode=0o700, parents=True)
    shutil.copyfile(old, stage.data / "stet.sqlite3")
    (stage.data / "secret_key").write_text("of the server that wrote the old database")
    shutil.copytree(recording.disk, recording.before)
    recording.seeded_ack = 0
    recording.seeded = rows_of(old)
    try:
        stage.start()
    finally:
        stage.end(signal.SIGKILL)
    recording.save()


def rows_of(database: Path) -> dict[str, int]:
    """Count what nothing may take away."""
    sqlite = sqlite3.connect(f"file:{database}?mode=ro&immutable=1", uri=True)
    counts = {name: sqlite.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in ("message", "user")}
    sqlite.close()
    return counts


def _set_up(stage: Stage, recording: Recording) -> Person:
    import http.cookiejar
    import json
    import urllib.request

    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))

    def ask(path: str, body: dict[str, Any], **headers: str) -> dict[str, Any]:
        address = f"http://127.0.0.1:{stage.port}{path}"
        asked = urllib.request.Request(
            address, json.dumps(body).encode(), {"Content-Type": "application/json", **headers}, method="POST"
        )
        with opener.open(asked, timeout=30) as response:
            found: dict[str, Any] = json.loads(response.read())
            return found

    def act(kind: str, outcome: str, path: str, body: dict[str, Any], **headers: str) -> dict[str, Any]:
        made = Act(stage.progress.now(), kind, (), "", outcome)
        recording.acts.append(made)
        found = ask(path, body, **headers)
        made.ack = stage.progress.now()
        return found

    body = {
        "token": (stage.data / "setup_token").read_text().strip(),
        "workspace": "Saebom",
        "name": "Alice Kim",
        "email": "alice@example.com",
        "password": "correct horse battery staple",
    }
    told = act("set_up", body["email"], "/api/setup", body)
    token = act("token", "first", "/api/tokens", {"name": "first"}, **{"X-CSRF-Token": told["csrf_token"]})["token"]
    api = Api(stage.port, token if isinstance(token, str) else token["value"])
    return Person(told["user"]["id"], api, random.Random(recording.seed), [], Board())


def _room_ids(data: Path) -> list[int]:
    sqlite = sqlite3.connect(f"file:{data / 'stet.sqlite3'}?mode=ro", uri=True)
    found = [number for (number,) in sqlite.execute("SELECT id FROM room WHERE kind != 'direct' ORDER BY id")]
    sqlite.close()
    return found


def _keep(recording: Recording, people: list[Person]) -> None:
    for person in people:
        recording.acts += person.journal
        recording.surprises += person.surprises
    recording.save()
