"""`flask verify`: silent when everything agrees, and exact about what does not."""

import datetime as dt
import os
import shutil
import sqlite3
import time
from contextlib import closing

import pytest

from chat import verification
from chat.backups.create import back_up
from chat.clock import now, wire_time
from chat.config import Settings
from chat.verification import CHECKS, verify
from tests.conftest import created, post
from tests.files import picture, post_files

AVATAR = f"{'a' * 32}.webp"


COUNTED = """
    INSERT OR IGNORE INTO listener (name, cursor, attempts) SELECT 'analytics', head_seq, 0 FROM log_state;
    INSERT OR IGNORE INTO daily_activity
        SELECT substr(created_at, 1, 10), room_id, author_id, count(*) FROM message GROUP BY 1, 2, 3;
"""
"""What the listener `analytics` keeps, whether it runs here or not."""


@pytest.fixture
def lived_in(app, settings, alice, bob, room):
    """Return settings on a workspace in which everything has happened, its listeners up to date."""
    first = post(alice, room, "회의는 3시에 deployment")["message"]
    edited = post(bob, room, "a first version")["message"]
    deleted = post(bob, room, "a secret")["message"]
    created(bob.put(f"/api/messages/{first['id']}/reactions/👍"))
    created(bob.put(f"/api/messages/{deleted['id']}/reactions/👍"))
    created(bob.patch(f"/api/messages/{edited['id']}", json={"text": "a second version", "base_version": 1}))
    created(bob.patch(f"/api/messages/{deleted['id']}", json={"text": "another secret", "base_version": 1}))
    created(bob.delete(f"/api/messages/{deleted['id']}"))
    post_files(alice, room, ("dot.png", picture((1, 1))))
    vote_and_plan(alice, bob, room)
    app.extensions["listeners"].drain()
    app.extensions["writer"].sqlite.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return settings


def vote_and_plan(alice, bob, room):
    asked = {"question": "Lunch?", "options": ["noodles", "rice"]}
    poll = created(alice.post(f"/api/rooms/{room['id']}/polls", json=asked))["message"]
    for person, number in ((alice, 1), (bob, 1), (bob, 2)):
        created(person.put(f"/api/messages/{poll['id']}/poll/votes", json={"options": [number]}))
    created(alice.post(f"/api/messages/{poll['id']}/poll/close"))
    for text in ("half", "half a sentence"):
        created(bob.put("/api/drafts", json={"room_id": room["id"], "text": text}))
    later = wire_time(now() + dt.timedelta(days=1))
    for text in ("later", "another"):
        body = {"room_id": room["id"], "text": text, "send_at": later}
        kept = created(bob.post("/api/scheduled", json=body))["scheduled"]
        created(bob.patch(f"/api/scheduled/{kept['id']}", json={"text": f"{text} still"}))
    created(bob.post(f"/api/scheduled/{kept['id']}/send"))
    for text in ("tea", "coffee"):
        reminder = created(bob.post("/api/reminders", json={"text": text, "due_at": later}))["reminder"]
    created(bob.delete(f"/api/reminders/{reminder['id']}"))


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """Return a folder for what all tests copy."""
    return tmp_path_factory.mktemp("kept") / "data"


@pytest.fixture
def copy(request, kept, tmp_path):
    """Return settings on a copy of it, to be damaged; it is lived in once for all of them."""
    if not kept.exists():
        shutil.copytree(request.getfixturevalue("lived_in").data, kept)
        damage(Settings(data=kept), COUNTED)
    shutil.copytree(kept, tmp_path / "copy")
    return Settings(data=tmp_path / "copy")


def found(settings):
    """Return the problems by check."""
    checked = verify(settings.database_file, settings.data)
    assert [each.name for each in checked] == list(CHECKS)
    return {each.name: each.problems for each in checked if each.problems}


def notes(settings):
    return {each.name: each.notes for each in verify(settings.database_file, settings.data) if each.notes}


def damage(settings, sql):
    with closing(sqlite3.connect(settings.database_file)) as sqlite:
        sqlite.executescript(sql)


def test_a_workspace_in_which_everything_has_happened_is_in_order(copy):
    assert found(copy) == {}
    assert "revision" not in notes(copy)


def test_it_works_beside_the_server_and_changes_nothing(app, lived_in, alice, room):
    before = lived_in.database_file.read_bytes()
    wal = lived_in.database_file.with_name("stet.sqlite3-wal").read_bytes()

    assert found(lived_in) == {}

    assert lived_in.database_file.read_bytes() == before
    assert lived_in.database_file.with_name("stet.sqlite3-wal").read_bytes() == wal
    post(alice, room, "and writing goes on")


DAMAGES = [
    ("foreign keys", "refer to nothing", "DELETE FROM user WHERE id = 2"),
    ("revision", "newer Stet", "UPDATE alembic_version SET version_num = '9999'"),
    ("log", "no head, or several", "DELETE FROM log_state"),
    ("log", "head is not the newest", "UPDATE log_state SET head_seq = head_seq + 1"),
    ("log", "missing in the middle", "DELETE FROM event WHERE seq = 3"),
    ("streams", "from floor to head", "DELETE FROM event WHERE seq = 3"),
    ("streams", "from floor to head", "UPDATE stream SET head = head + 1 WHERE id = 'room-1'"),
    ("streams", "from floor to head", "UPDATE stream SET floor = 1 WHERE id = 'room-1'"),
    ("streams", "from floor to head", "DELETE FROM event WHERE stream_id = 'user-2'"),
    ("streams", "no head", "DELETE FROM stream WHERE id = 'user-2'"),
    ("messages", "not in the log", "UPDATE message SET seq = seq + 1 WHERE id = 1"),
    ("messages", "not in the log", "UPDATE message SET stream_seq = stream_seq + 1 WHERE id = 1"),
    ("messages", "not in the log", "UPDATE event SET message_id = 2 WHERE message_id = 1 AND type = 'message_posted'"),
    ("messages", "not there", "DELETE FROM message WHERE id = 1"),
    ("messages", "version", "UPDATE message SET version = 7 WHERE id = 2"),
    (
        "withdrawn payloads",
        "edited or deleted later",
        "UPDATE event SET payload = '{}' WHERE message_id = 2 AND type = 'message_posted'",
    ),
    (
        "withdrawn payloads",
        "edited or deleted later",
        "UPDATE event SET payload = '{}' WHERE message_id = 3 AND type = 'reaction_added'",
    ),
    (
        "withdrawn payloads",
        "deleted message said",
        "DELETE FROM event WHERE type = 'message_deleted'; UPDATE event SET payload = '{}' WHERE message_id = 3",
    ),
    ("deleted messages", "say something", "UPDATE message SET text = 'a secret' WHERE id = 3"),
    ("deleted messages", "say something", "UPDATE message SET html = 'a secret' WHERE id = 3"),
    ("deleted messages", "say something", "UPDATE message SET fingerprint = 'f' WHERE id = 3"),
    ("deleted messages", "say something", "UPDATE message SET quoted_id = 1 WHERE id = 3"),
    ("deleted messages", "ask something", "UPDATE poll SET message_id = 3"),
    ("polls", "fewer than two options", "DELETE FROM poll_option WHERE number = 1"),
    ("polls", "cannot be chosen", "UPDATE poll_vote SET number = 9 WHERE user_id = 1"),
    (
        "polls",
        "several votes",
        "INSERT INTO poll_vote SELECT message_id, 2, user_id, at FROM poll_vote WHERE user_id = 1",
    ),
    ("polls", "closed and are open", "UPDATE poll SET closed_at = NULL"),
    ("polls", "told last", "DELETE FROM poll_vote WHERE user_id = 2"),
    ("polls", "told last", "UPDATE poll_vote SET number = 2 WHERE user_id = 1"),
    ("drafts and plans", "does not tell", "UPDATE draft SET event_seq = event_seq + 1"),
    ("drafts and plans", "does not tell", "UPDATE event SET payload = NULL WHERE type = 'reminder_changed'"),
    (
        "drafts and plans",
        "still hold",
        "UPDATE event SET payload = '{\"text\": \"half\"}' WHERE type = 'draft_changed'",
    ),
    (
        "drafts and plans",
        "still hold",
        'UPDATE event SET payload = \'{"text": "", "quoted_id": 1}\' WHERE type = \'draft_changed\'',
    ),
    ("drafts and plans", "still hold", "UPDATE event SET payload = '{}' WHERE type = 'scheduled_changed'"),
    ("drafts and plans", "still hold", "DELETE FROM reminder"),
    (
        "drafts and plans",
        "would be again",
        "UPDATE scheduled_message SET client_id = (SELECT client_id FROM message WHERE author_id = 2 LIMIT 1)",
    ),
    ("drafts and plans", "were not", "UPDATE scheduled_message SET state = 'sent', posted_id = 999"),
    ("drafts and plans", "no reason", "UPDATE scheduled_message SET state = 'failed'"),
    ("deleted messages", "pinned", "INSERT INTO pin VALUES (3, 1, 1, 't')"),
    ("deleted messages", "revisions", "INSERT INTO revision VALUES (3, 1, 'a secret', 't')"),
    ("uploads", "deleted messages with files", "UPDATE upload SET message_id = 3"),
    ("uploads", "never arrived", "UPDATE upload SET completed_at = NULL"),
    ("uploads", "somebody else", "UPDATE upload SET uploader_id = 2"),
    ("uploads", "to be removed", "INSERT INTO discarded_file SELECT file FROM upload"),
    ("uploads", "not as long as they were", "UPDATE upload SET size_bytes = 5"),
    ("uploads", "missing", "UPDATE upload SET file = 'none'"),
    ("deleted messages", "mentions", "INSERT INTO mention (message_id, user_id, room_id) VALUES (3, 1, 1)"),
    ("deleted messages", "reactions", "INSERT INTO reaction VALUES (3, 'x', 1, 't')"),
    ("listeners", "ahead", "UPDATE listener SET cursor = cursor + 1"),
    ("listeners", "dead letters", "INSERT INTO dead_letter VALUES (1, 'search_index', 99999, 10, 'e', 't')"),
    ("search index", "not in the index", "DELETE FROM message_search WHERE rowid = 1"),
    ("search index", "deleted messages", "INSERT INTO message_search (rowid, words, marks) VALUES (3, 'a', 'r1 u2')"),
    ("search index", "within the days", "DELETE FROM search_day"),
    ("search index", "something else", "UPDATE message SET text = 'changed behind its back' WHERE id = 1"),
    ("search index", "something else", "UPDATE message_search SET marks = 'r9 u1' WHERE rowid = 1"),
    ("search index", "does not find", "UPDATE message_search_content SET c0 = c0 || ' more' WHERE id = 1"),
    ("rollups", "not counted right", "UPDATE daily_activity SET message_count = message_count + 1"),
    ("rollups", "not counted right", "DELETE FROM daily_activity"),
    ("rollups", "not counted right", "INSERT INTO daily_activity VALUES ('2020-01-01', 1, 1, 1)"),
    ("response times", "not counted right", "UPDATE response_time SET response_count = response_count + 1"),
    ("response times", "not counted right", "DELETE FROM response_time"),
    ("files", "missing", f"UPDATE user SET avatar = '{AVATAR}' WHERE id = 1"),
]


@pytest.mark.parametrize(("check", "sentence", "sql"), DAMAGES)
def test_what_is_damaged_is_found_by_its_check(copy, check, sentence, sql):
    damage(copy, sql)

    problems = found(copy)

    assert any(sentence in problem for problem in problems.get(check, [])), problems


def test_every_check_has_a_damage_that_it_finds():
    assert set(CHECKS) - {check for check, _, _ in DAMAGES} == {"database"}


def test_a_page_that_is_broken_is_found(copy):
    content = copy.database_file.read_bytes()
    page = content.index(b"a second version") // 4096
    copy.database_file.write_bytes(content[: page * 4096] + b"\x00" * 4096 + content[(page + 1) * 4096 :])

    assert "database" in found(copy)


def test_many_of_a_kind_are_counted_and_the_first_few_named(app, lived_in, alice, room):
    ids = [post(alice, room, str(number))["message"]["id"] for number in range(5)]
    app.extensions["writer"].sqlite.execute("UPDATE message SET seq = seq + 1000 WHERE id >= ?", (ids[0],))

    (problem,) = found(lived_in)["messages"]

    assert problem == f"messages that are not in the log where they say (5): {ids[0]}, {ids[1]}, {ids[2]}, …"


def test_messages_whose_events_have_left_the_log_are_in_order(copy):
    damage(
        copy,
        """
        DELETE FROM event WHERE seq <= (SELECT seq FROM message WHERE id = 1);
        UPDATE stream SET floor = head - (SELECT count(*) FROM event WHERE stream_id = stream.id);
        """,
    )

    assert found(copy) == {}


def test_what_a_listener_has_not_taken_yet_is_no_problem_and_is_said(app, lived_in, alice, room):
    post(alice, room, "not indexed yet")

    assert found(lived_in) == {}
    assert any("search_index has not taken" in note for note in notes(lived_in)["search index"])


def test_a_listener_with_dead_letters_is_compared_later(copy):
    damage(
        copy,
        "DELETE FROM message_search WHERE rowid = 1;"
        "INSERT INTO dead_letter VALUES (1, 'search_index', 1, 10, 'broken', 't')",
    )

    assert found(copy) == {}
    assert any("dead letters" in note for note in notes(copy)["search index"])


def test_a_picture_that_nobody_uses_is_said_and_no_problem(copy):
    (copy.data / "avatars").mkdir(exist_ok=True)
    for name, age_seconds in ((AVATAR, 3600), ("b.webp", 0)):
        (copy.data / "avatars" / name).touch()
        os.utime(copy.data / "avatars" / name, (time.time() - age_seconds,) * 2)

    assert found(copy) == {}
    assert notes(copy)["files"] == [f"pictures that nobody uses (1): {AVATAR}"]


def test_an_older_database_is_said_to_migrate(copy):
    damage(copy, "UPDATE alembic_version SET version_num = '0001'")

    assert "migrates" in notes(copy)["revision"][0]


# The command


def test_the_command_prints_a_line_per_check_and_ends_well(app, lived_in):
    result = app.test_cli_runner().invoke(args=["verify"])

    assert result.exit_code == 0
    lines = result.output.splitlines()
    assert [line.split("  ")[0] for line in lines] == ["ok"] * len(CHECKS)
    assert [line[7:].split(" – ")[0] for line in lines] == list(CHECKS)


def test_the_command_names_what_is_wrong_and_ends_with_one(app, lived_in):
    app.extensions["writer"].sqlite.execute("UPDATE message SET seq = 99 WHERE id = 1")

    result = app.test_cli_runner().invoke(args=["verify"])

    assert result.exit_code == 1
    assert "WRONG  messages: messages that are not in the log where they say (1): 1" in result.output


def test_a_backup_is_verified_without_restoring_it(app, lived_in, tmp_path):
    with app.app_context():
        good = back_up(lived_in, tmp_path / "good.tar.gz").file
    app.extensions["writer"].sqlite.execute("UPDATE message SET seq = 99 WHERE id = 1")
    with app.app_context():
        bad = back_up(lived_in, tmp_path / "bad.tar.gz").file
    cut = tmp_path / "cut.tar.gz"
    cut.write_bytes(good.read_bytes()[:-5])

    results = [app.test_cli_runner().invoke(args=["verify", "--file", str(file)]) for file in (good, bad, cut)]

    assert [result.exit_code for result in results] == [0, 1, 1]
    assert "WRONG  messages" in results[1].output
    assert "not a whole backup" in results[2].output


def test_a_file_that_is_no_database_is_said_once(app, lived_in, monkeypatch):
    monkeypatch.setattr(verification, "CHECKS", {})
    (lived_in.data / "other").write_text("no database, " * 500)

    with pytest.raises(sqlite3.DatabaseError, match="not a database"):
        verify(lived_in.data / "other", lived_in.data)
