"""Break the server in every way we know, again and again, and check that every promise held.

    python -m tests.crash --kills 500 --seed 7 --async-mode threading

Five people write by HTTP, each request under its own key until it is answered; six clients follow over sockets,
through a network that delays, cuts and freezes; one person is taken out of a room and let in again; and over the
server come `kill -9`, failpoints, full and failing disks, locks, stops, jumps of the clock, backups, retention and old
backups that are restored. When all is at rest, the database, the acknowledgements, what every client was told and
shows, and what every listener did must agree. Exit code 0 when they do, 1 with the evidence when they do not, 2 when
it could not run. The same seed makes the same choices, though not the same interleaving.
"""

import argparse
import json
import os
import random
import shutil
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

from tests.crash.api import NoAnswerError
from tests.crash.server import ServerDiedError
from tests.crash.trial import Trial
from tests.powerloss import shim

ERA_KILLS = 25


def main() -> int:
    """Run the rounds, print the figures, and return the exit code."""
    arguments = _arguments()
    if arguments.mutant:
        os.environ["STET_MUTANT"] = arguments.mutant
    has_shim = _has_shim()
    folder = Path(tempfile.mkdtemp(prefix="stet-crash-"))
    _say(f"seed {arguments.seed}, {arguments.kills} kills, {arguments.async_mode}, in {folder}")
    trial = Trial(
        folder, async_mode=arguments.async_mode, seed=arguments.seed, entry=arguments.entry, has_shim=has_shim
    )
    started = time.monotonic()
    has_run = True
    try:
        trial.run(arguments.kills, era_kills=arguments.era)
    except ServerDiedError as error:
        trial.found["the server does not start"] = [str(error)]
        has_run = bool(trial.counts["kills"])
    except NoAnswerError as error:
        trial.found["the server did not answer"] = [repr(error.__cause__)]
    except Exception:  # noqa: BLE001 - what was found until then is reported too
        trial.found["the test fell over"] = [traceback.format_exc()]
        has_run = bool(trial.counts["kills"])
    finally:
        trial.end()
    is_clean = _report(trial, time.monotonic() - started)
    if arguments.report:
        _write_report(arguments, trial, is_clean=is_clean, seconds=time.monotonic() - started)
    if is_clean:
        shutil.rmtree(folder)
    else:
        _say(f"\nseed {arguments.seed}; the data folder and the history are kept: {folder}")
    return 0 if is_clean else 1 if has_run else 2


def _has_shim() -> bool:
    try:
        shim.build()
    except shim.UnavailableError as error:
        _say(f"Without disk faults and jumps of the clock: {error}")
        return False
    return True


def _report(trial: Trial, seconds: float) -> bool:
    _row("seconds", round(seconds))
    for name, count in trial.counts.items():
        _row(name, count)
    _say("\nRounds by fault; connections by the mood of the network:")
    for name, count in sorted(trial.faults.items()):
        _row("  " + name, count)
    for mood, count in _network(trial).items():
        _row("  network: " + mood, count)
    _say("\nAnomalies:")
    for name, evidence in trial.found.items():
        _row("  " + name, len(evidence))
    is_clean = "stale states" in trial.found and not any(trial.found.values())
    for name, evidence in trial.found.items():
        for line in evidence[:4]:
            _say(f"\n{name}: {line[:1500]}")
    _say("\nEvery promise held." if is_clean else "\nANOMALIES.")
    return is_clean


def _network(trial: Trial) -> Counter[str]:
    return sum((Counter(proxy.counts) for proxy in trial.proxies), Counter())


def _write_report(arguments: argparse.Namespace, trial: Trial, *, is_clean: bool, seconds: float) -> None:
    report = {
        "seed": arguments.seed,
        "async_mode": arguments.async_mode,
        "is_clean": is_clean,
        "seconds": round(seconds),
        "counts": trial.counts,
        "faults": trial.faults,
        "network": _network(trial),
        "anomalies": {name: len(evidence) for name, evidence in trial.found.items()},
    }
    arguments.report.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=25)
    parser.add_argument("--era", type=int, default=ERA_KILLS, help="kills between two checks of everything")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    parser.add_argument("--async-mode", choices=("eventlet", "threading"), default="eventlet")
    parser.add_argument("--entry", default="tests.crash.entry", help="the module that starts the server")
    parser.add_argument("--mutant", help="a bug of tests/mutants/bugs.py to switch in")
    parser.add_argument("--report", type=Path, help="a file for the figures, as JSON")
    return parser.parse_args()


def _row(name: str, count: int) -> None:
    _say(f"{name:<44}{count:>10,}")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
