"""What is looked at, and how what is wrong is told."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is looked at: the database in one read transaction, and the folder with the uploads."""

    sqlite: sqlite3.Connection
    folder: Path


class Note(str):
    """A sentence that is no problem."""

    __slots__ = ()


Check = Callable[[Evidence], Iterator[str]]


def queries(sentences: dict[str, str]) -> Check:
    """Return a check by queries: each row of one is something wrong, its first column says what."""

    def check(evidence: Evidence) -> Iterator[str]:
        for sentence, query in sentences.items():
            yield from told(sentence, (str(row[0]) for row in evidence.sqlite.execute(query)))

    return check


def told(sentence: str, found: Iterable[str]) -> Iterator[str]:
    """Return one sentence with how many there are and the first few, or none."""
    examples: list[str] = []
    count = 0
    for example in found:
        count += 1
        if count <= EXAMPLES:
            examples.append(example)
    if count:
        more = ", …" if count > EXAMPLES else ""
        yield f"{sentence} ({count:,}): {', '.join(examples)}{more}"
