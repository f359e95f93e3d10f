"""A full disk and a broken one, under the real server: the truth is answered, and what was acknowledged stays."""

import io
import signal

import pytest
from PIL import Image

from tests.crash.api import Api, NoAnswerError
from tests.crash.server import ServerDiedError
from tests.powerloss.people import send_picture

ROOM = "/api/rooms/2/messages"
LONG = "x" * 3_900


@pytest.fixture
def api(stage, token):
    """Return a member's connection to the server, which has been started."""
    made = Api(stage.port, token)
    stage.start()
    yield made
    made.close()


@pytest.fixture
def restart(stage, control, api):
    """Return a function that kills the server, if it has not ended, and starts it on a disk that works."""

    def start():
        stage.end(signal.SIGKILL)
        api.close()
        control.clear()
        stage.start()

    return start


def send(api, text):
    return api.call("POST", ROOM, {"text": text})


def texts(api):
    page = api.call("GET", f"{ROOM}?limit=100")
    assert page.status == 200
    return [message["text"] for message in page.body["messages"]]


def write_until_it_ends(api, most=200):
    """Return the texts that were acknowledged before the connection broke."""
    acknowledged = []
    for number in range(most):
        try:
            answer = send(api, f"message {number} {LONG}")
        except NoAnswerError:
            return acknowledged
        assert answer.status == 201, answer
        acknowledged.append(answer.body["message"]["text"])
    pytest.fail("the server goes on without a disk")


def snapshot(api):
    return api.call("GET", "/api/streams/room-2/snapshot").body


def picture():
    file = io.BytesIO()
    Image.new("RGB", (64, 64), "teal").save(file, "PNG")
    return file.getvalue()


def test_on_a_full_disk_writing_is_refused_reading_goes_on_and_with_room_writing_does(control, api):
    assert send(api, "before").status == 201
    before = snapshot(api)
    control.set("fail write ENOSPC")

    refused = [send(api, f"refused {number} {LONG}") for number in range(4)]

    assert [answer.status for answer in refused] == [507] * 4
    assert {answer.body["code"] for answer in refused} == {"storage_full"}
    assert snapshot(api) == before
    control.clear()
    assert send(api, "after").status == 201
    assert texts(api)[-2:] == ["before", "after"]


def test_what_a_full_disk_refused_is_not_there_after_a_kill_either(control, api, restart):
    send(api, "before")
    control.set("fail write ENOSPC short")
    assert send(api, f"refused {LONG}").status == 507

    restart()

    assert texts(api)[-1] == "before"
    assert send(api, "after").status == 201


@pytest.mark.parametrize("fault", ["fail write EIO path -wal short after 400", "fail fsync EIO path -wal after 8"])
def test_on_a_broken_disk_the_server_ends_and_a_new_one_has_all_that_was_acknowledged(
    stage, control, api, restart, fault
):
    control.set(fault)

    acknowledged = write_until_it_ends(api)

    assert stage.wait() == 70
    assert acknowledged
    restart()
    kept = texts(api)
    # The last one was sent and not answered: nobody knows, until it is repeated.
    assert [text for text in kept if text.startswith("message")][: len(acknowledged)] == acknowledged
    assert send(api, "after").status == 201


def test_a_checkpoint_that_fails_loses_nothing(control, api, restart):
    control.set("fail write EIO path data/stet.sqlite3$", "fail fsync EIO path data/stet.sqlite3$")
    acknowledged = [send(api, f"message {number} {LONG}").body["message"]["text"] for number in range(150)]

    restart()

    assert texts(api) == acknowledged[-100:]


def test_a_disk_that_cannot_take_what_was_left_unsynced_is_said_at_the_start(stage, control, api):
    send(api, "before")
    stage.end(signal.SIGKILL)
    control.set("fail fsync EIO path stet.sqlite3")

    with pytest.raises(ServerDiedError, match=r"Stet cannot start: what is in .* cannot be brought to disk"):
        stage.start()


def test_a_picture_that_has_no_room_is_refused_and_leaves_nothing(stage, control, api):
    assert send_picture(api, picture()).status == 200
    lying = sorted(path.name for path in (stage.data / "avatars").iterdir())
    control.set("fail write ENOSPC path avatars")

    refused = send_picture(api, picture())

    assert refused.status == 507
    assert refused.body["code"] == "storage_full"
    assert sorted(path.name for path in (stage.data / "avatars").iterdir()) == lying
    control.clear()
    assert send_picture(api, picture()).status == 200


def test_a_picture_that_the_disk_does_not_take_is_not_shown_and_leaves_nothing(stage, control, api):
    control.set("fail fsync EIO path avatars/")

    refused = send_picture(api, picture())

    assert refused.status == 500
    assert list((stage.data / "avatars").iterdir()) == []
    assert api.call("GET", "/api/me").body["user"]["avatar_url"] is None


def test_a_clock_that_jumps_changes_no_order_and_loses_nothing(control, api, restart):
    sent = []
    for jump in ("clock +86400", "clock -86400", "clock +0"):
        control.set(jump)
        sent += [send(api, f"{jump} {number}").body["message"]["text"] for number in range(3)]

    assert texts(api)[-9:] == sent
    restart()
    assert texts(api)[-9:] == sent
