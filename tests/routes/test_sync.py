"""Catching up over HTTP, and snapshots."""

import pytest

from chat.queries import sync as queries
from tests.conftest import created, post


def caught_up(client, positions, **more):
    return created(client.post("/api/sync", json={"positions": positions, **more}))


def test_without_positions_every_stream_is_fresh(alice, room):
    answer = caught_up(alice, {})

    assert {fresh["stream"] for fresh in answer["fresh"]} == {room["stream"], f"user-{alice.user_id}"}
    assert answer["events"] == {}


def test_a_client_gets_what_it_missed_edits_and_deletions_included(alice, bob, room):
    before = created(bob.get(f"/api/streams/{room['stream']}/snapshot"))["stream_seq"]
    kept = post(alice, room, "kept")["message"]
    lost = post(alice, room, "lost")["message"]
    alice.patch(f"/api/messages/{kept['id']}", json={"text": "kept, edited", "base_version": 1})
    alice.delete(f"/api/messages/{lost['id']}")

    events = caught_up(bob, {room["stream"]: before})["events"][room["stream"]]

    assert [event["type"] for event in events] == [
        "message_posted",
        "message_posted",
        "message_edited",
        "message_deleted",
    ]
    assert [event["stream_seq"] for event in events] == list(range(before + 1, before + 5))
    assert [event["data"] is None for event in events] == [True, True, False, False]
    assert "lost" not in str(events)


def test_equal_positions_cost_nothing(alice, room):
    heads = {fresh["stream"]: fresh["head"] for fresh in caught_up(alice, {})["fresh"]}

    answer = caught_up(alice, heads)

    assert (answer["events"], answer["more"], answer["fresh"], answer["gone"], answer["stale"]) == (
        {},
        False,
        [],
        [],
        [],
    )


def test_a_long_absence_comes_in_pages(alice, bob, room):
    position = created(bob.get(f"/api/streams/{room['stream']}/snapshot"))["stream_seq"]
    for number in range(7):
        post(alice, room, str(number))

    first = caught_up(bob, {room["stream"]: position}, limit=5)
    second = caught_up(bob, {room["stream"]: position + 5}, limit=5)

    assert len(first["events"][room["stream"]]) == 5
    assert first["more"]
    assert len(second["events"][room["stream"]]) == 2
    assert not second["more"]


def test_a_hole_in_one_stream_is_filled_although_another_has_gone_on(alice, bob, room):
    other = created(alice.post("/api/rooms", json={"kind": "closed", "name": "other", "member_ids": [bob.user_id]}))
    position = created(bob.get(f"/api/streams/{room['stream']}/snapshot"))["stream_seq"]
    lost = post(alice, room, "lost on the way")
    heard = post(alice, other["room"], "heard")

    events = caught_up(bob, {room["stream"]: position, heard["stream"]: heard["stream_seq"]})["events"]

    assert {stream: [event["seq"] for event in found] for stream, found in events.items()} == {
        room["stream"]: [lost["seq"]]
    }


def test_an_outsider_is_told_that_the_room_is_gone(carol, room):
    answer = caught_up(carol, {room["stream"]: 1})

    assert answer["gone"] == [room["stream"]]
    assert carol.get(f"/api/streams/{room['stream']}/snapshot").status_code == 404


def test_who_left_and_came_back_starts_from_a_snapshot(alice, bob, room):
    position = created(bob.get(f"/api/streams/{room['stream']}/snapshot"))["stream_seq"]
    created(alice.delete(f"/api/rooms/{room['id']}/members/{bob.user_id}"))
    gone = caught_up(bob, {room["stream"]: position})["gone"]
    created(alice.post(f"/api/rooms/{room['id']}/members", json={"user_id": bob.user_id}))

    assert gone == [room["stream"]]
    assert caught_up(bob, {room["stream"]: position})["stale"] == [room["stream"]]


def test_another_epoch_resets_the_client(alice):
    answer = caught_up(alice, {}, epoch="another")

    assert answer["reset"] is True
    assert answer["reason"] == "epoch_changed"


def test_a_position_ahead_of_the_log_is_stale(alice, room):
    assert caught_up(alice, {room["stream"]: 10_000})["stale"] == [room["stream"]]


@pytest.mark.parametrize("positions", ["x", 1, [], {"room-1": "1"}, {"room-1": True}, {"room-1": None}, None])
def test_positions_of_another_type_are_refused(alice, positions):
    assert alice.post("/api/sync", json={"positions": positions}).status_code == 422


@pytest.mark.parametrize("stream", ["room-0", "room-x", "user-999", "room-99999999999999999999", "x", "room--1"])
def test_a_stream_that_is_none_is_not_found(alice, stream):
    assert alice.get(f"/api/streams/{stream}/snapshot").status_code == 404


def test_somebody_elses_own_stream_is_not_found(alice, bob):
    assert bob.get(f"/api/streams/user-{alice.user_id}/snapshot").status_code == 404
    assert caught_up(bob, {f"user-{alice.user_id}": 1})["gone"] == [f"user-{alice.user_id}"]


def test_an_answer_is_bounded_in_size_and_the_rest_comes_with_the_next(alice, bob, room, monkeypatch):
    monkeypatch.setattr(queries, "MOST_BYTES", 20_000)
    position = created(bob.get(f"/api/streams/{room['stream']}/snapshot"))["stream_seq"]
    for number in range(7):
        post(alice, room, f"{number} " + "긴 글 " * 900)

    pages = []
    while not pages or pages[-1]["more"]:
        pages.append(caught_up(bob, {room["stream"]: position}))
        position = pages[-1]["events"][room["stream"]][-1]["stream_seq"]

    events = [event for page in pages for event in page["events"][room["stream"]]]
    assert [event["data"]["message"]["text"][0] for event in events] == list("0123456")
    assert [len(page["events"][room["stream"]]) for page in pages] == [1, 1, 1, 1, 1, 1, 1]


def test_one_answer_is_filled_with_several_streams_and_tells_that_there_is_more(alice, bob, room, monkeypatch):
    other = created(alice.post("/api/rooms", json={"kind": "closed", "name": "other", "member_ids": [bob.user_id]}))[
        "room"
    ]
    positions = {
        each["stream"]: created(bob.get(f"/api/streams/{each['stream']}/snapshot"))["stream_seq"]
        for each in (room, other)
    }
    for each in (room, other):
        post(alice, each, "x" * 4000)
    monkeypatch.setattr(queries, "MOST_BYTES", 6_000)

    first = caught_up(bob, positions)
    (done,) = first["events"]
    positions[done] += 1
    second = caught_up(bob, positions)

    assert (first["more"], second["more"]) == (True, False)
    assert {done, *second["events"]} == {room["stream"], other["stream"]}


def test_500_events_of_the_longest_texts_are_not_read_at_once(alice, bob, room):
    position = created(bob.get(f"/api/streams/{room['stream']}/snapshot"))["stream_seq"]
    for _ in range(100):
        post(alice, room, "<" * 4000)

    answer = bob.post("/api/sync", json={"positions": {room["stream"]: position}})

    assert answer.get_json()["more"]
    assert len(answer.data) < 1_200_000
