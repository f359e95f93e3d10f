"""Many images of one recording: where the power goes, what is left, and whether the promises hold."""

import multiprocessing
import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.powerloss.checks import DATABASE, Loss, Promises, losses_in
from tests.powerloss.disk import Disk, History, Image
from tests.powerloss.recording import Recording

WHOLE_SHARE = 0.2
WORKERS = 2
ROOM_BYTES = 256 * 1024 * 1024
CUTS = {
    "after an answer": 30,
    "in a commit": 22,
    "in a checkpoint": 20,
    "at a sync": 10,
    "at a name": 8,
    "anywhere": 10,
}
"""Where the power goes, and how often."""


@dataclass
class Findings:
    """What the images of one recording showed."""

    recording: Recording
    write_count: int = 0
    sync_count: int = 0
    ack_count: int = 0
    image_count: int = 0
    whole_count: int = 0
    cuts: set[int] = field(default_factory=set)
    lost: Counter[str] = field(default_factory=Counter)
    """In how many images each promise was broken."""
    bad_images: list[tuple[int, str, list[str], list[Loss]]] = field(default_factory=list)
    """Number, kind of cut, how the image came to be, losses."""


@dataclass(frozen=True)
class Number:
    """An image by its number: the same number and seed make the same image of a recording."""

    number: int
    cut: int
    where: str
    chance: random.Random
    is_whole: bool


def look_at(recording: Recording, numbers: range, seed: int, workers: int = WORKERS) -> Findings:
    """Make the images of these numbers and check each."""
    history = recording.history()
    promises = Promises(recording, history)
    findings = Findings(
        recording, history.write_count, history.sync_count, len(recording.ack_seqs), image_count=len(numbers)
    )
    # Forked, so that nobody reads the trace again.
    context = multiprocessing.get_context("fork")
    answers = context.SimpleQueue()
    running = [
        context.Process(target=_work, args=(history, promises, numbers[part::workers], seed, answers), daemon=True)
        for part in range(workers)
    ]
    for worker in running:
        worker.start()
    for _ in running:
        found = answers.get()
        if isinstance(found, BaseException):
            raise found
        findings.whole_count += found.whole_count
        findings.cuts |= found.cuts
        findings.lost += found.lost
        findings.bad_images += found.bad_images
    for worker in running:
        worker.join()
    return findings


def image_of(recording: Recording, number: int, seed: int) -> tuple[Image, Number]:
    """Make one image by its number."""
    history = recording.history()
    chosen = _number(number, seed, history, recording)
    return Disk(history).image(chosen.cut, chosen.chance), chosen


def _work(history: History, promises: Promises, numbers: range, seed: int, answers) -> None:  # type: ignore[no-untyped-def]
    try:
        answers.put(_look(history, promises, numbers, seed))
    except BaseException as error:
        answers.put(RuntimeError(f"an image could not be looked at: {error!r}"))
        raise


def _look(history: History, promises: Promises, numbers: range, seed: int) -> Findings:
    findings = Findings(promises.recording)
    disk = Disk(history)
    folder = Path(tempfile.mkdtemp(prefix="stet-image-", dir=_fast_folder()))
    try:
        for chosen in _in_order(numbers, seed, history, promises.recording):
            image = disk.image(chosen.cut, chosen.chance)
            findings.cuts.add(chosen.cut)
            findings.whole_count += chosen.is_whole
            losses = losses_in(image, folder, promises, whole=chosen.is_whole)
            shutil.rmtree(folder / "data", ignore_errors=True)
            if losses:
                findings.lost.update({loss.kind for loss in losses})
                findings.bad_images.append((chosen.number, chosen.where, image.story, losses[:20]))
    finally:
        shutil.rmtree(folder)
    return findings


def _in_order(numbers: range, seed: int, history: History, recording: Recording) -> Iterator[Number]:
    yield from sorted((_number(number, seed, history, recording) for number in numbers), key=lambda made: made.cut)


def _number(number: int, seed: int, history: History, recording: Recording) -> Number:
    chance = random.Random(f"{seed} {number}")
    (where,) = chance.choices(list(CUTS), list(CUTS.values()))
    cut = _cut(where, history, recording, chance)
    return Number(number, max(0, min(cut, history.last_seq)), where, chance, chance.random() < WHOLE_SHARE)


def _cut(where: str, history: History, recording: Recording, chance: random.Random) -> int:
    places = {
        "after an answer": recording.ack_seqs,
        "in a commit": history.places.get(f"{DATABASE}-wal", []),
        "in a checkpoint": history.places.get(DATABASE, []),
        "at a sync": history.sync_seqs,
        "at a name": history.name_seqs,
    }.get(where, [])
    if not places:
        return chance.randint(0, history.last_seq)
    shift = {"after an answer": (0, 0, 0, 1, 3), "at a sync": (-1, -1, 0), "at a name": (-1, 0, 0, 1, 2, 5)}
    return chance.choice(places) + chance.choice(shift.get(where, (0,)))


def _fast_folder() -> str | None:
    memory = Path("/dev/shm")
    return str(memory) if memory.is_dir() and shutil.disk_usage(memory).free > ROOM_BYTES else None
