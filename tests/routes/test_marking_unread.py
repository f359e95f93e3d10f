"""Read marks that go back, and everything read at once."""

import pytest

from tests.conftest import created
from tests.routes.test_threads import reply, room_of, say


@pytest.fixture
def room(alice, bob):
    """Return a closed room of Alice and Bob."""
    body = {"kind": "closed", "name": "launch", "member_ids": [bob.user_id]}
    return created(alice.post("/api/rooms", json=body))["room"]


def put(person, room, name, message_id):
    return created(person.put(f"/api/rooms/{room['id']}/{name}", json={"message_id": message_id}))


def counts(person, room):
    seen = room_of(person, room)
    return seen["unread_count"], seen["mention_count"], seen["read_message_id"]


def test_a_room_is_marked_unread_from_a_message_on(alice, bob, room):
    made = [say(alice, room, f"{number} @Bob Lee")["id"] for number in range(4)]
    put(bob, room, "read", made[-1])

    answer = put(bob, room, "unread", made[2])

    assert (answer["unread_count"], answer["mention_count"]) == (2, 2)
    assert counts(bob, room) == (2, 2, made[2] - 1)


def test_reading_goes_on_from_where_the_mark_went_back_to(alice, bob, room):
    made = [say(alice, room, f"{number}")["id"] for number in range(4)]
    put(bob, room, "read", made[-1])
    put(bob, room, "unread", made[0])

    assert put(bob, room, "read", made[1])["unread_count"] == 2


def test_every_mark_knows_the_event_that_set_it(alice, bob, room):
    made = [say(alice, room, f"{number}")["id"] for number in range(2)]
    seqs = [room_of(bob, room)["read_seq"]]
    for name, message_id in (("read", made[1]), ("unread", made[0]), ("unread", made[0]), ("read", made[0])):
        put(bob, room, name, message_id)
        seqs.append(room_of(bob, room)["read_seq"])

    assert seqs[0] < seqs[1] < seqs[2] == seqs[3] < seqs[4]


def test_everything_is_read_at_once_and_that_can_be_taken_back(alice, bob, room):
    other = created(alice.post("/api/rooms", json={"kind": "closed", "name": "design", "member_ids": [bob.user_id]}))
    parent = say(bob, room, "When?")
    for number in range(3):
        say(alice, room, f"{number} @Bob Lee")
    say(alice, other["room"], "hello")
    reply(alice, parent)
    before = [counts(bob, one) for one in (room, other["room"])]

    former = created(bob.post("/api/rooms/read"))

    assert [counts(bob, one)[:2] for one in (room, other["room"])] == [(0, 0), (0, 0)]
    assert created(bob.get("/api/threads?filter=unread"))["threads"] == []
    created(bob.post("/api/rooms/unread", json=former))
    assert [counts(bob, one) for one in (room, other["room"])] == before
    assert len(created(bob.get("/api/threads?filter=unread"))["threads"]) == 1
    assert created(alice.post("/api/rooms/read"))["rooms"] == [{"room_id": room["id"], "message_id": 0}]


def test_taking_back_moves_no_mark_forward_and_touches_no_other_room(alice, bob, carol, room):
    made = say(alice, room, "hello")
    everything = {
        "rooms": [{"room_id": room["id"], "message_id": made["id"]}],
        "threads": [{"message_id": made["id"], "read_message_id": 0}],
    }

    created(bob.post("/api/rooms/unread", json=everything))
    created(carol.post("/api/rooms/unread", json=everything))

    assert counts(bob, room)[0] == 1


@pytest.mark.parametrize("body", [{"rooms": 1}, {"rooms": [{"room_id": 1}]}, {"threads": [1]}, {"rooms": [None]}])
def test_other_marks_are_refused(bob, body):
    assert bob.post("/api/rooms/unread", json=body).status_code == 422


def test_an_outsider_marks_nothing_unread(alice, carol, room):
    made = say(alice, room, "hello")
    body = {"message_id": made["id"]}

    hidden = carol.put(f"/api/rooms/{room['id']}/unread", json=body)
    missing = carol.put("/api/rooms/4242/unread", json=body)

    assert (hidden.status_code, hidden.get_json()) == (404, missing.get_json())


def test_a_message_of_another_room_is_no_mark(alice, bob, room):
    hall = created(alice.post("/api/rooms", json={"kind": "open", "name": "hall"}))["room"]
    made = say(alice, hall, "elsewhere")

    assert alice.put(f"/api/rooms/{room['id']}/unread", json={"message_id": made["id"]}).status_code == 404
