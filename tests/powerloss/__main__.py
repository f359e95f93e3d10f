"""Cut the power of a recorded run ten thousand times, and look for every write that was acknowledged.

    python -m tests.powerloss --images 10000 --seed 7 --async-mode threading

Records the writes and syncs of real runs, rebuilds the disks that a power cut could have left (`disk.py` has the
rules), and opens each as the server would. Exit code 0: every promise held; 1: the evidence is printed, and the
recordings are kept; 2: it cannot be done here. A recording, a seed and a number make the same image again:
`--again FOLDER --seed N --image N`.
"""

import argparse
import json
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from tests.crash.server import ServerDiedError
from tests.powerloss import images, shim
from tests.powerloss.checks import Loss, Promises, losses_in
from tests.powerloss.old_database import make_old_database
from tests.powerloss.recording import Recording, record_first_start, record_load, record_migration
from tests.powerloss.serving import losses_in_service

IMAGES_PER_LOAD = 1_250
SCENARIOS = ("load", "first-start", "migration")
SHARES = {"load": 0.88, "first-start": 0.08, "migration": 0.04}
PEOPLE = (4, 1, 8, 2, 16, 3, 6, 12)
"""How many people write in the first load, the second …: as many as share a commit."""


@dataclass
class Totals:
    """The figures of the whole run."""

    found: list[images.Findings] = field(default_factory=list)
    started_servers: int = 0
    broken_servers: list[Loss] = field(default_factory=list)
    surprises: list[str] = field(default_factory=list)

    @property
    def lost(self) -> Counter[str]:
        """In how many images each promise was broken."""
        total: Counter[str] = Counter(loss.kind for loss in self.broken_servers)
        for findings in self.found:
            total += findings.lost
        return total


def main() -> int:
    """Record, cut, look, and return the exit code."""
    arguments = _arguments()
    if arguments.again is not None:
        return _look_again(arguments)
    try:
        shim.build()
    except shim.UnavailableError as reason:
        _say(f"Skipped: {reason}")
        return 2
    folder = Path(tempfile.mkdtemp(prefix="stet-powerloss-"))
    bug = f", with {arguments.mutant}" if arguments.mutant else ""
    _say(f"seed {arguments.seed}, {arguments.images:,} images, {arguments.async_mode}{bug}, in {folder}")
    started = time.monotonic()
    try:
        totals = _run(arguments, folder)
    except ServerDiedError as error:
        _say(f"A run could not be recorded: {error}\nIts folder is kept: {folder}")
        return 2
    figures = _figures(totals, arguments, time.monotonic() - started)
    _report(totals, figures)
    if arguments.report is not None:
        arguments.report.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n")
    if totals.lost or totals.surprises:
        _say(f"\nThe recordings are kept: {folder}")
        return 1
    shutil.rmtree(folder)
    return 0


def _run(arguments: argparse.Namespace, folder: Path) -> Totals:
    totals = Totals()
    chance = random.Random(arguments.seed)
    scenarios = {name: SHARES[name] for name in SCENARIOS if name in arguments.scenarios}
    first = 0
    for name, share in scenarios.items():
        count = round(arguments.images * share / sum(scenarios.values()))
        numbers = range(first, arguments.images if name == list(scenarios)[-1] else first + count)
        RUNS[name](numbers, arguments, folder, chance, totals)
        first = numbers.stop
    return totals


def _load(numbers: range, arguments: argparse.Namespace, folder: Path, chance: random.Random, totals: Totals) -> None:
    runs = max(1, round(len(numbers) / IMAGES_PER_LOAD))
    bounds = [numbers.start + len(numbers) * part // runs for part in range(runs + 1)]
    for number in range(runs):
        recording = _recording(arguments, folder, f"load-{number}", chance)
        record_load(recording, people_count=PEOPLE[number % len(PEOPLE)], act_count=arguments.acts)
        _look(recording, range(bounds[number], bounds[number + 1]), arguments, totals)


def _first_start(
    numbers: range, arguments: argparse.Namespace, folder: Path, chance: random.Random, totals: Totals
) -> None:
    recording = _recording(arguments, folder, "first-start", chance)
    record_first_start(recording)
    _look(recording, numbers, arguments, totals)


def _migration(
    numbers: range, arguments: argparse.Namespace, folder: Path, chance: random.Random, totals: Totals
) -> None:
    recording = _recording(arguments, folder, "migration", chance)
    record_migration(recording, make_old_database(folder))
    _look(recording, numbers, arguments, totals)


RUNS = {"load": _load, "first-start": _first_start, "migration": _migration}


def _recording(arguments: argparse.Namespace, folder: Path, name: str, chance: random.Random) -> Recording:
    made = folder / name
    made.mkdir()
    return Recording(made, name, arguments.async_mode, arguments.mutant, chance.getrandbits(32))


def _look(recording: Recording, numbers: range, arguments: argparse.Namespace, totals: Totals) -> None:
    findings = images.look_at(recording, numbers, arguments.seed)
    totals.found.append(findings)
    totals.surprises += recording.surprises
    _say(
        f"{recording.folder.name:<14}{findings.ack_count:>7,} acknowledged {findings.write_count:>9,} writes"
        f" {findings.sync_count:>6,} syncs {findings.image_count:>6,} images {sum(findings.lost.values()):>6,} losses"
    )
    for number in numbers[:: arguments.start_every] if arguments.start_every else ():
        image, _ = images.image_of(recording, number, arguments.seed)
        folder = Path(tempfile.mkdtemp(prefix="stet-image-"))
        totals.broken_servers += losses_in_service(image, folder, recording)
        totals.started_servers += 1
        shutil.rmtree(folder)


def _look_again(arguments: argparse.Namespace) -> int:
    recording = Recording.load(arguments.again)
    image, chosen = images.image_of(recording, arguments.image, arguments.seed)
    folder = Path(tempfile.mkdtemp(prefix=f"stet-image-{arguments.image}-"))
    # Checked in a copy: opening it changes it.
    losses = losses_in(image, folder / "opened", Promises(recording, recording.history()), whole=True)
    image.write(folder / "image")
    _say(f"image {arguments.image}: the power goes {chosen.where}, after record {chosen.cut}; it lies in {folder}")
    for line in [*image.story, *(f"{loss.kind}: {loss.evidence}" for loss in losses)]:
        _say(f"  {line}")
    return 1 if losses else 0


def _figures(totals: Totals, arguments: argparse.Namespace, seconds: float) -> dict[str, object]:
    return {
        "command": f"python -m tests.powerloss --images {arguments.images} --seed {arguments.seed}"
        f" --async-mode {arguments.async_mode}" + (f" --mutant {arguments.mutant}" if arguments.mutant else ""),
        "async_mode": arguments.async_mode,
        "mutant": arguments.mutant,
        "seed": arguments.seed,
        "seconds": round(seconds),
        "recorded_runs": len(totals.found),
        "recorded_writes": sum(findings.write_count for findings in totals.found),
        "recorded_syncs": sum(findings.sync_count for findings in totals.found),
        "acknowledged": sum(findings.ack_count for findings in totals.found),
        "cut_points": sum(len(findings.cuts) for findings in totals.found),
        "images": sum(findings.image_count for findings in totals.found),
        "images_checked_whole": sum(findings.whole_count for findings in totals.found),
        "images_served_from": totals.started_servers,
        "images_with_losses": sum(len(findings.bad_images) for findings in totals.found) + len(totals.broken_servers),
        "losses": dict(totals.lost),
        "unexpected_answers": len(totals.surprises),
    }


def _report(totals: Totals, figures: dict[str, object]) -> None:
    _say("")
    for name, value in figures.items():
        if isinstance(value, int):
            _say(f"{name.replace('_', ' '):<28}{value:>12,}")
    for name, count in totals.lost.most_common():
        _say(f"  {name:<26}{count:>12,}")
    for findings in totals.found:
        _say_evidence(findings)
    for loss in totals.broken_servers[:3]:
        _say(f"\n{loss.kind}: {loss.evidence}")
    for line in totals.surprises[:5]:
        _say(f"\nunexpected answer: {line[:1000]}")
    _say("\nLOSSES." if totals.lost or totals.surprises else "\nEverything acknowledged is in every image.")


def _say_evidence(findings: images.Findings) -> None:
    for number, where, story, losses in findings.bad_images[:3]:
        _say(f"\n{findings.recording.folder.name}, image {number}, the power goes {where}:")
        for line in [*story, *(f"{loss.kind}: {loss.evidence}" for loss in losses[:3])]:
            _say(f"  {line[:1000]}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.powerloss", description=__doc__.splitlines()[0])
    parser.add_argument("--images", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    parser.add_argument("--async-mode", choices=("eventlet", "threading"), default="eventlet")
    parser.add_argument("--mutant", help="a bug of tests/mutants to switch in: synchronous_normal must lose")
    parser.add_argument("--scenarios", nargs="+", choices=SCENARIOS, default=SCENARIOS, help="what to record")
    parser.add_argument(
        "--acts", type=int, default=1_500, help="how many writes are acknowledged in each recorded load"
    )
    parser.add_argument(
        "--start-every", type=int, default=500, help="start the server on every so many images; 0: on none"
    )
    parser.add_argument("--report", type=Path, help="write the figures to this file, as JSON")
    parser.add_argument("--again", type=Path, help="the folder of a recording, to make one image of it again")
    parser.add_argument("--image", type=int, default=0, help="with --again: its number")
    return parser.parse_args()


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
