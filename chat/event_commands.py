"""`flask events`: the event log for other systems; works beside a running server."""

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO

import click
from flask.cli import with_appcontext

from chat.event_files import ParquetMissingError, new_file, parquet_writer, write_ndjson
from chat.queries.event_rows import EventRow, LogSpan, event_rows, log_span


class NoLongerKeptError(click.ClickException):
    """The log has lost what was asked for."""

    exit_code = 3


class OtherHistoryError(click.ClickException):
    """What was asked for is of another history."""

    exit_code = 4


@click.group("events")
def events() -> None:
    """Take events out of the log, for a warehouse."""


@events.command("export")
@click.option("--format", "kind", type=click.Choice(["ndjson", "parquet"]), default="ndjson", show_default=True)
@click.option("--after", type=click.IntRange(0), help="Events after this one; otherwise from the oldest that is kept.")
@click.option("--until", type=click.IntRange(0), help="The last event; otherwise the newest.")
@click.option("--epoch", help="The history that --after is of, as the last export said it.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="A new file; otherwise standard output.")
@click.option("--with-personal", is_flag=True, help="People's own affairs as well: drafts, read marks, preferences.")
@with_appcontext
def export(
    *, kind: str, after: int | None, until: int | None, epoch: str | None, out: Path | None, with_personal: bool
) -> None:
    """Write a row for each event, as the log stands at this moment.

    What was deleted comes without its data. The last line on standard error says where the next export goes on.

    Exit code 3: events after --after are no longer kept. 4: a backup was restored since, and the history is another.
    """
    write = _writer(kind, out)
    span = log_span()
    _check(span, after, epoch)
    first = span.oldest_seq - 1 if after is None else after
    last = max(first, min(span.head_seq, span.head_seq if until is None else until))
    rows = event_rows(span.epoch, after=first, until=last, with_personal=with_personal)
    count = _write(write, rows, out)
    click.echo(f"{count} events, last seq {last}; go on with --after {last} --epoch {span.epoch}", err=True)


def _writer(kind: str, out: Path | None) -> Callable[[Iterable[EventRow], IO[bytes]], int]:
    if kind == "ndjson":
        return write_ndjson
    if out is None:
        msg = "Parquet needs a file: --out events.parquet"
        raise click.UsageError(msg)
    try:
        return parquet_writer()
    except ParquetMissingError as error:
        raise click.ClickException(str(error)) from error


def _check(span: LogSpan, after: int | None, epoch: str | None) -> None:
    if epoch is not None and epoch != span.epoch:
        msg = (
            f"this is another history ({span.epoch}): a backup was restored since. Export it from the beginning,"
            " without --after, and let it replace what you have"
        )
        raise OtherHistoryError(msg)
    if after is None:
        return
    if after > span.head_seq:
        msg = f"the log ends at event {span.head_seq}; was event {after} in another history?"
        raise OtherHistoryError(msg)
    if after < span.oldest_seq - 1:
        msg = (
            f"events {after + 1} to {span.oldest_seq - 1} are no longer kept (STET_LOG_DAYS). --after"
            f" {span.oldest_seq - 1} gives what there is; the messages themselves are all in a backup"
        )
        raise NoLongerKeptError(msg)


def _write(write: Callable[[Iterable[EventRow], IO[bytes]], int], rows: Iterable[EventRow], out: Path | None) -> int:
    if out is None:
        count = write(rows, sys.stdout.buffer)
        sys.stdout.buffer.flush()
        return count
    try:
        with new_file(out) as file:
            return write(rows, file)
    except FileExistsError as error:
        msg = f"{out} exists already"
        raise click.ClickException(msg) from error
    except OSError as error:
        msg = f"{out} cannot be written: {error.strerror}"
        raise click.ClickException(msg) from error
