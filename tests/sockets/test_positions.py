"""How far each client has come, as it says itself: believed only as far as it can be true."""

import pytest

from chat.unit_of_work import present_epoch
from tests.conftest import created, post
from tests.hearing import drained


@pytest.fixture
def bobs(bob, room, connect):
    """Return Bob's socket, which hears the room."""
    return connect(bob)


@pytest.fixture
def positions(app, bob, bobs):
    """Return a function that tells what is noted of Bob's socket."""

    def noted():
        (connection,) = app.extensions["connections"].of_user(bob.user_id)
        return connection.positions

    return noted


def tell(socket, positions, **more):
    return socket.emit("received", {"positions": positions, **more}, callback=True)


def test_a_client_that_says_nothing_has_no_position(positions):
    assert positions() == {}


def test_what_a_client_has_applied_is_noted(alice, room, bobs, positions):
    answer = post(alice, room, "hello")

    assert tell(bobs, {room["stream"]: answer["stream_seq"]}) == {"ok": True}

    assert positions() == {room["stream"]: answer["stream_seq"]}


def test_a_sync_notes_what_the_client_has_and_not_what_the_answer_brings(alice, room, bobs, positions):
    first = post(alice, room, "it has this")["stream_seq"]
    post(alice, room, "it gets this")

    answer = bobs.emit("sync", {"positions": {room["stream"]: first}}, callback=True)

    assert len(answer["events"][room["stream"]]) == 1
    assert positions() == {room["stream"]: first}


def test_being_sent_an_event_is_not_having_it(app, alice, room, bobs, positions):
    post(alice, room, "hello")

    assert drained(app, bobs)

    assert positions() == {}


def test_positions_only_move_forward(alice, room, bobs, positions):
    seq = post(alice, room, "hello")["stream_seq"]
    tell(bobs, {room["stream"]: seq})

    assert tell(bobs, {room["stream"]: seq - 1}) == {"ok": True}
    bobs.emit("sync", {"positions": {room["stream"]: 0}}, callback=True)

    assert positions() == {room["stream"]: seq}


def test_a_position_that_nothing_has_reached_yet_is_refused_and_the_others_are_noted(alice, bob, room, bobs, positions):
    seq = post(alice, room, "hello")["stream_seq"]

    answer = tell(bobs, {room["stream"]: seq + 1, f"user-{bob.user_id}": 1})

    assert (answer["ok"], answer["error"]["code"]) == (False, "invalid")
    assert positions() == {f"user-{bob.user_id}": 1}


@pytest.mark.parametrize("odd", [-1, 1.0, "1", None, True, [], {}, 10**30])
def test_what_is_no_position_is_refused(room, bobs, positions, odd):
    answer = tell(bobs, {room["stream"]: odd})

    assert (answer["ok"], answer["error"]["code"]) == (False, "invalid")
    assert positions() == {}


@pytest.mark.parametrize("odd", [None, {}, {"positions": None}, {"positions": []}, {"positions": {}, "epoch": 1}])
def test_what_is_no_report_is_refused(bobs, odd):
    assert bobs.emit("received", odd, callback=True)["ok"] is False


def test_a_sync_with_impossible_positions_is_answered_and_they_are_not_noted(room, bobs, positions):
    answer = bobs.emit("sync", {"positions": {room["stream"]: 99, "user-1": -1}}, callback=True)

    assert answer["stale"] == [room["stream"]]
    assert positions() == {}


def test_an_outsider_cannot_claim_a_room_and_learns_nothing_about_it(app, carol, room, connect):
    carols = connect(carol)

    answers = [tell(carols, {stream: 99_999}) for stream in (room["stream"], "room-4242", "user-1")]

    assert answers == [{"ok": True}] * 3
    (connection,) = app.extensions["connections"].of_user(carol.user_id)
    assert connection.positions == {}


def test_leaving_a_room_forgets_the_position_in_it(app, alice, bob, room, bobs, positions):
    tell(bobs, {room["stream"]: 1})

    created(alice.delete(f"/api/rooms/{room['id']}/members/{bob.user_id}"))
    app.extensions["broadcaster"].drain()

    assert positions() == {}


def test_positions_of_another_history_are_neither_noted_nor_kept(app, room, bobs, positions):
    tell(bobs, {room["stream"]: 2}, epoch=app.extensions["writer"].heads.epoch)
    assert tell(bobs, {room["stream"]: 1}, epoch="another") == {"ok": True}
    assert positions() == {room["stream"]: 2}

    app.extensions["writer"].heads.epoch = "restored"
    with app.app_context():
        assert present_epoch() == "restored"
    tell(bobs, {room["stream"]: 1}, epoch="restored")

    assert positions() == {room["stream"]: 1}


def test_what_another_process_wrote_may_be_reached_before_this_one_writes_again(app, alice, room, bobs, positions):
    seq = post(alice, room, "hello")["stream_seq"]
    app.extensions["writer"].heads.streams[room["stream"]] = seq - 1

    assert tell(bobs, {room["stream"]: seq}) == {"ok": True}

    assert positions() == {room["stream"]: seq}


def test_reports_are_counted_like_every_other_event(bobs):
    answers = [tell(bobs, {}) for _ in range(100)]

    assert answers[0] == {"ok": True}
    assert answers[-1]["error"]["code"] == "too_many_requests"
