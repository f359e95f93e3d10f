"""Starting: one clear line and exit code 1 when it cannot be, checks of what promises rest on, migrations."""

import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from chat import database, server
from chat.config import Settings
from chat.database import UnusableDatabaseError, newest_revision, writer_engine
from chat.extensions import db
from chat.factory import StartError, close_app, create_app

ROOT = Path(__file__).parent.parent
TRACE = "Traceback"


@pytest.fixture
def folder(tmp_path, migrated_database):
    """Return a data folder with an empty workspace's database."""
    made = tmp_path / "data"
    made.mkdir()
    shutil.copyfile(migrated_database, made / "stet.sqlite3")
    return made


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment(folder, settings):
    return os.environ | {"STET_DATA": str(folder), "STET_PORT": str(free_port())} | settings


def start(folder, **settings):
    """Run the single command, which is expected to end by itself."""
    return subprocess.run(
        [sys.executable, "app.py"],
        cwd=ROOT,
        env=environment(folder, settings),
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def change(folder, sql):
    with closing(sqlite3.connect(folder / "stet.sqlite3")) as sqlite:
        sqlite.executescript(sql)


def refusal(ended):
    """Return the one line of a server that could not start."""
    assert ended.returncode == 1, ended.stderr
    assert TRACE not in ended.stderr
    (line,) = [line for line in ended.stderr.splitlines() if line.startswith("Stet cannot start: ")]
    return line


# What cannot be started


def test_a_port_that_is_in_use_is_said(folder):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        line = refusal(start(folder, STET_PORT=port))

    assert port in line
    assert "STET_PORT" in line


def test_a_data_folder_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "file").write_text("in the way")

    line = refusal(start(tmp_path / "file" / "data"))

    assert "STET_DATA" in line


def test_a_data_folder_that_is_a_file_is_said(tmp_path):
    (tmp_path / "data").write_text("in the way")

    assert "STET_DATA" in refusal(start(tmp_path / "data"))


def test_a_setting_that_is_wrong_is_named(folder):
    assert "STET_PORT" in refusal(start(folder, STET_PORT="eighty"))


def test_a_second_server_on_the_same_folder_is_refused(folder):
    first = subprocess.Popen(
        [sys.executable, "app.py"],
        cwd=ROOT,
        env=environment(folder, {}),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        announced = first.stdout.readline()
        while "Stet" not in announced:
            announced = first.stdout.readline()
        line = refusal(start(folder))
    finally:
        first.send_signal(signal.SIGTERM)
        ended = first.wait(20)
        first.stdout.close()

    assert "/setup?token=" in announced
    assert "already running" in line
    assert ended == 0


def test_a_file_that_is_no_database_is_said(folder):
    (folder / "stet.sqlite3").write_text("not a database, " * 100)

    assert "is not a database of Stet" in refusal(start(folder))


# The same in this process, where starting takes no second


@pytest.fixture
def refused(folder):
    """Return a function that starts on the folder and returns why that was refused."""

    def starting(**settings):
        with pytest.raises(StartError) as error:
            create_app(Settings(data=folder, **settings))
        return str(error.value)

    return starting


def test_a_database_of_somebody_else_is_refused(folder, refused):
    change(folder, "DROP TABLE alembic_version")

    assert "is not a database of Stet" in refused()


def test_a_truncated_database_is_refused(folder, refused):
    whole = (folder / "stet.sqlite3").read_bytes()
    (folder / "stet.sqlite3").write_bytes(whole[: len(whole) // 2])

    assert str(folder) in refused()


def test_a_folder_in_the_place_of_the_database_is_refused(folder, refused):
    (folder / "stet.sqlite3").unlink()
    (folder / "stet.sqlite3").mkdir()

    assert str(folder) in refused()


def test_a_database_of_a_newer_stet_is_refused(folder, refused):
    change(folder, "UPDATE alembic_version SET version_num = '9999'")

    reason = refused()

    assert "newer Stet" in reason
    assert "9999" in reason


def test_a_database_that_is_no_sqlite_is_refused(refused):
    assert "STET_DATABASE_URL" in refused(database_url="postgresql://localhost/stet")


EVENT = "INSERT INTO event VALUES ({0}, 'room-1', {1}, 'message_posted', 1, 1, NULL, 1, 't', '{{}}');"


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param("UPDATE log_state SET head_seq = 4;", id="a head before the end"),
        pytest.param("DELETE FROM event WHERE seq = 3;", id="a missing end"),
        pytest.param("DELETE FROM event WHERE seq = 2;", id="a hole"),
        pytest.param("UPDATE stream SET head = 9;", id="a stream head after its end"),
        pytest.param("DELETE FROM stream;", id="a missing stream"),
        pytest.param("DELETE FROM log_state;", id="a missing head"),
    ],
)
def test_a_damaged_log_is_refused(folder, refused, damage):
    change(folder, EVENT.format(1, 1) + EVENT.format(2, 2) + EVENT.format(3, 3))
    change(folder, "INSERT INTO stream VALUES ('room-1', 3, 0); UPDATE log_state SET head_seq = 3;" + damage)

    assert re.search("stream|log", refused())


def test_a_log_whose_old_events_have_left_is_whole(folder):
    change(
        folder, EVENT.format(8, 3) + "INSERT INTO stream VALUES ('room-1', 3, 2); UPDATE log_state SET head_seq = 8;"
    )

    made = create_app(Settings(data=folder))
    heads = made.extensions["writer"].heads
    close_app(made)

    assert (heads.seq, heads.streams) == (8, {"room-1": 3})


# What can go wrong at the edges of serving


def test_a_process_that_cannot_close_in_order_still_ends(app, monkeypatch, caplog):
    ended = []

    def fail():
        msg = "database or disk is full"
        raise sqlite3.OperationalError(msg)

    with monkeypatch.context() as patched:
        patched.setattr(app.extensions["writer"], "close", fail)
        patched.setattr(server.os, "_exit", ended.append)
        patched.setattr(server.logging, "shutdown", lambda: None)
        server._say_goodbye(app)

    assert ended == [0]
    assert "not_closed_in_order" in caplog.text


def test_a_fault_outside_of_flask_does_not_show_our_insides():
    assert server._server_options(Settings(async_mode="eventlet"))["debug"] is False


# Pragmas


def test_the_writer_waits_for_the_disk(app):
    sqlite = app.extensions["writer"].sqlite

    found = {name: sqlite.execute(f"PRAGMA {name}").fetchone()[0] for name in database.WRITER_PRAGMAS}

    synced = {"synchronous": 2, "fullfsync": 1, "checkpoint_fullfsync": 1}
    assert found == {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 0, **synced}


def test_a_pragma_that_is_not_taken_is_refused(settings, folder, monkeypatch):
    monkeypatch.setitem(database.WRITER_PRAGMAS, "synchronous", 17)

    with pytest.raises(UnusableDatabaseError, match="synchronous"):
        writer_engine(settings).connect()


def test_readers_only_read(app):
    with app.app_context(), db.engine.connect() as reader:
        assert reader.exec_driver_sql("PRAGMA query_only").scalar() == 1


# Migrations


@pytest.fixture
def next_migration(tmp_path, monkeypatch):
    """Return a function that adds a migration after the newest one."""
    scripts = tmp_path / "migrations"
    shutil.copytree(database.MIGRATIONS, scripts, ignore=shutil.ignore_patterns("__pycache__"))
    before = newest_revision()
    monkeypatch.setattr(database, "MIGRATIONS", scripts)

    def adding(statement):
        after = f"{int(before) + 1:04d}"
        script = (
            f'from alembic import op\n\nrevision = "{after}"\ndown_revision = "{before}"\n\n\n'
            f'def upgrade() -> None:\n    op.execute("CREATE TABLE later (id INTEGER)")\n    {statement}\n'
        )
        (scripts / "versions" / f"{after}_later.py").write_text(script)
        return before, after

    return adding


def tables(file):
    with closing(sqlite3.connect(file)) as sqlite:
        return {name for (name,) in sqlite.execute("SELECT name FROM sqlite_master")}


def revision(file):
    with closing(sqlite3.connect(file)) as sqlite:
        return sqlite.execute("SELECT version_num FROM alembic_version").fetchone()[0]


def test_before_a_migration_the_database_as_it_was_is_kept_beside_it(folder, next_migration):
    before, after = next_migration("pass")
    change(folder, "INSERT INTO workspace (id, name, created_at) VALUES (1, 'kept', 't')")

    close_app(create_app(Settings(data=folder)))

    (snapshot,) = folder.glob("stet-before-*.sqlite3")
    assert (revision(folder / "stet.sqlite3"), revision(snapshot)) == (after, before)
    assert "later" in tables(folder / "stet.sqlite3")
    assert "later" not in tables(snapshot)
    with closing(sqlite3.connect(snapshot)) as sqlite:
        assert sqlite.execute("SELECT name FROM workspace").fetchall() == [("kept",)]


def test_a_migration_that_fails_leaves_the_database_as_it_was_and_says_so(folder, next_migration):
    before, _ = next_migration('op.execute("SELECT * FROM nothing")')

    with pytest.raises(StartError, match="it is as it was"):
        create_app(Settings(data=folder))

    assert revision(folder / "stet.sqlite3") == before
    assert "later" not in tables(folder / "stet.sqlite3")


def test_a_database_is_not_migrated_under_a_server_that_runs_on_it(folder, next_migration):
    before, _ = next_migration("pass")

    with database.lock_data_folder(folder), pytest.raises(StartError, match="already running"):
        create_app(Settings(data=folder))

    assert revision(folder / "stet.sqlite3") == before
    assert list(folder.glob("stet-before-*")) == []


def test_a_database_that_is_up_to_date_gets_no_snapshot(folder):
    close_app(create_app(Settings(data=folder)))

    assert list(folder.glob("stet-before-*")) == []


def test_a_new_folder_gets_a_database_and_secrets_that_only_the_owner_reads(tmp_path):
    made = create_app(Settings(data=tmp_path / "new"))
    close_app(made)

    assert revision(tmp_path / "new" / "stet.sqlite3") == newest_revision()
    assert (tmp_path / "new").stat().st_mode & 0o077 == 0
    assert (tmp_path / "new" / "secret_key").stat().st_mode & 0o077 == 0


def test_a_secret_key_that_was_lost_in_a_power_cut_is_made_again(folder):
    (folder / "secret_key").touch(mode=0o600)

    made = create_app(Settings(data=folder))
    close_app(made)

    assert made.config["SECRET_KEY"] == (folder / "secret_key").read_text()
    assert len(made.config["SECRET_KEY"]) == 64
    assert (folder / "secret_key").stat().st_mode & 0o077 == 0


def test_the_epoch_stays_over_a_restart_and_differs_between_databases(tmp_path):
    def epoch(name):
        made = create_app(Settings(data=tmp_path / name))
        close_app(made)
        return made.extensions["writer"].heads.epoch

    first, again, other = epoch("one"), epoch("one"), epoch("two")

    assert first == again
    assert first != other
