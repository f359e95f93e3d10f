"""What must hold on every disk that a power cut can leave: what was acknowledged before the cut is there."""

import hashlib
import sqlite3
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chat import verification
from chat.database import WRITER_PRAGMAS, current_revision, newest_revision
from chat.log import DamagedLogError, load_heads
from tests.powerloss.disk import History, Image
from tests.powerloss.people import Act
from tests.powerloss.recording import Recording

DATABASE = "data/stet.sqlite3"
SECRET_KEY = "data/secret_key"
SETUP_TOKEN = "data/setup_token"
AVATARS = "data/avatars"
SNAPSHOT = "data/stet-before-"


@dataclass(frozen=True, slots=True)
class Loss:
    """A promise that an image breaks."""

    kind: str
    evidence: str


class Promises:
    """Everything that one recording's people were promised, sorted for looking it up by cut."""

    def __init__(self, recording: Recording, history: History) -> None:
        self.recording = recording
        self.subjects: dict[str, dict[tuple[Any, ...], list[Act]]] = defaultdict(lambda: defaultdict(list))
        for act in sorted(recording.acts, key=lambda act: act.begin):
            self.subjects[act.kind][act.subject].append(act)
        self.keyed = sorted(
            (act.ack, act.subject[-1], act.key)
            for act in recording.acts
            if act.kind in {"reaction", "read"} and act.ack
        )
        self.in_log = sorted(
            (act.ack, act.answer["seq"], act.answer["message"]["id"])
            for act in recording.acts
            if act.kind == "message" and act.ack is not None and act.answer is not None
        )
        self.first_ack = min(recording.ack_seqs, default=None)
        # The same from the first start on: a message's key is compared with what it signs.
        self.secret_key = history.content_of(SECRET_KEY) if SECRET_KEY in history.ever else b""
        self.pictures = {
            path: hashlib.sha256(history.content_of(path)).hexdigest()
            for path in history.ever
            if path.startswith(AVATARS + "/")
        }
        """The SHA-256 of every picture that was written, by path."""

    def acked(self, kind: str, cut: int) -> Iterator[Act]:
        """Return the acts of a kind that were acknowledged before the cut."""
        for acts in self.subjects[kind].values():
            yield from (act for act in acts if act.ack is not None and act.ack <= cut)


def losses_in(image: Image, folder: Path, promises: Promises, *, whole: bool) -> list[Loss]:
    """Open the image in the empty `folder` as the server would, and return what is missing or wrong.

    `whole` checks everything that is in the database against everything else, and takes longer.
    """
    image.write(folder, "data/stet.sqlite3")
    found = [*_files(image, promises)]
    database = folder / DATABASE
    is_promised = promises.first_ack is not None and promises.first_ack <= image.cut
    try:
        revision = current_revision(database)
    except Exception as error:  # noqa: BLE001 - whatever it is, the server would not start
        return [*found, Loss("database unusable", repr(error))]
    if revision is None:
        return [*found, Loss("database missing", "it is empty or not there")] if is_promised else found
    sqlite = sqlite3.connect(database, isolation_level=None)
    try:
        for name, value in WRITER_PRAGMAS.items():
            sqlite.execute(f"PRAGMA {name} = {value}")
        found += _database(sqlite, image, promises, revision)
        if revision == newest_revision():
            found += _verified(sqlite, folder / "data") if whole else _quick(sqlite)
    except (sqlite3.Error, DamagedLogError) as error:
        found.append(Loss("database damaged", repr(error)))
    finally:
        sqlite.close()
    return found


def _files(image: Image, promises: Promises) -> Iterator[Loss]:
    key = image.files.get(SECRET_KEY)
    is_promised = promises.first_ack is not None and promises.first_ack <= image.cut
    if is_promised and promises.secret_key and (key is None or bytes(key) != promises.secret_key):
        yield Loss("secret key lost", f"it is {key and bytes(key)!r}")
    token = image.files.get(SETUP_TOKEN)
    if key is not None and not bytes(key).strip():
        yield Loss("secret key empty", "it is there and empty")
    if token is not None and not bytes(token).strip(b"\0\r\n "):
        yield Loss("setup token empty", "it is there and empty")


def _quick(sqlite: sqlite3.Connection) -> Iterator[Loss]:
    answers = [row[0] for row in sqlite.execute("PRAGMA quick_check")]
    if answers != ["ok"]:
        yield Loss("database damaged", str(answers[:3]))
    load_heads(sqlite)


def _verified(sqlite: sqlite3.Connection, folder: Path) -> Iterator[Loss]:
    # Names are compared with what is on the image elsewhere; here everything inside the database is.
    load_heads(sqlite)
    evidence = verification.Evidence(sqlite, folder)
    for name, check in verification.CHECKS.items():
        if name != "files":
            for sentence in check(evidence):
                if not isinstance(sentence, verification.Note):
                    yield Loss(f"not verified: {name}", sentence)


def _database(sqlite: sqlite3.Connection, image: Image, promises: Promises, revision: str) -> Iterator[Loss]:
    recording = promises.recording
    if recording.seeded_ack is not None and recording.seeded_ack <= image.cut:
        for table, count in recording.seeded.items():
            found = sqlite.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            if found < count:
                yield Loss("seeded rows lost", f"{found} of {count} in {table}")
    if recording.scenario == "migration":
        yield from _snapshot(image, recording, revision)
        return
    yield from _messages(sqlite, image.cut, promises)
    yield from _reactions(sqlite, image.cut, promises)
    yield from _read_marks(sqlite, image.cut, promises)
    yield from _answers(sqlite, image.cut, promises)
    yield from _log(sqlite, image.cut, promises)
    yield from _set_up(sqlite, image.cut, promises)
    yield from _pictures(sqlite, image, promises)


def _states(acts: list[Act], cut: int) -> tuple[int, int]:
    """Return how many of the acts have been acknowledged before the cut, and how many have been sent."""
    acked = sum(act.ack is not None and act.ack <= cut for act in acts)
    return acked, sum(act.begin <= cut for act in acts)


def _messages(sqlite: sqlite3.Connection, cut: int, promises: Promises) -> Iterator[Loss]:
    query = "SELECT author_id, client_id, version, text, deleted_at IS NOT NULL, html FROM message"
    stored = {(author, client): row for author, client, *row in sqlite.execute(query)}
    for subject, acts in promises.subjects["message"].items():
        least, most = _states(acts, cut)
        version, text, is_deleted, html = stored.get(subject, (0, "", 0, ""))
        if not least <= version <= most:
            kind = "message lost" if version == 0 else "edit or deletion lost" if version < least else "never sent"
            yield Loss(kind, f"{subject} is at version {version}, acknowledged {least}, sent {most}")
        elif version and (text, bool(is_deleted)) != acts[version - 1].outcome:
            yield Loss("message differs", f"{subject} at version {version}: {text!r}, expected {acts[version - 1]}")
        elif is_deleted and html:
            yield Loss("message differs", f"{subject} is deleted and says {html!r}")


def _reactions(sqlite: sqlite3.Connection, cut: int, promises: Promises) -> Iterator[Loss]:
    stored = set(sqlite.execute("SELECT message_id, emoji, user_id FROM reaction"))
    deleted = {number for (number,) in sqlite.execute("SELECT id FROM message WHERE deleted_at IS NOT NULL")}
    for subject, acts in promises.subjects["reaction"].items():
        least, most = _states(acts, cut)
        possible = {act.outcome for act in acts[max(least - 1, 0) : most]} | ({False} if least == 0 else set())
        if subject[0] in deleted:
            possible = {False}
        if (subject in stored) not in possible:
            yield Loss("reaction lost", f"{subject} is {subject in stored}, expected one of {possible}")


def _read_marks(sqlite: sqlite3.Connection, cut: int, promises: Promises) -> Iterator[Loss]:
    stored = {
        (room, user): mark
        for room, user, mark in sqlite.execute("SELECT room_id, user_id, read_message_id FROM membership")
    }
    for subject, acts in promises.subjects["read"].items():
        least = max((act.outcome for act in acts if act.ack is not None and act.ack <= cut), default=0)
        if stored.get(subject, 0) < least:
            yield Loss("read mark lost", f"{subject} is {stored.get(subject)}, acknowledged {least}")


def _answers(sqlite: sqlite3.Connection, cut: int, promises: Promises) -> Iterator[Loss]:
    kept = set(sqlite.execute("SELECT user_id, key FROM stored_answer"))
    for _, user_id, key in promises.keyed[: bisect_right(promises.keyed, cut, key=lambda row: row[0])]:
        if (user_id, key) not in kept:
            yield Loss("answer lost", f"person {user_id}, key {key}")


def _log(sqlite: sqlite3.Connection, cut: int, promises: Promises) -> Iterator[Loss]:
    stored = dict(sqlite.execute("SELECT seq, message_id FROM event"))
    for _, seq, message_id in promises.in_log[: bisect_right(promises.in_log, cut, key=lambda row: row[0])]:
        if stored.get(seq) != message_id:
            yield Loss("event lost", f"event {seq} is of message {stored.get(seq)}, acknowledged of {message_id}")


def _set_up(sqlite: sqlite3.Connection, cut: int, promises: Promises) -> Iterator[Loss]:
    for act in promises.acked("set_up", cut):
        if sqlite.execute("SELECT count(*) FROM user WHERE email = ?", (act.outcome,)).fetchone()[0] != 1:
            yield Loss("set-up lost", act.outcome)
        if sqlite.execute("SELECT count(*) FROM workspace").fetchone()[0] != 1:
            yield Loss("set-up lost", "there is no workspace")
    for act in promises.acked("token", cut):
        if sqlite.execute("SELECT count(*) FROM api_token WHERE name = ?", (act.outcome,)).fetchone()[0] != 1:
            yield Loss("token lost", act.outcome)


def _pictures(sqlite: sqlite3.Connection, image: Image, promises: Promises) -> Iterator[Loss]:
    shown = dict(sqlite.execute("SELECT id, avatar FROM user"))
    for (user_id,), acts in promises.subjects["picture"].items():
        least, most = _states(acts, image.cut)
        possible = {act.outcome for act in acts[max(least - 1, 0) : most]} | ({None} if least == 0 else set())
        name = shown.get(user_id)
        # One that is on its way may be stored under a name that nobody was told, and sent again under another.
        is_under_way = most > least and name not in {act.outcome for act in acts}
        if name not in possible and not is_under_way:
            yield Loss("picture lost", f"person {user_id} shows {name}, expected one of {possible}")
    for user_id, name in shown.items():
        path = f"{AVATARS}/{name}"
        if name is not None and digest_of(image.files.get(path)) != promises.pictures.get(path):
            yield Loss("picture file lost", f"person {user_id} shows {name}, which is not there as it was written")


def _snapshot(image: Image, recording: Recording, revision: str) -> Iterator[Loss]:
    """Check that there is a whole copy of the database from before, once it has been migrated."""
    if revision != newest_revision():
        return
    import tempfile

    for path, content in image.files.items():
        if path.startswith(SNAPSHOT) and path.endswith(".sqlite3"):
            with tempfile.NamedTemporaryFile() as copy:
                copy.write(content)
                copy.flush()
                if _is_whole(copy.name, recording.seeded):
                    return
    yield Loss("snapshot lost", "the database is migrated, and there is no whole copy from before")


def _is_whole(path: str, counts: dict[str, int]) -> bool:
    sqlite = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
    try:
        if sqlite.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
            return False
        return all(
            sqlite.execute(f"SELECT count(*) FROM {name}").fetchone()[0] >= count for name, count in counts.items()
        )
    except sqlite3.Error:
        return False
    finally:
        sqlite.close()


def digest_of(content: bytes | bytearray | None) -> str | None:
    """Return the SHA-256 of a file, None when there is none."""
    return None if content is None else hashlib.sha256(content).hexdigest()
