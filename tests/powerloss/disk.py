"""What a disk may hold after a power cut, worked out from a trace.

The rules, as strict as POSIX lets a file system be:

- What was written to a file before its last finished sync *began* is there.
- What was written later is there or not, each write on its own, torn at 512 bytes; so a sector holds what it held at
  the last sync, or what any later write put there.
- The length of a file is that of its last sync, or any that it has had since; what has no data reads as zeros, or as
  anything that lay on the disk before.
- What a sync was to write that failed is never written: the system takes it for written from then on.
- A name that was made, changed or removed after the last sync of its folder *began* is as before or as after, each
  change on its own; a rename inside one folder happens whole or not at all. Syncing a file does not keep its name.
"""

import random
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from tests.powerloss.trace import CREATED, FAILED, TRUNCATED, Op, Record

SECTOR = 512
ROOT = 0
JUNK_SHARE = 0.2
"""In how many images that have room without data it is filled with junk instead of zeros."""


@dataclass(slots=True)
class Change:
    """One write (`content`) or truncation (None) of a file."""

    seq: int
    offset: int
    content: memoryview | None
    is_given_up: bool = False
    """A sync of it failed, so that no later one writes it."""


@dataclass(slots=True)
class NameChange:
    """Names of one folder that change together: what each leads to from now on, None for nothing."""

    seq: int
    names: dict[str, int | None]


@dataclass
class Node:
    """A file or a folder, whatever it is called."""

    is_folder: bool = False
    content: bytes = b""
    """What was there when the trace began."""
    children: dict[str, int] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    name_changes: list[NameChange] = field(default_factory=list)
    syncs: list[tuple[int, int]] = field(default_factory=list)
    """When each sync was over, and when it had begun."""

    def give_up(self, begin: int) -> None:
        """Take what has not been synced by then for lost."""
        kept_until = max((began for _, began in self.syncs), default=0)
        for change in self.changes:
            if kept_until < change.seq <= begin and change.content is not None:
                change.is_given_up = True


class History:
    """All that happened, by file and by folder."""

    def __init__(self, records: Iterable[Record], folder: Path, before: Path | None = None) -> None:
        self.nodes = [Node(is_folder=True)]
        self.last_seq = 0
        self.write_count = 0
        self.sync_count = 0
        self.places: dict[str, list[int]] = {}
        """The records that change what is called so, by the path inside the folder; for choosing cuts."""
        self.ever: dict[str, int] = {}
        """Every path that there has been, and what it led to last."""
        self.sync_seqs: list[int] = []
        self.name_seqs: list[int] = []
        self._folder = PurePosixPath(folder.resolve())
        self._opened: dict[tuple[int, int], tuple[int, str]] = {}
        if before is not None:
            self._load(before, ROOT, "")
        self._present = [dict(node.children) for node in self.nodes]
        for record in records:
            self._take(record)
            self.last_seq = record.seq

    def content_of(self, path: str) -> bytes:
        """Return all that was ever written to what was called so last."""
        node = self.nodes[self.ever[path]]
        content = bytearray(node.content)
        for change in node.changes:
            _apply(content, change)
        return bytes(content)

    def _load(self, folder: Path, number: int, inside: str) -> None:
        for path in folder.iterdir():
            node = Node(is_folder=path.is_dir(), content=b"" if path.is_dir() else path.read_bytes())
            self.nodes.append(node)
            made = self.nodes[number].children[path.name] = len(self.nodes) - 1
            self.ever[inside + path.name] = made
            if node.is_folder:
                self._load(path, made, f"{inside}{path.name}/")

    def _take(self, record: Record) -> None:
        match record.op:
            case Op.OPEN:
                self._open(record)
            case Op.CLOSE:
                self._opened.pop((record.pid, record.fd), None)
            case Op.WRITE | Op.TRUNCATE:
                self._change(record)
            case Op.SYNC:
                self._sync(record)
            case _:
                self._name(record, self._renamed(record.op, *record.paths))

    def _renamed(self, op: Op, path: str, other: str = "") -> dict[str, int | None]:
        match op:
            case Op.MKDIR:
                return {path: self._new(is_folder=True)}
            case Op.LINK:
                return {other: self._find(path)}
            case Op.RENAME:
                return {path: None, other: self._find(path)}
            case _:
                return {path: None}

    def _open(self, record: Record) -> None:
        path = record.paths[0]
        if record.flags & CREATED:
            self._name(record, {path: self._new(is_folder=False)})
        number = self._find(path)
        assert number is not None, f"{path} was opened and is not known"
        self._opened[record.pid, record.fd] = (number, self._inside(path))
        if record.flags & TRUNCATED:
            self.nodes[number].changes.append(Change(record.seq, 0, None))

    def _change(self, record: Record) -> None:
        number, path = self._opened[record.pid, record.fd]
        content = record.content if record.op == Op.WRITE else None
        self.nodes[number].changes.append(Change(record.seq, record.offset, content))
        self.places.setdefault(path, []).append(record.seq)
        self.write_count += 1

    def _sync(self, record: Record) -> None:
        number, _ = self._opened[record.pid, record.fd]
        node = self.nodes[number]
        if record.flags & FAILED:
            node.give_up(record.begin)
            return
        node.syncs.append((record.seq, record.begin))
        self.sync_seqs.append(record.seq)
        self.sync_count += 1

    def _name(self, record: Record, paths: dict[str, int | None]) -> None:
        by_folder: dict[int, dict[str, int | None]] = {}
        for path, number in paths.items():
            folder = self._find(str(PurePosixPath(path).parent))
            assert folder is not None, f"{path} is in a folder that is not known"
            name = PurePosixPath(path).name
            by_folder.setdefault(folder, {})[name] = number
            if number is None:
                self._present[folder].pop(name, None)
            else:
                self._present[folder][name] = number
                self.ever[self._inside(path)] = number
        for folder, names in by_folder.items():
            self.nodes[folder].name_changes.append(NameChange(record.seq, names))
        self.name_seqs.append(record.seq)

    def _new(self, *, is_folder: bool) -> int:
        self.nodes.append(Node(is_folder=is_folder))
        self._present.append({})
        return len(self.nodes) - 1

    def _find(self, path: str) -> int | None:
        number: int | None = ROOT
        for name in PurePosixPath(path).relative_to(self._folder).parts:
            if number is None:
                return None
            number = self._present[number].get(name)
        return number

    def _inside(self, path: str) -> str:
        return str(PurePosixPath(path).relative_to(self._folder))


@dataclass
class Image:
    """One disk after a power cut."""

    cut: int
    files: dict[str, bytearray]
    story: list[str]
    """How it came to be, for the evidence."""

    def write(self, folder: Path, only: str = "") -> None:
        """Put the files whose path begins with `only` into a folder."""
        for path, content in self.files.items():
            if path.startswith(only):
                target = folder / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)


class Disk:
    """Makes images at cuts that only go forward."""

    def __init__(self, history: History) -> None:
        self._nodes = history.nodes
        self._sure = [bytearray(node.content) for node in history.nodes]
        self._sure_names = [dict(node.children) for node in history.nodes]
        self._done = [0] * len(history.nodes)
        self._cut = 0

    def image(self, cut: int, chance: random.Random) -> Image:
        """Return what the disk may hold when the power goes right after record `cut`.

        Raises:
            ValueError: an earlier image was cut later.
        """
        if cut < self._cut:
            msg = "cuts only go forward"
            raise ValueError(msg)
        self._cut = cut
        for number, node in enumerate(self._nodes):
            self._settle(number, node)
        image = Image(cut, {}, [])
        self._walk(ROOT, "", image, chance)
        return image

    def _settle(self, number: int, node: Node) -> None:
        """Make sure of what has been synced by now."""
        finished = node.syncs[: bisect_right(node.syncs, (self._cut, self._cut))]
        kept_until = max((begin for _, begin in finished), default=0)
        changes = node.name_changes if node.is_folder else node.changes
        while self._done[number] < len(changes) and changes[self._done[number]].seq <= kept_until:
            change = changes[self._done[number]]
            if isinstance(change, NameChange):
                _rename(self._sure_names[number], change)
            elif not change.is_given_up:
                _apply(self._sure[number], change)
            self._done[number] += 1

    def _walk(self, number: int, path: str, image: Image, chance: random.Random) -> None:
        names = dict(self._sure_names[number])
        unsure = self._unsure(number, self._nodes[number].name_changes)
        kept, how = _choose(unsure, chance)
        for change in kept:
            _rename(names, change)
        if unsure:
            image.story.append(f"{path or '.'}: {len(kept)} of {len(unsure)} changes of names are there ({how})")
        for name, child in sorted(names.items()):
            inside = f"{path}/{name}" if path else name
            if self._nodes[child].is_folder:
                self._walk(child, inside, image, chance)
            else:
                image.files[inside] = self._content(child, inside, image, chance)

    def _content(self, number: int, path: str, image: Image, chance: random.Random) -> bytearray:
        content = self._sure[number]
        unsure = self._unsure(number, self._nodes[number].changes)
        if not unsure:
            return content
        content = bytearray(content)
        lengths = _lengths(len(content), unsure)
        kept, how = _choose(unsure, chance)
        is_torn = how != "all" and chance.random() < 0.7
        for change in kept:
            if is_torn and change.content is not None and (how != "the first" or change is kept[-1]):
                _apply_torn(content, change, chance)
            else:
                _apply(content, change)
        length = lengths[-1] if how == "all" or chance.random() < 0.6 else chance.choice(lengths)
        filler = _stretch(content, length, chance)
        torn = ", torn" if is_torn else ""
        image.story.append(
            f"{path}: {len(kept)} of {len(unsure)} writes are there ({how}{torn}), {length:,} bytes long{filler}"
        )
        return content

    def _unsure(self, number: int, changes: list) -> list:  # type: ignore[type-arg]
        last = self._done[number]
        while last < len(changes) and changes[last].seq <= self._cut:
            last += 1
        return changes[self._done[number] : last]


def _choose(changes: list, chance: random.Random) -> tuple[list, str]:  # type: ignore[type-arg]
    """Return which of the unsynced changes are there, and how they were chosen."""
    if not changes:
        return [], "all"
    how = chance.choices(("all", "none", "the first", "all but one", "any"), (20, 15, 25, 15, 25))[0]
    match how:
        case "all":
            return changes, how
        case "none":
            return [], how
        case "the first":
            return changes[: chance.randint(1, len(changes))], how
        case "all but one":
            missing = chance.randrange(len(changes))
            return [change for number, change in enumerate(changes) if number != missing], how
        case _:
            share = chance.random()
            return [change for change in changes if chance.random() < share], how


def _rename(names: dict[str, int], change: NameChange) -> None:
    for name, number in change.names.items():
        if number is None:
            names.pop(name, None)
        else:
            names[name] = number


def _apply(content: bytearray, change: Change) -> None:
    if change.content is None:
        del content[change.offset :]
        content.extend(bytes(change.offset - len(content)))
    else:
        _put(content, change.offset, change.content)


def _apply_torn(content: bytearray, change: Change, chance: random.Random) -> None:
    """Write those sectors of a write that happened to be written."""
    assert change.content is not None
    at, end = change.offset, change.offset + len(change.content)
    while at < end:
        until = min(end, (at // SECTOR + 1) * SECTOR)
        if chance.random() < 0.5:
            _put(content, at, change.content[at - change.offset : until - change.offset])
        at = until


def _put(content: bytearray, offset: int, part: memoryview) -> None:
    if offset > len(content):
        content.extend(bytes(offset - len(content)))
    content[offset : offset + len(part)] = part


def _lengths(length: int, changes: list[Change]) -> list[int]:
    """Return every length that the file has had since its last sync, the present one last."""
    lengths = [length]
    for change in changes:
        end = change.offset if change.content is None else max(lengths[-1], change.offset + len(change.content))
        lengths.append(end)
    return lengths


def _stretch(content: bytearray, length: int, chance: random.Random) -> str:
    missing = length - len(content)
    if missing <= 0:
        del content[length:]
        return ""
    is_junk = chance.random() < JUNK_SHARE
    content.extend(chance.randbytes(missing) if is_junk else bytes(missing))
    return f", {missing:,} of them {'junk' if is_junk else 'zeros'}"
