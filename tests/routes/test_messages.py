"""Posting, paging, editing and deleting messages."""

import uuid

from tests.conftest import created, post


def test_a_posted_message_comes_back_with_its_place_in_the_log(alice, room):
    answer = post(alice, room, "안녕하세요 **all**")

    assert answer["message"]["html"] == "<p>안녕하세요 <strong>all</strong></p>"
    assert answer["message"]["version"] == 1
    assert answer["stream"] == room["stream"]


def test_an_outsider_cannot_tell_that_the_room_exists(carol, room):
    closed = carol.post(f"/api/rooms/{room['id']}/messages", json={"text": "hello"})
    absent = carol.post("/api/rooms/9999/messages", json={"text": "hello"})

    assert closed.status_code == absent.status_code == 404
    assert closed.get_json() == absent.get_json()
