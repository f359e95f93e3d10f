"""What a power cut can leave: as much as the rules allow, and nothing else."""

import random
from pathlib import Path

import pytest

from tests.powerloss.disk import Disk, History
from tests.powerloss.trace import CREATED, FAILED, FOLDER, Op, Record

DISK = Path("/disk")
PID = 7
IMAGES = 400


class Trace:
    """Writes a trace by hand."""

    def __init__(self) -> None:
        self.records: list[Record] = []

    def add(self, op, *, fd=-1, paths=(), content=b"", offset=0, flags=0, begin=0):
        seq = len(self.records) + 1
        self.records.append(Record(seq, begin, offset, fd, PID, op, flags, paths, memoryview(content)))
        return seq

    def create(self, fd, path):
        return self.add(Op.OPEN, fd=fd, paths=(path,), flags=CREATED)

    def write(self, fd, content, offset=0):
        return self.add(Op.WRITE, fd=fd, content=content, offset=offset)

    def sync(self, fd, flags=0):
        return self.add(Op.SYNC, fd=fd, begin=len(self.records), flags=flags)

    def open_folder(self, fd):
        return self.add(Op.OPEN, fd=fd, paths=("/disk",), flags=FOLDER)

    def images(self, cut=None):
        """Return many disks after one cut."""
        history = History(self.records, DISK)
        disk = Disk(history)
        return [disk.image(cut or history.last_seq, random.Random(number)).files for number in range(IMAGES)]

    def contents(self, path, cut=None):
        return {bytes(files[path]) if path in files else None for files in self.images(cut)}


@pytest.fixture
def trace():
    """Return a trace with a file in it whose name is on disk."""
    made = Trace()
    made.create(3, "/disk/a")
    made.open_folder(4)
    made.sync(4)
    return made


def test_what_was_synced_is_in_every_image(trace):
    trace.write(3, b"kept")
    trace.sync(3)

    assert trace.contents("a") == {b"kept"}


def test_what_was_not_synced_may_be_missing_whole_or_there(trace):
    trace.write(3, b"new!")

    # Without its data the file may have its new length.
    assert {content for content in trace.contents("a") if content is not None} >= {b"", b"new!", bytes(4)}


def test_what_is_written_during_a_sync_may_be_missed_by_it(trace):
    began = trace.write(3, b"1111")
    trace.write(3, b"2222")
    trace.add(Op.SYNC, fd=3, begin=began)

    assert trace.contents("a") == {b"1111", b"2222"}


def test_what_comes_after_the_cut_is_in_no_image(trace):
    trace.write(3, b"1111")
    synced = trace.sync(3)
    trace.write(3, b"2222")

    assert trace.contents("a", synced) == {b"1111"}


def test_a_write_is_torn_at_sectors_and_nowhere_else(trace):
    trace.write(3, b"-" * 2048)
    trace.sync(3)
    trace.write(3, b"+" * 2048)

    contents = trace.contents("a")

    sectors = {content[at : at + 512] for content in contents for at in range(0, 2048, 512)}
    assert sectors == {b"-" * 512, b"+" * 512}
    assert len(contents) > 4


def test_a_write_across_the_border_of_sectors_is_torn_at_the_border(trace):
    trace.write(3, b"-" * 1024)
    trace.sync(3)
    trace.write(3, b"+" * 24, offset=500)

    middles = {content[498:526] for content in trace.contents("a")}

    assert b"--" + b"+" * 12 + b"-" * 14 in middles
    assert all(middle[:2] == b"--" and middle[26:] == b"--" for middle in middles)


def test_later_writes_can_be_there_without_earlier_ones(trace):
    trace.write(3, bytes(2048))
    trace.sync(3)
    for number in (1, 2, 3, 4):
        trace.write(3, bytes([number]) * 512, offset=512 * (number - 1))

    contents = trace.contents("a")

    assert any(content[0] == 0 and content[2000] == 4 for content in contents)
    assert any(content[0] == 1 and content[2000] == 0 for content in contents)


def test_a_synced_file_can_lose_its_name(trace):
    trace.create(5, "/disk/b")
    trace.write(5, b"kept")
    trace.sync(5)

    assert trace.contents("b") == {None, b"kept"}


def test_a_name_is_kept_by_a_sync_of_its_folder(trace):
    trace.create(5, "/disk/b")
    trace.write(5, b"kept")
    trace.sync(5)
    trace.sync(4)

    assert trace.contents("b") == {b"kept"}


def test_a_rename_happens_whole_or_not_at_all(trace):
    trace.write(3, b"old.")
    trace.sync(3)
    trace.create(5, "/disk/a.new")
    trace.write(5, b"new.")
    trace.sync(5)
    trace.sync(4)
    trace.add(Op.RENAME, paths=("/disk/a.new", "/disk/a"))

    both = {(bytes(files["a"]), "a.new" in files) for files in trace.images()}

    assert both == {(b"old.", True), (b"new.", False)}


def test_a_renamed_file_that_was_never_synced_can_be_empty(trace):
    trace.create(5, "/disk/a.new")
    trace.write(5, b"new.")
    trace.add(Op.RENAME, paths=("/disk/a.new", "/disk/a"))
    trace.sync(4)

    assert b"" in trace.contents("a")


def test_a_removed_file_can_come_back(trace):
    trace.write(3, b"kept")
    trace.sync(3)
    trace.add(Op.UNLINK, paths=("/disk/a",))

    assert trace.contents("a") == {None, b"kept"}


def test_what_a_failed_sync_was_to_write_is_not_written_by_the_next_one(trace):
    trace.write(3, b"old.")
    trace.sync(3)
    trace.write(3, b"new.")
    trace.sync(3, flags=FAILED)
    trace.sync(3)

    assert trace.contents("a") == {b"old."}


def test_a_number_makes_the_same_image_again(trace):
    trace.write(3, bytes(4096))
    trace.sync(3)
    for number in range(8):
        trace.write(3, bytes([number + 1]) * 512, offset=512 * number)

    assert trace.images() == trace.images()
