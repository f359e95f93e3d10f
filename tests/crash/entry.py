"""The server under test with more listeners, as somebody could add them: `python -m tests.crash.entry`.

`witness` stands for another system that keeps what it is told: a line with the key of each event in the file
STET_TEST_WITNESS, synced. `stumbling` fails the first two times at some events, and goes on. With STET_MUTANT a bug of
`tests/mutants/bugs.py` is switched in, which the run has to find. `parcels` plans deliveries to two ends, which write
down the keys that they get in a file beside the witness's. `resting` is a witness whose other end is down now and then.
"""

import app as entry  # noqa: I001 - patches the standard library first, as in the real server

import os
import sys
from collections import Counter
from pathlib import Path

from flask import Flask

from chat import factory
from chat.actions.plan_delivery import plan_delivery
from chat.listeners.carrier import Carrier, Parcel, PlanningListener
from chat.listeners.listener import EndDownError, Listener
from chat.log import Entry
from chat.server import serve

STUMBLES_EVERY = 331
RESTS_EVERY = 31
ENDS = ("near", "far")


class Witness:
    """Appends keys to a file; whoever reads it takes each key once."""

    def __init__(self, file: Path) -> None:
        self._file = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def __call__(self, event: Entry, key: str) -> None:
        os.write(self._file, f"{key} {event.message_id}\n".encode())
        os.fsync(self._file)


class Resting(Witness):
    """Is down for two tries at every so many-th message, whatever happens to the process in between."""

    def __init__(self, file: Path) -> None:
        super().__init__(file)
        self._refusals = file.with_name("refusals")
        self._tries = Counter(self._refusals.read_text().split() if self._refusals.exists() else ())

    def __call__(self, event: Entry, key: str) -> None:
        if event.message_id is not None and event.message_id % RESTS_EVERY == 0 and self._tries[key] < 2:
            self._tries[key] += 1
            with self._refusals.open("a") as file:
                file.write(f"{key}\n")
            msg = "this end rests"
            raise EndDownError(msg)
        super().__call__(event, key)


class Parcels(PlanningListener):
    """Plans each posted message for every end."""

    def plan(self, entry: Entry) -> None:
        for end in ENDS:
            plan_delivery("parcels", end, seq=entry.seq, payload={"message_id": entry.message_id})


class Ends:
    """Where parcels arrive."""

    def __init__(self, file: Path) -> None:
        self._file = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def __call__(self, parcel: Parcel) -> None:
        os.write(self._file, f"{parcel.key} {parcel.payload['message_id']}\n".encode())
        os.fsync(self._file)


def add_parcels(app: Flask, file: Path) -> None:
    """Add the listener `parcels` and its carrier."""
    ends = Ends(file)
    carrier = Carrier("parcels", ends, gives_up_hours=100, longest_wait_seconds=2, keeps_days=0)
    app.extensions["postman"].add(carrier)
    app.extensions["listeners"].add(Listener("parcels", Parcels(), frozenset({"message_posted"})))


class Stumbling:
    """Fails twice at every so many-th event, whatever happens to the process in between."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._tries = Counter(file.read_text().split() if file.exists() else ())

    def __call__(self, event: Entry, key: str) -> None:
        if event.seq % STUMBLES_EVERY == 0 and self._tries[key] < 2:
            self._tries[key] += 1
            with self._file.open("a") as file:
                file.write(f"{key}\n")
            msg = "this listener stumbles"
            raise ValueError(msg)


def main() -> int:
    assert entry.ASYNC_MODE
    if "STET_MUTANT" in os.environ:
        from tests.mutants.bugs import BUGS

        BUGS[os.environ["STET_MUTANT"]]()
    try:
        app = factory.create_app()
        file = Path(os.environ["STET_TEST_WITNESS"])
        app.extensions["listeners"].add(Listener("witness", Witness(file), frozenset({"message_posted"})))
        app.extensions["listeners"].add(Listener("stumbling", Stumbling(file.with_name("stumbles"))))
        resting = Resting(file.with_name("resting"))
        app.extensions["listeners"].add(Listener("resting", resting, frozenset({"message_posted"})))
        add_parcels(app, file.with_name("parcels"))
        serve(app)
    except factory.StartError as error:
        sys.stderr.write(f"Stet cannot start: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
