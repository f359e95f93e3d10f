"""What people are told when the disk, the database or our own code fails: the truth, and nothing of our insides."""

import sqlite3

import pytest

from chat.extensions import db, socketio
from tests.conftest import created, post
from tests.values import keyed


@pytest.fixture
def fill_the_disk(app):
    """Return a function that leaves no room for another page, and one that makes room again."""
    sqlite = app.extensions["writer"].sqlite

    def fill():
        pages = sqlite.execute("PRAGMA page_count").fetchone()[0]
        sqlite.execute(f"PRAGMA max_page_count = {pages}")

    def make_room():
        sqlite.execute("PRAGMA max_page_count = 1000000")

    yield fill, make_room
    make_room()


@pytest.fixture
def event_count(bob):
    """Return a function that counts the packets of events that Bob's socket has heard."""
    socket = socketio.test_client(bob.application, auth={"token": bob.token})
    return lambda: [packet["name"] for packet in socket.queue].count("events")


def send(client, room, text, **headers):
    return client.post(f"/api/rooms/{room['id']}/messages", json={"text": text}, headers=headers)


def write_until_full(client, room, length=4_000):
    """Return the first answer that is not a success."""
    answers = (send(client, room, "x" * length) for _ in range(500))
    return next(answer for answer in answers if answer.status_code != 201)


def state(client, room):
    return created(client.get(f"/api/streams/{room['stream']}/snapshot"))


def test_a_full_disk_is_said_and_nothing_of_the_write_is_kept(alice, room, fill_the_disk):
    fill, _ = fill_the_disk
    fill()
    refused = write_until_full(alice, room)
    before = state(alice, room)

    again = send(alice, room, "y" * 4_000)

    assert refused.status_code == again.status_code == 507
    assert refused.get_json()["code"] == "storage_full"
    assert refused.headers["Retry-After"] == "30"
    assert state(alice, room) == before


def test_a_full_disk_broadcasts_nothing(app, alice, bob, room, fill_the_disk, event_count):
    fill, _ = fill_the_disk
    fill()
    write_until_full(alice, room)
    app.extensions["broadcaster"].drain()
    before = event_count()

    send(alice, room, "y" * 4_000)
    app.extensions["broadcaster"].drain()

    assert event_count() == before


def test_with_a_full_disk_reading_goes_on(alice, bob, room, fill_the_disk):
    fill, _ = fill_the_disk
    fill()
    write_until_full(alice, room)
    wheres = [
        "/api/rooms",
        f"/api/rooms/{room['id']}/messages",
        f"/api/streams/{room['stream']}/snapshot",
        "/api/health",
    ]

    assert {bob.get(where).status_code for where in wheres} == {200}


def test_when_there_is_room_again_the_same_key_stores_the_message_once(alice, room, fill_the_disk):
    fill, make_room = fill_the_disk
    fill()
    write_until_full(alice, room)
    key = keyed()
    refused = send(alice, room, "z" * 4_000, **key)

    make_room()
    stored = send(alice, room, "z" * 4_000, **key)

    assert (refused.status_code, stored.status_code) == (507, 201)
    assert send(alice, room, "z" * 4_000, **key).get_json() == stored.get_json()


def test_other_writes_with_a_full_disk_are_refused_the_same_way(alice, room, fill_the_disk):
    fill, make_room = fill_the_disk
    message = post(alice, room, "x")["message"]
    fill()
    write_until_full(alice, room)
    # What was too small for a long message still takes an edit of one.
    write_until_full(alice, room, length=1)

    body = {"text": "y" * 4_000, "base_version": 1}
    edited = [alice.patch(f"/api/messages/{message['id']}", json=body) for _ in range(3)]
    make_room()

    assert {answer.status_code for answer in edited} == {507}
    assert created(alice.get(f"/api/messages/{message['id']}"))["message"] == message


def test_a_foreign_lock_is_busy_and_then_everything_goes_on(alice, room, settings):
    key = keyed()
    other = sqlite3.connect(settings.database_file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    refused = send(alice, room, "hello", **key)
    reading = alice.get(f"/api/rooms/{room['id']}/messages")
    other.execute("ROLLBACK")
    other.close()

    assert (refused.status_code, refused.get_json()["code"]) == (503, "storage_busy")
    assert refused.headers["Retry-After"] == "1"
    assert reading.status_code == 200
    assert send(alice, room, "hello", **key).status_code == 201


def test_a_broadcast_that_raises_does_not_reach_who_wrote(app, alice, room, monkeypatch):
    def broken(*_args, **_kwargs):
        message = "the network is gone"
        raise RuntimeError(message)

    monkeypatch.setattr(socketio, "emit", broken)

    answer = send(alice, room, "stored all the same")
    app.extensions["broadcaster"].drain()

    assert answer.status_code == 201
    assert len(state(alice, room)["messages"]) == 1


def test_an_unexpected_fault_answers_an_id_and_nothing_of_our_insides(app, alice, room, caplog):
    app.extensions["writer"].sqlite.execute("ALTER TABLE message RENAME TO lost")

    answers = [
        send(alice, room, "a private text"),
        alice.get(f"/api/rooms/{room['id']}/messages"),
        alice.get("/api/rooms"),
    ]

    assert {answer.status_code for answer in answers} == {500}
    assert {answer.content_type for answer in answers} == {"application/problem+json"}
    for answer in answers:
        problem = answer.get_json()
        assert problem["id"] in caplog.text
        assert problem["id"] in problem["detail"]
        told = answer.get_data(as_text=True).lower()
        assert not {
            word for word in ("traceback", "sqlite", "select", "insert", "no such", ".py", "/work") if word in told
        }


def test_a_fault_leaves_the_next_request_alone(app, alice, room):
    sqlite = app.extensions["writer"].sqlite
    sqlite.execute("ALTER TABLE message RENAME TO lost")
    send(alice, room, "x")
    sqlite.execute("ALTER TABLE lost RENAME TO message")

    assert send(alice, room, "x").status_code == 201


def test_no_log_line_holds_a_token_or_a_text(app, alice, room, caplog):
    message = post(alice, room, "hello")["message"]
    app.extensions["writer"].sqlite.execute("ALTER TABLE revision RENAME TO lost")

    alice.patch(f"/api/messages/{message['id']}", json={"text": "a private text", "base_version": 1})
    alice.delete(f"/api/messages/{message['id']}")

    assert "unexpected_error" in caplog.text
    assert alice.token not in caplog.text
    assert "a private text" not in caplog.text


def test_a_path_cannot_write_lines_of_its_own_into_the_log(app, alice, capsys):
    app.extensions["writer"].sqlite.execute("ALTER TABLE membership RENAME TO lost")

    alice.get("/api/streams/room-1%0aforged/snapshot")
    alice.put("/api/messages/1/reactions/%0d%0aforged")

    assert not [line for line in capsys.readouterr().err.splitlines() if line.startswith("forged")]


@pytest.mark.parametrize("where", ["/api/nothing", "/api/rooms/1/nothing", "/api/"])
def test_an_address_that_is_none_is_a_problem_document(alice, where):
    answer = alice.get(where)

    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")
    assert answer.get_json()["code"] == "not_found"


def test_a_method_that_is_none_is_a_problem_document_that_names_the_others(alice, room):
    answer = alice.delete(f"/api/rooms/{room['id']}")

    assert (answer.status_code, answer.content_type) == (405, "application/problem+json")
    assert {"GET", "PATCH"} <= set(answer.headers["Allow"].replace(",", "").split())


def test_somebody_for_whom_no_connection_is_free_is_told_to_repeat(app, bob, room, monkeypatch):
    with app.app_context():
        pool = db.engine.pool
    monkeypatch.setattr(pool, "_timeout", 0.01)
    held = [pool.connect() for _ in range(pool.size() + pool._max_overflow)]
    try:
        read = bob.get(f"/api/rooms/{room['id']}/messages")
        written = send(bob, room, "hello", **keyed())
    finally:
        for connection in held:
            connection.close()

    assert (read.status_code, read.get_json()["code"]) == (503, "storage_busy")
    assert (written.status_code, written.get_json()["code"]) == (503, "unknown_outcome")
