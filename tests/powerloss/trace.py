"""What the preloaded library wrote down: every change to the folder, in order."""

import mmap
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

HEADER = struct.Struct("<QQqQiIHHI")


class Op(IntEnum):
    """What was done."""

    OPEN = 1
    WRITE = 2
    TRUNCATE = 3
    SYNC = 4
    RENAME = 5
    UNLINK = 6
    MKDIR = 7
    RMDIR = 8
    LINK = 9
    CLOSE = 10


CREATED = 1
TRUNCATED = 2
FOLDER = 4
FAILED = 8


@dataclass(frozen=True, slots=True)
class Record:
    """One call that succeeded."""

    seq: int
    begin: int
    """Of a sync: the last record before it began; what came after may have missed it."""
    offset: int
    fd: int
    pid: int
    op: Op
    flags: int
    paths: tuple[str, ...]
    content: memoryview


def read_trace(file: Path) -> Iterator[Record]:
    """Return the records; a last one that is cut off, because the process was killed in it, did not happen."""
    whole = memoryview(file.read_bytes())
    at = 0
    while at + HEADER.size <= len(whole):
        seq, begin, offset, length, fd, pid, number, flags, first_length = HEADER.unpack_from(whole, at)
        at += HEADER.size
        content = whole[at : at + length]
        at += length
        if at > len(whole):
            return
        op = Op(number)
        paths: tuple[str, ...] = ()
        if op in {Op.OPEN, Op.RENAME, Op.UNLINK, Op.MKDIR, Op.RMDIR, Op.LINK}:
            both = (bytes(content[:first_length]).decode(), bytes(content[first_length:]).decode())
            paths = tuple(filter(None, both))
        yield Record(seq, begin, offset, fd, pid, op, flags, paths, content)


class Progress:
    """The number of the last record, at this moment, of a process that runs."""

    def __init__(self, trace: Path) -> None:
        self._file = trace.with_name(trace.name + ".seq")
        self._mapped: mmap.mmap | None = None

    def now(self) -> int:
        """Return it; 0 before there is a process."""
        if self._mapped is None:
            if not self._file.exists() or self._file.stat().st_size == 0:
                return 0
            with self._file.open("rb") as file:
                self._mapped = mmap.mmap(file.fileno(), 8, access=mmap.ACCESS_READ)
        return int.from_bytes(self._mapped[:8], "little")
