"""The guest, who looks again and again for what can be seen of the room: in it all, outside nothing."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from tests.crash.api import Answer, Api, NoAnswerError
from tests.crash.senders import Doorkeeper

WORD = "%EB%B0%B0%ED%8F%AC"
"""배포, which senders often say."""


class Look(NamedTuple):
    """One look, and whether the room was seen."""

    what: str
    asked_at: float
    answered_at: float
    is_seen: bool
    told: str


class Snoop(threading.Thread):
    """Asks by HTTP in every way there is."""

    def __init__(self, api: Api, chance: random.Random, room_id: int) -> None:
        super().__init__(name="snoop", daemon=True)
        self.looks: list[Look] = []
        self.is_stopping = threading.Event()
        self._api = api
        self._chance = chance
        self._room_id = room_id
        self._looking = threading.Lock()
        room, stream = f"/api/rooms/{room_id}", f"room-{room_id}"
        self._ways: list[tuple[str, str, Any, Callable[[Answer], bool]]] = [
            ("GET", f"{room}/messages?limit=3", None, lambda answer: answer.status == 200),
            ("GET", f"/api/streams/{stream}/snapshot", None, lambda answer: answer.status == 200),
            ("GET", "/api/rooms", None, lambda answer: any(r["id"] == room_id for r in answer.body["rooms"])),
            ("POST", "/api/sync", {"positions": {}}, lambda answer: stream in str(answer.body)),
            ("GET", f"/api/search?q={WORD}&sort=newest&limit=50", None, self._is_found),
        ]

    def run(self) -> None:
        while not self.is_stopping.wait(self._chance.uniform(0.05, 0.4)):
            with self._looking:
                self._look(*self._chance.choice(self._ways))

    def forget(self) -> None:
        """Begin the record anew."""
        with self._looking:
            self.looks.clear()

    def _look(self, method: str, path: str, body: Any, is_seen: Callable[[Answer], bool]) -> None:
        asked_at = time.monotonic()
        try:
            answer = self._api.call(method, path, body)
        except NoAnswerError:
            return
        if answer.status in {200, 404}:
            seen, told = is_seen(answer), str(answer.body)[:300]
            self.looks.append(Look(path, asked_at, time.monotonic(), seen, told))

    def _is_found(self, answer: Answer) -> bool:
        return any(result["message"]["room_id"] == self._room_id for result in answer.body["results"])


def seen_wrongly(looks: list[Look], doorkeeper: Doorkeeper) -> Iterator[str]:
    """Looks into the room from outside, after the removal was acknowledged; and looks from inside that saw no room."""
    stays = list(_certain(doorkeeper))
    for look in looks:
        for begin, end, is_inside in stays:
            if not begin < look.asked_at <= look.answered_at < end:
                continue
            if look.is_seen and not is_inside:
                since = f"{look.asked_at - begin:.3f} s"
                yield f"the guest, outside since {since}, saw the room by {look.what}: {look.told}"
            # The index is a moment behind, and others may have said the word since.
            if is_inside and not look.is_seen and "search" not in look.what:
                yield f"the guest, inside since {look.asked_at - begin:.3f} s, did not see the room by {look.what}"


def _certain(doorkeeper: Doorkeeper) -> Iterator[tuple[float, float, bool]]:
    """Return from when to when it is known where the guest was: not while it is being changed."""
    changes = [request for request in doorkeeper.ledger if request.answer.status < 300]
    is_inside = doorkeeper.is_inside ^ (len(changes) % 2 == 1)
    begin = 0.0
    for change in changes:
        yield begin, change.sent_at, is_inside
        begin, is_inside = change.answered_at, not is_inside
    yield begin, float("inf"), is_inside
