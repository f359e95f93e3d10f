"""People who write: each request under a key, repeated until it is answered, and a model of what must stand."""

import random
import threading
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

from tests.crash.api import Answer, Api, NoAnswerError
from tests.crash.history import History

Json = dict[str, Any]

EMOJI = ("👍", "🎉", "👀")
EMOJI_PATHS = {"👍": "%F0%9F%91%8D", "🎉": "%F0%9F%8E%89", "👀": "%F0%9F%91%80"}
RETRY_SECONDS = 0.05
REMEMBERED_MESSAGES = 400
LINK_SHARE = 0.15
PAGES = 200
"""Few enough that some pages are known already."""


@dataclass(frozen=True)
class Request:
    """One write under its key, with the answer that it got."""

    method: str
    path: str
    body: Json | None
    key: str
    answer: Answer
    sent_at: float
    answered_at: float


@dataclass
class Written:
    """A message as its author knows it to be stored."""

    room_id: int
    text: str
    version: int = 1
    edit_count: int = 0
    is_deleted: bool = False


@dataclass
class Board:
    """What the senders know of each other: messages to react to."""

    message_ids: list[tuple[int, int]] = field(default_factory=list)

    def add(self, message_id: int, room_id: int) -> None:
        self.message_ids.append((message_id, room_id))
        del self.message_ids[:-REMEMBERED_MESSAGES]


class Writer(threading.Thread):
    """Repeats a request until it is answered, and remembers every answer."""

    def __init__(self, name: str, api: Api, chance: random.Random) -> None:
        super().__init__(name=name, daemon=True)
        self.api = api
        self.chance = chance
        self.ledger: list[Request] = []
        self.surprises: list[str] = []
        self.retry_count = 0
        self.history: History | None = None
        self.is_stopping = threading.Event()

    def run(self) -> None:
        while not self.is_stopping.is_set():
            self.step()

    def step(self) -> None:
        """Do one thing."""
        raise NotImplementedError

    def write(self, method: str, path: str, body: Json | None = None, *, allowed: tuple[int, ...] = ()) -> Answer:
        """Send a write under a new key until it is answered with 2xx or 4xx."""
        key = str(uuid.UUID(int=self.chance.getrandbits(128), version=4))
        sent_at = time.monotonic()
        answer = self.insist(method, path, body, key)
        self.ledger.append(Request(method, path, body, key, answer, sent_at, time.monotonic()))
        if answer.status not in {200, 201, *allowed}:
            self.surprises.append(f"{self.name}: {method} {path} {body} → {answer.status} {answer.body}")
        return answer

    def insist(self, method: str, path: str, body: Json | None, key: str) -> Answer:
        """Send the request again and again, as it is, until there is an answer."""
        while True:
            self._note("asked", method=method, path=path, key=key, body=body)
            try:
                answer = self.api.call(method, path, body, key=key)
            except NoAnswerError:
                self._note("no answer", key=key)
                time.sleep(RETRY_SECONDS)
            else:
                self._note("answered", key=key, status=answer.status, seq=answer.body and answer.body.get("seq"))
                if answer.status < 500:
                    return answer
                time.sleep(RETRY_SECONDS)
            self.retry_count += 1

    def _note(self, what: str, **facts: object) -> None:
        if self.history is not None:
            self.history.note(what, who=self.name, **facts)


class Sender(Writer):
    """Posts, edits, deletes, reacts, reads, and now and then repeats itself."""

    def __init__(self, user_id: int, api: Api, chance: random.Random, room_ids: list[int], board: Board) -> None:
        super().__init__(f"sender {user_id}", api, chance)
        self.user_id = user_id
        self.room_ids = room_ids
        self.board = board
        self.site_url = ""
        """Where links lead to, now and then; empty: nowhere."""
        self.messages: dict[int, Written] = {}
        self.began_with: dict[int, Written] = {}
        """The messages as they were before the ledger begins."""
        self.reactions: dict[tuple[int, str], bool] = {}
        self.reaction_changes: dict[tuple[int, str], int] = {}
        self.read_marks: dict[int, int] = {}

    def step(self) -> None:
        (act,) = self.chance.choices(
            (self._post, self._edit, self._delete, self._react, self._read, self._repeat), (50, 16, 7, 18, 4, 5)
        )
        act()

    def _post(self) -> None:
        room_id = self.chance.choice(self.room_ids)
        text = self._text()
        answer = self.write("POST", f"/api/rooms/{room_id}/messages", {"text": text})
        if answer.status in {200, 201}:
            message_id = answer.body["message"]["id"]
            self.messages[message_id] = Written(room_id, text)
            self.board.add(message_id, room_id)

    def _edit(self) -> None:
        found = self._one_of_mine()
        if found is None:
            return
        message_id, written = found
        text = self._text()
        body = {"text": text, "base_version": written.version}
        answer = self.write("PATCH", f"/api/messages/{message_id}", body)
        if answer.status == 200:
            written.text = text
            written.version += 1
            written.edit_count += 1
            if answer.body["message"]["version"] != written.version:
                self.surprises.append(f"{self.name}: edit of {message_id} answered {answer.body}")

    def _delete(self) -> None:
        found = self._one_of_mine()
        if found is None:
            return
        message_id, written = found
        if self.write("DELETE", f"/api/messages/{message_id}").status == 200:
            written.is_deleted = True
            written.version += 1
            written.text = ""

    def _react(self) -> None:
        if not self.board.message_ids:
            return
        message_id, _ = self.chance.choice(self.board.message_ids)
        emoji = self.chance.choice(EMOJI)
        wanted = self.chance.random() < 0.7
        path = f"/api/messages/{message_id}/reactions/{EMOJI_PATHS[emoji]}"
        # 409: its author deleted the message meanwhile.
        answer = self.write("PUT" if wanted else "DELETE", path, allowed=(409,))
        if answer.status == 200 and answer.body["message"]["deleted_at"] is None:
            changes = self.reactions.get((message_id, emoji), False) != wanted
            kind = "reaction_added" if wanted else "reaction_removed"
            self.reaction_changes[message_id, kind] = self.reaction_changes.get((message_id, kind), 0) + changes
            self.reactions[message_id, emoji] = wanted

    def _read(self) -> None:
        if not self.board.message_ids:
            return
        message_id, room_id = self.chance.choice(self.board.message_ids)
        answer = self.write("PUT", f"/api/rooms/{room_id}/read", {"message_id": message_id})
        if answer.status == 200:
            self.read_marks[room_id] = max(message_id, self.read_marks.get(room_id, 0))

    def _repeat(self) -> None:
        if self.ledger:
            self.repeat(self.chance.choice(self.ledger[-20:]))

    def repeat(self, request: Request) -> None:
        """Send an old request again; it must change nothing and be answered as before."""
        again = self.insist(request.method, request.path, request.body, request.key)
        if not self._is_same(request, again):
            sent = f"{self.name}: {request.method} {request.path} {request.key}"
            self.surprises.append(f"{sent} was answered {request.answer}, and when repeated {again}")

    def _is_same(self, request: Request, again: Answer) -> bool:
        if request.answer.status >= 400:
            # What was refused was not done; it may be refused, or found done with already.
            return True
        # A new message is answered with 201, and found there with 200.
        expected = request.answer._replace(status=200) if request.path.endswith("/messages") else request.answer
        return _tells_the_same(expected, again)

    def _one_of_mine(self) -> tuple[int, Written] | None:
        alive = [(message_id, mine) for message_id, mine in self.messages.items() if not mine.is_deleted]
        return self.chance.choice(alive[-60:]) if alive else None

    def _text(self) -> str:
        words = " ".join(self.chance.choices(("배포", "확인", "review", "**done**", "`seq`", "내일", "ok"), k=6))
        has_link = bool(self.site_url) and self.chance.random() < LINK_SHARE
        link = f" {self.site_url}/{self.chance.randrange(PAGES)}" if has_link else ""
        return f"{uuid.UUID(int=self.chance.getrandbits(128))} {words}{link}"


class Doorkeeper(Writer):
    """The owner, who takes one person out of a room and lets them in again, over and over."""

    def __init__(self, api: Api, chance: random.Random, room_id: int, user_id: int) -> None:
        super().__init__("doorkeeper", api, chance)
        self.path = f"/api/rooms/{room_id}/members"
        self.guest_id = user_id
        self.is_inside = True
        self.change_count = 0
        self.earlier_stays = 0
        """How often the guest had been let in before the ledger begins."""

    def step(self) -> None:
        self.is_stopping.wait(self.chance.uniform(0.1, 0.8))
        if self.is_inside:
            answer = self.write("DELETE", f"{self.path}/{self.guest_id}")
        else:
            answer = self.write("POST", self.path, {"user_id": self.guest_id})
        if answer.status in {200, 201}:
            self.is_inside = not self.is_inside
            self.change_count += 1


def _tells_the_same(first: Answer, again: Answer) -> bool:
    if first.status != again.status or "message" not in first.body:
        return first == again
    # A kept answer names its message, which is shown as it is by now: edited, reacted to, deleted.
    before, now = first.body["message"], again.body["message"]
    lasting = ("id", "room_id", "author_id", "client_id", "created_at")
    is_same_message = all(before[name] == now[name] for name in lasting) and (
        now["version"] > before["version"] or now["text"] == before["text"]
    )
    return is_same_message and _place(first) == _place(again)


def _place(answer: Answer) -> Json:
    return {name: answer.body.get(name) for name in ("stream", "stream_seq", "seq")}
