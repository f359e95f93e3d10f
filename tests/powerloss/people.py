"""People who write while it is recorded, and a journal of what each was promised, and when."""

import http.client
import io
import json
import random
import threading
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

from PIL import Image

from tests.crash.api import Answer, Api, NoAnswerError
from tests.powerloss.trace import Progress

Json = dict[str, Any]

EMOJI = ("👍", "🎉", "👀")
EMOJI_PATHS = {"👍": "%F0%9F%91%8D", "🎉": "%F0%9F%8E%89", "👀": "%F0%9F%91%80"}
RETRY_SECONDS = 0.05
BOUNDARY = "powerloss"


@dataclass(slots=True)
class Act:
    """One write: between which records it was sent and answered."""

    begin: int
    kind: str
    subject: tuple[Any, ...]
    """What it changes: acts of one kind on the same subject come one after the other."""
    key: str
    outcome: Any
    """What the subject is afterwards."""
    ack: int | None = None
    """The last record when the 2xx had been received; None: never answered."""
    answer: Json | None = None


@dataclass
class Mine:
    """A message as its author knows it."""

    key: str
    room_id: int
    version: int = 1


@dataclass
class Board:
    """What people know of each other: messages to react to."""

    message_ids: list[tuple[int, int]] = field(default_factory=list)


class Person(threading.Thread):
    """Posts, edits, deletes, reacts, reads and changes their picture, until told to stop."""

    def __init__(self, user_id: int, api: Api, chance: random.Random, room_ids: list[int], board: Board) -> None:
        super().__init__(name=f"person {user_id}", daemon=True)
        self.user_id = user_id
        self.api = api
        self.chance = chance
        self.room_ids = room_ids
        self.board = board
        self.journal: list[Act] = []
        self.surprises: list[str] = []
        self.is_stopping = threading.Event()
        self.progress: Progress
        self._mine: dict[int, Mine] = {}

    def run(self) -> None:
        while not self.is_stopping.is_set():
            (act,) = self.chance.choices(
                (self._post, self._edit, self._delete, self._react, self._read, self._show_picture),
                (55, 15, 6, 14, 7, 3),
            )
            act()

    def _post(self) -> None:
        room_id = self.chance.choice(self.room_ids)
        text = self._text()
        key = self._key()
        answer = self._write(
            "POST", f"/api/rooms/{room_id}/messages", {"text": text}, "message", (self.user_id, key), (text, False), key
        )
        if answer is not None:
            message_id = answer["message"]["id"]
            self._mine[message_id] = Mine(key, room_id)
            self.board.message_ids.append((message_id, room_id))

    def _edit(self) -> None:
        message_id, mine = self._one_of_mine()
        if mine is None:
            return
        text = self._text()
        body = {"text": text, "base_version": mine.version}
        path = f"/api/messages/{message_id}"
        if self._write("PATCH", path, body, "message", (self.user_id, mine.key), (text, False)) is not None:
            mine.version += 1

    def _delete(self) -> None:
        message_id, mine = self._one_of_mine()
        if mine is None:
            return
        del self._mine[message_id]
        self._write("DELETE", f"/api/messages/{message_id}", None, "message", (self.user_id, mine.key), ("", True))

    def _react(self) -> None:
        if not self.board.message_ids:
            return
        message_id, _ = self.chance.choice(self.board.message_ids[-200:])
        emoji = self.chance.choice(EMOJI)
        is_wanted = self.chance.random() < 0.7
        path = f"/api/messages/{message_id}/reactions/{EMOJI_PATHS[emoji]}"
        subject = (message_id, emoji, self.user_id)
        self._write("PUT" if is_wanted else "DELETE", path, None, "reaction", subject, is_wanted)

    def _read(self) -> None:
        if self.board.message_ids:
            message_id, room_id = self.chance.choice(self.board.message_ids[-200:])
            path = f"/api/rooms/{room_id}/read"
            self._write("PUT", path, {"message_id": message_id}, "read", (room_id, self.user_id), message_id)

    def _show_picture(self) -> None:
        act = Act(self.progress.now(), "picture", (self.user_id,), "", None)
        self.journal.append(act)
        picture = picture_of(self.chance)
        answer = self._insist(lambda: send_picture(self.api, picture))
        if answer is not None and answer.status == 200:
            act.outcome = answer.body["user"]["avatar_url"].rpartition("/")[2]
            act.ack = self.progress.now()
        elif answer is not None:
            self.surprises.append(f"{self.name}: a picture was answered {answer}")

    def _write(
        self,
        method: str,
        path: str,
        body: Json | None,
        kind: str,
        subject: tuple[Any, ...],
        outcome: Any,
        key: str = "",
    ) -> Json | None:
        """Write under a key until there is an answer; None when it was refused, or nobody waits for it any more."""
        act = Act(self.progress.now(), kind, subject, key or self._key(), outcome)
        self.journal.append(act)
        answer = self._insist(lambda: self.api.call(method, path, body, key=act.key))
        if answer is None:
            return None
        if answer.status in {200, 201}:
            act.answer = answer.body
            act.ack = self.progress.now()
            return act.answer
        self.journal.pop()
        if answer.status != 409 or kind != "reaction":
            self.surprises.append(f"{self.name}: {method} {path} {body} was answered {answer}")
        return None

    def _insist(self, send: Any) -> Answer | None:
        while not self.is_stopping.is_set():
            try:
                answer: Answer = send()
            except NoAnswerError:
                self.is_stopping.wait(RETRY_SECONDS)
            else:
                if answer.status < 500:
                    return answer
                self.is_stopping.wait(RETRY_SECONDS)
        return None

    def _one_of_mine(self) -> tuple[int, Mine | None]:
        if not self._mine:
            return 0, None
        message_id = self.chance.choice(list(self._mine)[-60:])
        return message_id, self._mine[message_id]

    def _key(self) -> str:
        return str(uuid.UUID(int=self.chance.getrandbits(128), version=4))

    def _text(self) -> str:
        words = self.chance.choices(("배포", "확인", "review", "**done**", "`seq`", "내일", "ok"), k=6)
        length = self.chance.choice((1, 1, 1, 20))
        return f"{self.chance.getrandbits(64):016x} {' '.join(words * length)}"


def picture_of(chance: random.Random) -> bytes:
    """Return a small picture that nobody has shown before."""
    file = io.BytesIO()
    Image.frombytes("RGB", (32, 32), chance.randbytes(32 * 32 * 3)).save(file, "PNG")
    return file.getvalue()


def send_picture(api: Api, picture: bytes) -> Answer:
    """Show this picture of the person; raises NoAnswerError."""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="me.png"\r\n\r\n'
    body = head.encode() + picture + f"\r\n--{BOUNDARY}--\r\n".encode()
    headers = api._headers | {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    try:
        api._connection.request("PUT", "/api/me/avatar", body, headers)
        response = api._connection.getresponse()
        return Answer(response.status, json.loads(response.read() or b"null"))
    except (OSError, http.client.HTTPException, ValueError) as error:
        api._connection.close()
        raise NoAnswerError from error


def wait_for_acts(people: list[Person], count: int, patience_seconds: float) -> None:
    """Wait until that many writes have been answered."""
    ends = time.monotonic() + patience_seconds
    while time.monotonic() < ends:
        if sum(act.ack is not None for person in people for act in list(person.journal)) >= count:
            return
        time.sleep(0.02)
