"""The line of context that a search result comes with."""

import pytest

from chat.unit_of_work import execute_sql, unit_of_work
from tests.conftest import created, post


@pytest.fixture
def before(app, bob):
    """Return a function that searches as Bob and returns what stands before the only result."""

    def before(q):
        app.extensions["listeners"].drain("search_index")
        (result,) = created(bob.get("/api/search", query_string={"q": q}))["results"]
        return result["before"]

    return before


def test_a_result_shows_what_was_said_just_before_it(alice, bob, room, before):
    post(alice, room, "earlier")
    question = post(bob, room, "Is the **migration** safe?")["message"]
    post(alice, room, "배포 전에 확인했습니다")
    assert before("배포") == {
        "id": question["id"],
        "author_id": bob.user_id,
        "created_at": question["created_at"],
        "text": "Is the migration safe?",
    }


def test_the_first_message_of_a_room_has_nothing_before_it(alice, room, before):
    post(alice, room, "배포합니다")
    assert before("배포") is None


def test_what_was_said_long_before_is_no_context(app, alice, room, before):
    old_id = post(alice, room, "yesterday")["message"]["id"]
    post(alice, room, "배포합니다")
    with app.app_context(), unit_of_work():
        execute_sql("UPDATE message SET created_at = '2026-01-01T00:00:00.000Z' WHERE id = ?", (old_id,))
    assert before("배포") is None


def test_what_was_deleted_is_no_context(alice, room, before):
    deleted_id = post(alice, room, "a secret")["message"]["id"]
    post(alice, room, "배포합니다")
    alice.delete(f"/api/messages/{deleted_id}")
    assert before("배포") is None


def test_what_was_said_in_another_room_meanwhile_is_no_context(alice, bob, carol, room, before):
    mine = post(bob, room, "in this room")["message"]
    other = created(carol.post("/api/rooms", json={"kind": "closed", "name": "others"}))["room"]
    post(carol, other, "not for Bob")
    post(alice, room, "배포합니다")
    assert before("배포")["id"] == mine["id"]
