"""The server is killed between the bytes of a file and their row: nothing is lost, and nothing is left over."""

import http.client
import json
import time
import uuid

import pytest

from chat.verification import verify

ALICE, BOB = 0, 1
CONTENT = b"one line\nanother line\n" * 1000
SOON_SECONDS = 20


@pytest.fixture
def room(own_server):
    """Return the room that everybody is in."""
    return next(room for room in own_server.call(ALICE, "GET", "/api/rooms").body["rooms"] if room["role"])


def restart(live, **environment):
    live.server.stop()
    live.server.start(STET_HOUSEKEEPING_DELAY_SECONDS="0", **environment)


def put(live, upload, offset, chunk):
    """Send a piece of a file; None when there was no answer."""
    connection = http.client.HTTPConnection("127.0.0.1", live.port, timeout=30)
    headers = {"Authorization": f"Bearer {live.tokens[ALICE]}", "Upload-Offset": str(offset)}
    try:
        connection.request("PATCH", f"/api/uploads/{upload['id']}", chunk, headers)
        return json.loads(connection.getresponse().read())["upload"]
    except (http.client.HTTPException, OSError):
        return None
    finally:
        connection.close()


def announce(live, name):
    body = {"name": name, "size_bytes": len(CONTENT), "client_id": str(uuid.uuid4())}
    return live.call(ALICE, "POST", "/api/uploads", body).body["upload"]


def post(live, room, upload):
    body = {"text": "", "attachment_ids": [upload["id"]]}
    return live.call(ALICE, "POST", f"/api/rooms/{room['id']}/messages", body)


def found(live):
    """Return what `flask verify` finds of uploads, problems and notes."""
    data = live.server.folder / "data"
    checked = verify(live.server.database_file, data)
    assert [each.problems for each in checked if each.problems] == []
    return [note for each in checked if each.name == "uploads" for note in each.notes]


def lying(live):
    return sorted(path.name for path in (live.server.folder / "data" / "uploads").glob("*"))


def wait_until(is_so):
    deadline = time.monotonic() + SOON_SECONDS
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_killed_when_the_file_is_on_disk_and_its_row_does_not_say_so(own_server, room):
    restart(own_server, STET_FAILPOINTS="upload_on_disk=kill")
    upload = announce(own_server, "notes.txt")
    assert put(own_server, upload, 0, CONTENT) is None
    own_server.server.wait(SOON_SECONDS)
    assert found(own_server) == []

    own_server.server.start()

    told = own_server.call(ALICE, "GET", f"/api/uploads/{upload['id']}").body["upload"]
    assert (told["offset"], told["is_complete"]) == (len(CONTENT), False)
    assert post(own_server, room, upload).status == 409
    assert put(own_server, upload, len(CONTENT), b"")["is_complete"]
    message = post(own_server, room, upload).body["message"]
    assert [file["name"] for file in message["attachments"]] == ["notes.txt"]
    assert (found(own_server), len(lying(own_server))) == ([], 1)


def test_killed_when_half_of_the_file_has_arrived(own_server, room):
    upload = announce(own_server, "notes.txt")
    assert put(own_server, upload, 0, CONTENT[:5000])["offset"] == 5000
    own_server.server.kill()
    own_server.server.start()

    offset = own_server.call(ALICE, "GET", f"/api/uploads/{upload['id']}").body["upload"]["offset"]
    assert put(own_server, upload, offset, CONTENT[offset:])["is_complete"]
    assert post(own_server, room, upload).status == 201
    assert found(own_server) == []


def test_killed_when_the_file_of_a_deleted_message_is_gone_and_the_note_of_it_is_not(own_server, room):
    restart(own_server, STET_FAILPOINTS="file_removed=kill")
    upload = announce(own_server, "notes.txt")
    put(own_server, upload, 0, CONTENT)
    message = post(own_server, room, upload).body["message"]
    assert own_server.call(ALICE, "DELETE", f"/api/messages/{message['id']}").status == 200
    assert own_server.call(BOB, "GET", message["attachments"][0]["url"]).status == 404
    wait_until(lambda: lying(own_server) == [])

    restart(own_server)

    wait_until(lambda: found(own_server) == [])
