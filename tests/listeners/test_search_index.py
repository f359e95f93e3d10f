"""The full-text index: what messages say at present, and nothing of what was deleted."""

import pytest
import sqlalchemy as sa

from chat.extensions import db
from chat.listeners.search_index import SearchIndex
from chat.log import read_after
from chat.models import LoggedEvent
from chat.unit_of_work import execute_sql, unit_of_work
from tests.conftest import created, post

CHECK = "INSERT INTO message_search (message_search, rank) VALUES ('integrity-check', 1)"


@pytest.fixture
def runner(app):
    return app.extensions["listeners"]


def indexed(app):
    """Return the words and marks per message, after FTS5 has checked its postings against them."""
    with app.app_context(), unit_of_work():
        execute_sql(CHECK, ())
        rows = execute_sql("SELECT rowid, words, marks FROM message_search ORDER BY rowid", ())
        return {message_id: (words, marks) for message_id, words, marks in rows}


def edit(client, message_id, text):
    created(client.patch(f"/api/messages/{message_id}", json={"text": text, "base_version": 1}))


def test_a_message_is_indexed_with_its_room_its_author_and_what_it_has(app, runner, alice, room):
    message_id = post(alice, room, "회의를 see https://example.com")["message"]["id"]

    runner.drain("search_index")

    marks = f"r{room['id']} u{alice.user_id} haslink 를 의"
    assert indexed(app) == {message_id: ("회 회의 의를 see https exampl com", marks)}


def test_a_mention_is_no_link(app, runner, alice, bob, room):
    post(alice, room, "@Bob Lee hello")

    runner.drain("search_index")

    assert [marks for _, marks in indexed(app).values()] == [f"r{room['id']} u{alice.user_id}"]


def test_an_edit_replaces_what_was_indexed(app, runner, alice, room):
    message_id = post(alice, room, "before")["message"]["id"]
    runner.drain("search_index")

    edit(alice, message_id, "after")
    runner.drain("search_index")

    assert [words for words, _ in indexed(app).values()] == ["after"]


def test_a_deletion_takes_a_message_out(app, runner, alice, room):
    message_id = post(alice, room, "secret")["message"]["id"]
    runner.drain("search_index")

    alice.delete(f"/api/messages/{message_id}")
    runner.drain("search_index")

    assert indexed(app) == {}


def test_what_was_deleted_before_it_was_indexed_never_is(app, runner, alice, room):
    message_id = post(alice, room, "secret")["message"]["id"]
    alice.delete(f"/api/messages/{message_id}")

    runner.drain("search_index")

    assert indexed(app) == {}


def test_the_same_events_again_change_nothing(app, runner, alice, room):
    post(alice, room, "one")
    edit(alice, post(alice, room, "two")["message"]["id"], "three")
    runner.drain("search_index")
    before = indexed(app)

    with app.app_context(), unit_of_work():
        entries = [entry for entry in read_after(0, 1_000) if entry.message_id is not None]
        SearchIndex().apply(entries)
        SearchIndex().apply(list(reversed(entries)))

    assert len(before) == 2
    assert indexed(app) == before


def test_a_replay_builds_the_same_index_from_the_messages_alone(app, runner, alice, room):
    kept = [post(alice, room, f"number {number} 회의")["message"]["id"] for number in range(150)]
    alice.delete(f"/api/messages/{kept.pop(70)}")
    runner.drain("search_index")
    before = indexed(app)
    days = search_days(app)

    runner.replay("search_index")
    emptied = indexed(app)
    with app.app_context(), unit_of_work():
        db.session.execute(sa.update(LoggedEvent).values(payload=None))
    runner.drain("search_index")

    assert emptied == {}
    assert list(before) == kept
    assert indexed(app) == before
    assert search_days(app) == days


def test_a_day_knows_between_which_messages_its_own_lie(app, runner, alice, room):
    ids = [post(alice, room, text)["message"]["id"] for text in ("one", "two", "three")]
    with app.app_context(), unit_of_work():
        for message_id, day in zip(ids, ("2026-01-02", "2026-01-01", "2026-01-02"), strict=True):
            execute_sql("UPDATE message SET created_at = ? WHERE id = ?", (f"{day}T10:00:00.000Z", message_id))

    runner.drain("search_index")

    assert search_days(app) == [("2026-01-01", ids[1], ids[1]), ("2026-01-02", ids[0], ids[2])]


def search_days(app):
    with app.app_context():
        return [tuple(row) for row in db.session.execute(sa.text("SELECT day, first_id, last_id FROM search_day"))]


def test_many_small_batches_leave_few_segments(app, runner, alice, room):
    message_id = post(alice, room, "text")["message"]["id"]
    runner.drain("search_index")

    for number in range(200):
        with app.app_context(), unit_of_work():
            execute_sql("UPDATE message SET text = ? WHERE id = ?", (f"text {number}", message_id))
            SearchIndex().rebuild(message_id - 1, message_id, 1)

    with app.app_context():
        segments = db.session.scalars(sa.text("SELECT count(DISTINCT segid) FROM message_search_idx")).one()
    assert segments < 30
    assert [words for words, _ in indexed(app).values()] == ["text 199"]
