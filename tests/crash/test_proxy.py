"""The bad network mixes events up, and nothing else."""

import random

import pytest

from tests.crash.proxy import Frames

HEAD = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"


def frame(text):
    body = text.encode()
    if len(body) < 126:
        return bytes([0x81, len(body)]) + body
    if len(body) < 65_536:
        return bytes([0x81, 126]) + len(body).to_bytes(2, "big") + body
    return bytes([0x81, 127]) + len(body).to_bytes(8, "big") + body


def events(number, size=1):
    return frame(f'42["events",{{"n":{number},"x":"{"x" * size}"}}]')


def test_events_that_come_together_change_places():
    sent = [events(number) for number in range(20)]
    frames = Frames(random.Random(7))

    passed = frames.mixed(HEAD + b"".join(sent))

    assert passed.startswith(HEAD)
    assert len(passed) == len(HEAD) + sum(map(len, sent))
    assert all(one in passed for one in sent)
    assert passed != HEAD + b"".join(sent)
    assert frames.count > 0


def test_what_is_no_event_stays_where_it_is():
    ack = frame('431[{"epoch":"e"}]')
    passed = Frames(random.Random(7)).mixed(HEAD + events(1) + ack + events(2))

    assert passed == HEAD + events(1) + ack + events(2)


@pytest.mark.parametrize("size", [1, 200, 70_000])
@pytest.mark.parametrize("piece", [1, 7, 4096])
def test_whole_frames_pass_however_they_arrive(size, piece):
    sent = HEAD + b"".join(events(number, size) for number in range(3))
    frames = Frames(random.Random(1))

    passed = b"".join(frames.mixed(sent[at : at + piece]) for at in range(0, min(len(sent), 400_000), piece))

    assert sorted(passed) == sorted(sent)


def test_an_answer_without_an_upgrade_passes_as_it_is():
    answer = b'HTTP/1.1 200 OK\r\n\r\n42["events"]'
    frames = Frames(random.Random(1))

    assert frames.mixed(answer) == answer
    assert frames.mixed(b"the rest of a long body") == b"the rest of a long body"
