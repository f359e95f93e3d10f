"""Files for a warehouse: rows of the event log as NDJSON or Parquet, with a bounded part of them in memory."""

import json
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from chat.clock import moment_of
from chat.durable import sync_folder
from chat.queries.event_rows import EventRow

GROUP_ROWS = 10_000
GROUP_BYTES = 8_000_000
"""Of data in one row group, about."""
PARQUET_MISSING = (
    "Parquet needs pyarrow, which Stet does not need otherwise: pip install pyarrow==26.0.1 (55 MB), or use"
    " --format ndjson"
)


class ParquetMissingError(Exception):
    """Parquet cannot be written here; the message says how it can."""


def write_ndjson(rows: Iterable[EventRow], file: IO[bytes]) -> int:
    """Write a line of JSON for each row; return how many."""
    count = 0
    for row in rows:
        file.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
        count += 1
    return count


def parquet_writer() -> Callable[[Iterable[EventRow], IO[bytes]], int]:
    """Return what writes rows as Parquet and tells how many; `data` is JSON as text, `at` a moment in UTC.

    Raises:
        ParquetMissingError: pyarrow is not installed.
    """
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise ParquetMissingError(PARQUET_MISSING) from error
    schema = pa.schema(
        [
            pa.field("seq", pa.int64(), nullable=False),
            pa.field("stream", pa.string(), nullable=False),
            pa.field("stream_seq", pa.int64(), nullable=False),
            pa.field("type", pa.string(), nullable=False),
            pa.field("message_id", pa.int64()),
            pa.field("version", pa.int64()),
            pa.field("actor_id", pa.int64()),
            pa.field("at", pa.timestamp("ms", tz="UTC"), nullable=False),
            pa.field("data", pa.string()),
            pa.field("epoch", pa.string(), nullable=False),
        ]
    )

    def write(rows: Iterable[EventRow], file: IO[bytes]) -> int:
        count = 0
        with pq.ParquetWriter(file, schema, compression="zstd") as writer:
            for group in _groups(rows):
                writer.write_table(pa.Table.from_pylist(group, schema=schema))
                count += len(group)
        return count

    return write


@contextmanager
def new_file(path: Path) -> Iterator[IO[bytes]]:
    """Open a file that appears under its name once it is whole and on disk; readable by its owner alone.

    Raises:
        FileExistsError: there is one already.
    """
    if path.exists():
        raise FileExistsError(path)
    part = path.with_name(f"{path.name}.part")
    try:
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:  # noqa: PTH123 - of a descriptor
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)
        sync_folder(path.parent)
    finally:
        part.unlink(missing_ok=True)


def _groups(rows: Iterable[EventRow]) -> Iterator[list[dict[str, Any]]]:
    group: list[dict[str, Any]] = []
    size = 0
    for row in rows:
        data = None if row["data"] is None else json.dumps(row["data"], ensure_ascii=False, separators=(",", ":"))
        group.append({**row, "at": moment_of(row["at"]), "data": data})
        size += len(data or "")
        if len(group) == GROUP_ROWS or size >= GROUP_BYTES:
            yield group
            group, size = [], 0
    if group:
        yield group
