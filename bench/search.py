"""How long a search takes among a million messages, how large the index is, and how long indexing holds the writer.

    python -m bench.search [--messages 1000000] [--folder DIR]

It makes a data folder with people, rooms and messages of its own, Korean and English mixed, with words as frequent as
words are; indexes them with the listener of the server; and asks through the app, as HTTP does, in this process. With
--folder the data stays there, and the next run only asks.
"""

import app as entry  # noqa: F401, I001 - patches the standard library first, as in the real server

import argparse
import hashlib
import itertools
import os
import random
import secrets
import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

from flask import Flask

from bench.load import percentile
from chat import database
from chat.config import Settings
from chat.factory import close_app, create_app
from chat.listeners.search_index import SearchIndex
from chat.unit_of_work import unit_of_work

PEOPLE = 60
ROOMS = 80
FEW_ROOMS = 3
SPAN_SECONDS = 3 * 365 * 24 * 3600
END_SECONDS = 1_795_500_000
BATCH = 64
"""What the listener takes at once from a busy log."""
BATCHES_MEASURED = 300
BULK = 1_000
IDLE_SECONDS = 2.0
SEED = 20_261_124


def _list(text: str) -> list[str]:
    return text.split()


SYLLABLES = list(
    "가고관구기김나다단대도동라로리마명모무문미민바발방배보본부비사상서석선설성세소수스시신실안양어업역연영예오용우운원위유은이인일자작장재전정제조주준중지진차채청초출"
    "치크타태토트파팀포표프하학한해행현형호화환회"
)
FIRST_WORDS = _list("확인 오늘 회의 배포 내일 일정 문서 팀 수정 공유")
COMMON_ENGLISH = _list("the to is a and please in for on we it this deploy review today thanks test build server")
ENDINGS = ["", "", "을", "를", "이", "가", "은", "는", "에서", "으로", "했습니다", "합니다", "하고", "의", "도"]
LETTERS = _list("b c d f g l m n p r s t v ch st tr pl")


class Cost(NamedTuple):
    """What a query took, in milliseconds; CPU is that of the whole process, other work of it included."""

    took_ms: float
    cpu_ms: float


def main() -> None:
    """Build or reuse, measure, print."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory(prefix="stet-bench-") as temporary:
        folder = arguments.folder or Path(temporary)
        settings = Settings(data=folder, rate_limits=False, log_level="warning")
        is_new = not settings.database_file.exists()
        if is_new:
            _build(settings, arguments.messages)
        made = create_app(settings)
        try:
            if is_new:
                _index(made, arguments.messages)
            _say_size(settings.database_file)
            _measure(made, settings.database_file, arguments.repeats)
        finally:
            close_app(made)


# --- The messages ---


class Speech:
    """Messages, with few words that are said all the time and many that are said hardly ever."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        nouns = ["".join(chance.choices(SYLLABLES, k=chance.choice((2, 2, 2, 3)))) for _ in range(20_000)]
        self.korean = FIRST_WORDS + nouns
        self.english = COMMON_ENGLISH + [self._invented() for _ in range(20_000)]
        self._weights = {
            len(words): list(itertools.accumulate(1 / (rank + 2) for rank in range(len(words))))
            for words in (self.korean, self.english)
        }

    def message(self) -> str:
        """Return what somebody says."""
        chance = self._chance
        is_korean = chance.random() < 0.6
        words = self.korean if is_korean else self.english
        said = chance.choices(words, cum_weights=self._weights[len(words)], k=1 + min(40, int(chance.expovariate(0.1))))
        if is_korean:
            said = [word + chance.choice(ENDINGS) for word in said]
            if chance.random() < 0.3:
                said[chance.randrange(len(said))] = chance.choice(COMMON_ENGLISH)
        if chance.random() < 0.03:
            said.append(f"https://example.com/{chance.choice(self.english)}/{chance.randrange(9_999)}")
        return " ".join(said)

    def _invented(self) -> str:
        chance = self._chance
        parts = (chance.choice(LETTERS) + chance.choice("aeiou") for _ in range(chance.choice((2, 2, 3, 3, 4))))
        return "".join(parts) + chance.choice(("", "", "s", "ed", "ing", "n", "r"))


def _build(settings: Settings, count: int) -> None:
    chance = random.Random(SEED)
    database.prepare(settings)
    with closing(sqlite3.connect(settings.database_file)) as sqlite:
        sqlite.execute("PRAGMA synchronous = OFF")
        at = _at(0, count)
        sqlite.execute("INSERT INTO workspace (id, name, created_at) VALUES (1, 'Bench', ?)", (at,))
        for user_id in range(1, PEOPLE + 1):
            name = f"Person {user_id}"
            sqlite.execute(
                "INSERT INTO user (id, email, name, password_hash, role, language, time_zone, preferences, created_at)"
                " VALUES (?, ?, ?, '!', 'member', 'en', 'Asia/Seoul', '{}', ?)",
                (user_id, f"p{user_id}@example.com", name, at),
            )
        for room_id in range(1, ROOMS + 1):
            _add_room(sqlite, room_id, at)
        heads = dict.fromkeys(range(1, ROOMS + 1), 0)
        sqlite.executemany(
            "INSERT INTO message (id, room_id, author_id, client_id, seq, stream_seq, text, html, renderer_version,"
            " version, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1, 1, ?)",
            _rows(chance, count, heads),
        )
        streams = [(f"room-{room_id}", head, head) for room_id, head in heads.items()]
        sqlite.executemany("INSERT INTO stream (id, head, floor) VALUES (?, ?, ?)", streams)
        sqlite.execute("UPDATE log_state SET head_seq = ?", (count,))
        sqlite.commit()


def _add_room(sqlite: sqlite3.Connection, room_id: int, at: str) -> None:
    name = f"room-{room_id}"
    sqlite.execute(
        "INSERT INTO room (id, kind, name, name_key, topic, is_default, created_by, created_at)"
        " VALUES (?, 'closed', ?, ?, '', 0, 1, ?)",
        (room_id, name, name, at),
    )
    # Person 1 is everywhere, person 2 in three of the smaller rooms, the others in every second one.
    people = [1, *([2] if ROOMS // 2 <= room_id < ROOMS // 2 + FEW_ROOMS else []), *range(3 + room_id % 2, PEOPLE, 2)]
    sqlite.executemany(
        "INSERT INTO membership (room_id, user_id, role, from_seq, read_message_id, joined_at)"
        " VALUES (?, ?, 'member', 1, 0, ?)",
        [(room_id, user_id, at) for user_id in people],
    )


def _rows(chance: random.Random, count: int, heads: dict[int, int]) -> Iterator[tuple[Any, ...]]:
    speech = Speech(chance)
    weights = list(itertools.accumulate(1 / (rank + 1) for rank in range(ROOMS)))
    for message_id in range(1, count + 1):
        [room_id] = chance.choices(range(1, ROOMS + 1), cum_weights=weights)
        heads[room_id] += 1
        text = speech.message()
        author_id = chance.randrange(1, PEOPLE + 1)
        key = f"{message_id:032x}"
        html = f'<p><a href="x">{text}</a></p>' if "://" in text else f"<p>{text}</p>"
        yield message_id, room_id, author_id, key, message_id, heads[room_id], text, html, _at(message_id, count)


def _at(message_id: int, count: int) -> str:
    seconds = END_SECONDS - SPAN_SECONDS + SPAN_SECONDS * message_id // count
    return time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(seconds))


# --- Indexing ---


def _index(made: Flask, count: int) -> None:
    bulk = max(0, count - BATCH * BATCHES_MEASURED)
    with made.app_context():
        started = time.monotonic()
        _rebuild(0, bulk, BULK)
        elapsed = time.monotonic() - started
        if bulk:
            print(f"indexed {bulk:,} messages, {bulk / elapsed:,.0f} per second ({BULK} per transaction)")
        works, commits = _rebuild(bulk, count, BATCH)
    print(f"the writer is held for a batch of {BATCH}, in ms:")
    for name, took in (("by the listener", works), ("by the commit", commits)):
        p50, p95, p99 = (percentile(took, share) for share in (0.5, 0.95, 0.99))
        print(f"  {name:<16} p50 {p50:.1f}, p95 {p95:.1f}, p99 {p99:.1f}, max {took[-1]:.1f}")


def _rebuild(after: int, until: int, size: int) -> tuple[list[float], list[float]]:
    """Return how long the listener worked, and how long it took to store that, per batch, each sorted."""
    index, works, commits, at = SearchIndex(), [], [], after
    while at < until:
        with unit_of_work():
            started = time.perf_counter()
            taken = index.rebuild(at, until, size)
            worked = time.perf_counter()
        works.append((worked - started) * 1_000)
        commits.append((time.perf_counter() - worked) * 1_000)
        at = until if taken is None else taken
    return sorted(works), sorted(commits)


def _say_size(file: Path) -> None:
    with closing(sqlite3.connect(file)) as sqlite:
        sizes = dict(sqlite.execute("SELECT name, sum(pgsize) FROM dbstat GROUP BY name"))
        [messages] = sqlite.execute("SELECT count(*) FROM message").fetchone()
    index = {name: size for name, size in sizes.items() if name.startswith("message_search")}
    print(
        f"{messages:,} messages: the message table has {sizes['message'] / 1e6:,.0f} MB, the index"
        f" {sum(index.values()) / 1e6:,.0f} MB (words {index['message_search_content'] / 1e6:,.0f}, postings"
        f" {index['message_search_data'] / 1e6:,.0f})\n"
    )


# --- Asking ---


def _kinds(file: Path, repeats: int) -> dict[str, tuple[int, Callable[[], str]]]:
    """Return who asks what, by name."""
    chance = random.Random(SEED)
    speech = Speech(chance)
    with closing(sqlite3.connect(file)) as sqlite:
        [count] = sqlite.execute("SELECT count(*) FROM message").fetchone()
        some = [
            sqlite.execute("SELECT text FROM message WHERE id = ?", (chance.randrange(1, count + 1),)).fetchone()[0]
            for _ in range(repeats * 3)
        ]
    long = [text.split() for text in some if len(text.split()) > 2]
    common = COMMON_ENGLISH + FIRST_WORDS

    def pair() -> str:
        words = chance.choice(long)
        at = chance.randrange(len(words) - 1)
        return f'"{words[at]} {words[at + 1]}"'

    def rare() -> str:
        return chance.choice(chance.choice((speech.korean, speech.english))[5_000:])

    def many() -> str:
        return " ".join(chance.sample(common, 2))

    def one() -> str:
        return chance.choice(common)

    return {
        "rare word": (1, rare),
        "very common word": (1, one),
        "two common words": (1, many),
        "phrase": (1, pair),
        "Korean, two syllables": (1, lambda: chance.choice(speech.korean[:3_000])[:2]),
        "Korean with an ending": (1, lambda: chance.choice(speech.korean[:3_000]) + "에서"),
        "one syllable": (1, lambda: chance.choice(SYLLABLES)),
        "common, in: a small room": (1, lambda: f"{one()} in:room-{chance.randrange(60, ROOMS + 1)}"),
        "common, from: somebody": (1, lambda: f'{one()} from:"Person {chance.randrange(3, PEOPLE + 1)}"'),
        "common, of one old day": (1, lambda: f"{one()} on:2024-{chance.randrange(1, 13):02d}-15"),
        "common, in 3 of 80 rooms": (2, one),
        "two common, in 3 of 80": (2, many),
        "rare, in 3 of 80 rooms": (2, rare),
        "common, in half of them": (3, one),
        "only has:link": (1, lambda: "has:link"),
        "eight common words": (1, lambda: " ".join(chance.sample(common, 8))),
        "in no message": (1, lambda: f"{one()} zzzzqx{chance.randrange(99)}"),
    }


def _measure(made: Flask, file: Path, repeats: int) -> None:
    tokens = _tokens(file)
    client = made.test_client()
    before = _Lateness()
    time.sleep(IDLE_SECONDS)
    before.stop()
    late = _Lateness()
    print(f"{'kind':<28}{'p50 ms':>8}{'p95 ms':>8}{'max ms':>8}{'CPU p50':>9}{'CPU p95':>9}{'results':>9}")
    everything: list[Cost] = []
    for kind, (user_id, query) in _kinds(file, repeats).items():
        costs, results = [], 0
        headers = {"Authorization": f"Bearer {tokens[user_id]}"}
        for _ in range(repeats):
            asked = query()
            started, cpu = time.perf_counter(), time.process_time()
            answer = client.get("/api/search", query_string={"q": asked}, headers=headers)
            costs.append(Cost((time.perf_counter() - started) * 1_000, (time.process_time() - cpu) * 1_000))
            results += len(answer.get_json()["results"])
        everything += costs
        print(_line(kind, costs, results / repeats), flush=True)
    print(_line("all", everything, None))
    late.stop()
    print(f"\nload of the machine meanwhile, on {os.cpu_count()} cores: {os.getloadavg()[0]:.1f}")
    for name, watch in (("without searches", before), ("meanwhile", late)):
        worst = sorted(watch.milliseconds)
        shares = [percentile(worst, share) for share in (0.5, 0.95, 0.99)]
        print(f"others waited for the event loop {name}: p50, p95, p99", *(f"{share:.1f}" for share in shares), "ms")


def _line(kind: str, costs: list[Cost], results: float | None) -> str:
    took, cpu = sorted(cost.took_ms for cost in costs), sorted(cost.cpu_ms for cost in costs)
    shown = "" if results is None else f"{results:>9.1f}"
    return (
        f"{kind:<28}{percentile(took, 0.5):>8.1f}{percentile(took, 0.95):>8.1f}{took[-1]:>8.1f}"
        f"{percentile(cpu, 0.5):>9.1f}{percentile(cpu, 0.95):>9.1f}{shown}"
    )


class _Lateness:
    """Somebody else on the event loop, who looks every two milliseconds how late it is."""

    def __init__(self) -> None:
        self.milliseconds: list[float] = []
        self._is_stopped = False
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._is_stopped = True
        self._thread.join()

    def _watch(self) -> None:
        while not self._is_stopped:
            started = time.perf_counter()
            time.sleep(0.002)
            self.milliseconds.append((time.perf_counter() - started - 0.002) * 1_000)


def _tokens(file: Path) -> dict[int, str]:
    tokens = {user_id: secrets.token_urlsafe(32) for user_id in (1, 2, 3)}
    with closing(sqlite3.connect(file)) as sqlite:
        for user_id, token in tokens.items():
            sqlite.execute(
                "INSERT INTO api_token (user_id, name, token_hash, created_at) VALUES (?, 'bench', ?, '')",
                (user_id, hashlib.sha256(token.encode()).hexdigest()),
            )
        sqlite.commit()
    return tokens


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.search", description=__doc__.splitlines()[0])
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path, help="keep the data here, and use it again")
    parser.add_argument("--repeats", type=int, default=60, help="queries of each kind")
    return parser.parse_args()


if __name__ == "__main__":
    main()
