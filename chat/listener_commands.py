"""`flask listeners`: where each listener stands, and how to set it going; works beside a running server.

Every command writes by itself, in one unit of work; the server reads the listener's row before each round and follows.
"""

from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext

from chat.queries.delivery import has_dead_letter

COLUMNS = ("listener", "state", "cursor", "behind", "tries", "next try", "gave up on", "last error")
LONGEST_ERROR = 60

listener_name = click.argument("name")


@click.group("listeners")
def listeners() -> None:
    """Look after the listeners of the event log."""


@listeners.command("status")
@with_appcontext
def show_status() -> None:
    """Show where each listener stands.

    Waiting listeners try again by themselves; `retry` ends the wait.
    """
    rows = [COLUMNS, *(_row(status) for status in _runner().status())]
    widths = [max(len(row[column]) for row in rows) for column in range(len(COLUMNS))]
    for row in rows:
        print("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip())
    for one in current_app.extensions["own_listeners"].not_loaded:
        print(f"{one.source} is not loaded: {one.error}")


@listeners.command("retry")
@listener_name
@click.option("--seq", type=click.IntRange(1), help="One event; otherwise all that were given up on.")
@with_appcontext
def retry(name: str, seq: int | None) -> None:
    """Try again what was given up on.

    It ends the wait for the next try, too.
    """
    _check(name, seq)
    left = _runner().retry(name, seq)
    print(f"{name}: tried again; {_counted(left, 'event')} still given up on.")


@listeners.command("skip")
@listener_name
@click.option("--seq", type=click.IntRange(1), help="An event that was given up on, to forget it for good.")
@with_appcontext
def skip(name: str, seq: int | None) -> None:
    """Put the event that fails aside.

    The listener goes on after it, and `retry` tries it again.
    """
    _check(name, seq)
    if seq is not None:
        _runner().discard(name, seq)
        print(f"{name}: event {seq:,} is forgotten.")
        return
    skipped = _runner().skip(name)
    if skipped is None:
        msg = f"nothing fails at {name}; there is nothing to skip"
        raise click.ClickException(msg)
    print(f"{name}: event {skipped:,} is put aside.")


@listeners.command("replay")
@listener_name
@click.option("--from", "from_seq", type=click.IntRange(1), help="The first event; otherwise the oldest that is kept.")
@with_appcontext
def replay(name: str, from_seq: int | None) -> None:
    """Begin again.

    A listener with tables of its own, as the search index, is rebuilt from the stored messages; another one takes the
    events of the log again, under the same keys.
    """
    _check(name, None)
    try:
        _runner().replay(name, from_seq)
    except ValueError as error:
        msg = f"{error}; leave --from out"
        raise click.ClickException(msg) from error
    print(f"{name}: begins again; a running server goes on with it at once.")


@listeners.command("forget")
@listener_name
@with_appcontext
def forget(name: str) -> None:
    """Forget a listener that does not exist any more.

    Until then the log keeps every event after its place.
    """
    try:
        was_known = _runner().forget(name)
    except ValueError as error:
        msg = f"{error}; it cannot be forgotten"
        raise click.ClickException(msg) from error
    if not was_known:
        msg = f"nothing is known of a listener {name}"
        raise click.ClickException(msg)
    print(f"{name}: forgotten.")


def _row(status: Any) -> tuple[str, ...]:
    behind = _counted(status.lag_events, "event") + (f", {status.lag_seconds:.0f} s" if status.lag_events else "")
    rebuilding = "" if status.rebuild_left is None else f" ({_counted(status.rebuild_left, 'message')} left)"
    return (
        status.name,
        status.state.replace("_", " ") + rebuilding,
        f"{status.cursor:,}",
        behind,
        str(status.attempts),
        status.next_attempt_at or "-",
        f"{status.dead_letter_count:,}",
        " ".join((status.last_error or "-").split())[:LONGEST_ERROR],
    )


def _counted(count: int, word: str) -> str:
    return f"{count:,} {word}" if count == 1 else f"{count:,} {word}s"


def _check(name: str, seq: int | None) -> None:
    names = _runner().names
    if name not in names:
        msg = f"there is no listener {name}; there are: {', '.join(names) or 'none'}"
        raise click.ClickException(msg)
    if seq is not None and not has_dead_letter(name, seq):
        msg = f"{name} has not given up on event {seq:,}; `flask --app app listeners status` shows how it stands"
        raise click.ClickException(msg)


def _runner() -> Any:
    # Commands and listeners do not import each other: `listeners.register` has put it there.
    return current_app.extensions["listeners"]
