"""Backups: one file with everything in it, and what is done with it."""

import datetime as dt
import gzip
import io
import json
import os
import re
import sqlite3
import subprocess
import sys
import tarfile
import uuid
from contextlib import closing
from pathlib import Path

import pytest
from alembic.command import upgrade
from alembic.config import Config
from PIL import Image

from chat import failpoints, server
from chat.backups import create, keeping, restore, service
from chat.backups.archive import check_archive
from chat.backups.create import back_up
from chat.backups.errors import BackupError
from chat.backups.keeping import (
    backup_path,
    backups_folder,
    kept_backups,
    last_backup,
    last_result,
    remove_superfluous,
)
from chat.clock import clock_at, now, wire_time
from chat.config import Settings
from chat.database import MIGRATIONS, UnusableDatabaseError, lock_data_folder, newest_revision
from chat.factory import StartError, close_app, create_app
from chat.verification import verify
from tests.conftest import created, post
from tests.files import announce, picture, post_files

ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def disarmed():
    yield
    failpoints.arm("")


@pytest.fixture
def avatar(settings, alice):
    """Return the path of Alice's picture."""
    picture = io.BytesIO()
    Image.new("RGB", (8, 8)).save(picture, "PNG")
    picture.seek(0)
    url = created(alice.put("/api/me/avatar", data={"file": (picture, "me.png")}))["user"]["avatar_url"]
    return settings.data / "avatars" / url.rpartition("/")[2]


@pytest.fixture
def made(app, settings, alice, bob, room, avatar):
    """Return a backup of a small workspace."""
    post(alice, room, "before the backup")
    with app.app_context():
        return back_up(settings)


@pytest.fixture
def elsewhere(tmp_path):
    """Return settings on a new data folder to restore into."""
    (tmp_path / "elsewhere").mkdir()
    return Settings(data=tmp_path / "elsewhere", rate_limits=False)


def texts(settings):
    with closing(sqlite3.connect(settings.database_file)) as sqlite:
        return [text for (text,) in sqlite.execute("SELECT text FROM message ORDER BY id")]


def epoch(settings):
    with closing(sqlite3.connect(settings.database_file)) as sqlite:
        return sqlite.execute("SELECT epoch FROM log_state").fetchone()[0]


def members_of(file):
    with tarfile.open(file) as tar:
        return {header.name: tar.extractfile(header).read() for header in tar}


def pack(file, members, *, add=()):
    """Write an archive of these members, in their order, and of more headers after them."""
    with tarfile.open(file, "w:gz") as tar:
        for name, content in members.items():
            header = tarfile.TarInfo(name)
            header.size = len(content)
            tar.addfile(header, io.BytesIO(content))
        for header in add:
            tar.addfile(header, io.BytesIO(b"x" * header.size))


def altered(made, tmp_path, *, change=None, add=()):
    """Return a copy of the backup with something changed in it."""
    members = members_of(made.file)
    manifest = json.loads(members["manifest.json"])
    if change is not None:
        change(members, manifest)
    members["manifest.json"] = json.dumps(manifest).encode()
    target = tmp_path / "altered.tar.gz"
    pack(target, members, add=add)
    return target


# Making one


def test_a_backup_is_one_file_with_database_key_and_pictures_that_only_the_owner_reads(made, settings, avatar):
    members = members_of(made.file)

    assert list(members) == ["manifest.json", "stet.sqlite3", "secret_key", f"avatars/{avatar.name}"]
    assert members["secret_key"] == (settings.data / "secret_key").read_bytes()
    assert members[f"avatars/{avatar.name}"] == avatar.read_bytes()
    assert made.file.parent == settings.data / "backups"
    assert (made.file.stat().st_mode & 0o777, made.file.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_the_manifest_tells_what_is_inside(app, made):
    manifest = json.loads(members_of(made.file)["manifest.json"])

    assert manifest["revision"] == newest_revision()
    assert (manifest["epoch"], manifest["head_seq"]) == (
        app.extensions["writer"].heads.epoch,
        app.extensions["writer"].heads.seq,
    )
    assert (manifest["messages"], manifest["people"], manifest["rooms"]) == (1, 2, 1)
    assert manifest["stet"] == "0.1.0"
    assert manifest["missing"] == []


def test_nothing_but_the_finished_file_is_left_in_the_folder(made):
    assert [path.name for path in made.file.parent.iterdir()] == [made.file.name]


def test_a_picture_that_is_missing_is_told_and_harms_nothing(app, settings, alice, avatar):
    avatar.unlink()

    with app.app_context():
        made = back_up(settings)

    assert made.manifest.missing == [f"avatars/{avatar.name}"]
    check_archive(made.file)


def test_the_files_of_messages_and_their_previews_are_in_it_and_come_back(app, settings, alice, room, elsewhere):
    message = post_files(alice, room, ("chart.png", picture()), ("notes.txt", b"a line"))
    announce(alice, "on-its-way.bin", 5)
    with app.app_context():
        made = back_up(settings)

    with lock_data_folder(elsewhere.data):
        restore.restore(elsewhere, made.file)

    assert made.manifest.missing == []
    before, after = ({path.name for path in (each.data / "uploads").glob("*")} for each in (settings, elsewhere))
    assert after == before
    assert [each.problems for each in verify(elsewhere.database_file, elsewhere.data) if each.problems] == []
    assert len(message["attachments"]) == 2


def test_what_is_written_while_it_is_made_is_whole_or_not_in_it(app, settings, alice, room, monkeypatch):
    post(alice, room, "in it")
    reach = failpoints.reach

    def write_meanwhile(name):
        if name == "during_backup":
            post(alice, room, "too late")
        reach(name)

    monkeypatch.setattr(create.failpoints, "reach", write_meanwhile)
    with app.app_context():
        made = back_up(settings)

    assert made.manifest.messages == 1
    assert texts(settings) == ["in it", "too late"]


def test_a_target_may_be_a_folder_or_a_file_and_replaces_nothing(app, settings, alice, tmp_path):
    (tmp_path / "there").mkdir()

    with app.app_context():
        in_folder = back_up(settings, tmp_path / "there")
        as_file = back_up(settings, tmp_path / "there" / "mine.tar.gz")
        with pytest.raises(BackupError, match="already"):
            back_up(settings, as_file.file)
        with pytest.raises(BackupError, match="no folder"):
            back_up(settings, tmp_path / "nowhere" / "mine.tar.gz")

    assert in_folder.file.parent == as_file.file.parent == tmp_path / "there"
    assert keeping.NAME.fullmatch(in_folder.file.name)


def test_two_backups_of_one_second_have_two_names(app, settings, alice):
    with app.app_context(), clock_at(dt.datetime(2026, 11, 24, 11, 30, tzinfo=dt.UTC)):
        names = [back_up(settings).file.name for _ in range(2)]

    assert names == ["stet-20261124T113000Z.tar.gz", "stet-20261124T113000Z-2.tar.gz"]
    assert len(kept_backups(settings)) == 2


def test_a_disk_with_too_little_room_is_not_filled(app, settings, alice, monkeypatch):
    monkeypatch.setattr(create, "MARGIN_BYTES", 10**18)

    with app.app_context(), pytest.raises(BackupError, match="too little room"):
        back_up(settings)

    assert list(backups_folder(settings).iterdir()) == []


def test_a_database_that_would_not_restore_gives_no_file(app, settings, alice):
    app.extensions["writer"].sqlite.execute("UPDATE log_state SET head_seq = head_seq + 1")

    with app.app_context(), pytest.raises(BackupError, match="damaged"):
        back_up(settings)

    assert list(backups_folder(settings).iterdir()) == []


def command(settings, *arguments, **more):
    return subprocess.run(
        [sys.executable, "-m", "flask", "--app", "app", *arguments],
        cwd=ROOT,
        env=os.environ | {"STET_DATA": str(settings.data), **more},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_one_that_is_killed_leaves_no_file_and_the_next_one_sweeps_up(made, settings):
    made.file.unlink()

    killed = command(settings, "backup", STET_FAILPOINTS="during_backup=kill")
    left = [path.name for path in made.file.parent.iterdir()]
    again = command(settings, "backup")

    assert killed.returncode == -9
    assert all(re.fullmatch(r"\.stet-[0-9a-f]{12}\.partial", name) for name in left)
    assert len(left) == 1
    assert again.returncode == 0, again.stderr
    (name,) = {path.name for path in made.file.parent.iterdir()} - {"last.json"}
    assert "1 messages, 2 people, 1 rooms" in again.stdout
    assert name in again.stdout


# What is not a backup


def refuse_both(settings, file):
    """Return why the file is refused; the data folder must be as it was."""
    before = sorted(str(path) for path in settings.data.rglob("*"))
    with pytest.raises(BackupError) as refused:
        restore.restore(settings, file, is_forced=True)
    assert sorted(str(path) for path in settings.data.rglob("*")) == before
    assert "\n" not in str(refused.value)
    return str(refused.value)


@pytest.mark.parametrize("kept", [0, 1, 9, 100, 0.3, 0.9, -1, -8])
def test_a_file_that_is_cut_off_is_refused(made, elsewhere, tmp_path, kept):
    whole = made.file.read_bytes()
    cut = tmp_path / "cut.tar.gz"
    cut.write_bytes(whole[: int(len(whole) * kept) if 0 < kept < 1 else kept])

    assert "not a" in refuse_both(elsewhere, cut)


def test_a_bit_that_has_turned_is_noticed(made, elsewhere, tmp_path):
    def turn(members, _):
        members["stet.sqlite3"] = members["stet.sqlite3"][:5000] + b"?" + members["stet.sqlite3"][5001:]

    assert "damaged: stet.sqlite3" in refuse_both(elsewhere, altered(made, tmp_path, change=turn))


@pytest.mark.parametrize(
    "name", ["../evil", "/etc/evil", "avatars/../../evil", "avatars/sub/evil", "evil", "stet.sqlite3"]
)
def test_a_member_that_the_manifest_does_not_name_is_refused(made, elsewhere, tmp_path, name):
    header = tarfile.TarInfo(name)
    header.size = 1

    reason = refuse_both(elsewhere, altered(made, tmp_path, add=[header]))

    assert "manifest" in reason
    assert not (tmp_path / "evil").exists()


@pytest.mark.parametrize(
    "name", ["../evil", "/etc/evil", "avatars/../evil", "avatars/.hidden", "backups/x", "avatars/a\n"]
)
def test_a_manifest_that_leads_out_of_the_folder_is_refused(made, elsewhere, tmp_path, name):
    def lead_out(members, manifest):
        members[name] = b"x"
        manifest["members"].append({"name": name, "size": 1, "sha256": "0" * 64})

    assert "not a whole backup" in refuse_both(elsewhere, altered(made, tmp_path, change=lead_out))


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE])
def test_a_link_in_the_place_of_a_file_is_refused(made, elsewhere, tmp_path, kind):
    def drop_the_key(members, _):
        del members["secret_key"]

    link = tarfile.TarInfo("secret_key")
    link.type, link.linkname = kind, "/etc/passwd"

    assert "manifest" in refuse_both(elsewhere, altered(made, tmp_path, change=drop_the_key, add=[link]))


def test_a_member_that_is_missing_is_noticed(made, elsewhere, tmp_path):
    def drop_the_key(members, _):
        del members["secret_key"]

    assert "secret_key is missing" in refuse_both(elsewhere, altered(made, tmp_path, change=drop_the_key))


def test_a_backup_of_a_newer_stet_is_refused(made, elsewhere, tmp_path):
    newer = altered(made, tmp_path, change=lambda _, manifest: manifest.update(revision="9999", stet="7.0"))
    assert re.search("newer Stet .*7.0.*9999", refuse_both(elsewhere, newer))

    unknown = altered(made, tmp_path, change=lambda _, manifest: manifest.update(format=2, members=None))
    assert "newer Stet" in refuse_both(elsewhere, unknown)


@pytest.mark.parametrize("content", [b"", b"not packed", gzip.compress(b""), gzip.compress(b"not a tar" * 999)])
def test_a_file_of_something_else_is_refused(settings, elsewhere, tmp_path, content):
    (tmp_path / "other.tar.gz").write_bytes(content)

    assert "not a" in refuse_both(elsewhere, tmp_path / "other.tar.gz")


@pytest.mark.parametrize("manifest", [b"", b"[]", b"{}", b'{"format": 1}', b'{"format": "x"}', b"\xff"])
def test_a_manifest_that_cannot_be_understood_is_refused(elsewhere, tmp_path, manifest):
    pack(tmp_path / "odd.tar.gz", {"manifest.json": manifest})

    assert "odd.tar.gz" in refuse_both(elsewhere, tmp_path / "odd.tar.gz")


def test_a_database_that_is_damaged_though_its_sum_is_right_is_refused(made, elsewhere, tmp_path):
    def damage(members, manifest):
        members["stet.sqlite3"] = members["stet.sqlite3"][:4096] + b"\0" * 4096 + members["stet.sqlite3"][8192:]
        (tmp_path / "damaged").write_bytes(members["stet.sqlite3"])
        manifest["members"][0] = create.member_of("stet.sqlite3", tmp_path / "damaged").model_dump()

    assert "damaged" in refuse_both(elsewhere, altered(made, tmp_path, change=damage))


# Restoring


def test_a_backup_restores_into_a_new_folder_with_everything_and_another_epoch(app, made, settings, elsewhere, avatar):
    restored = restore.restore(elsewhere, made.file)

    assert restored.aside is None
    assert texts(elsewhere) == ["before the backup"]
    assert (elsewhere.data / "secret_key").read_text() == (settings.data / "secret_key").read_text()
    assert (elsewhere.data / "avatars" / avatar.name).read_bytes() == avatar.read_bytes()
    assert epoch(elsewhere) not in {made.manifest.epoch, epoch(settings)}
    assert {path.name for path in elsewhere.data.iterdir()} == {"stet.sqlite3", "secret_key", "avatars"}
    assert all(path.stat().st_mode & 0o077 == 0 for path in elsewhere.data.iterdir())


def test_over_a_new_server_that_nobody_has_set_up_it_needs_no_force(made, elsewhere):
    close_app(create_app(elsewhere))

    restored = restore.restore(elsewhere, made.file)

    assert restored.aside is None
    assert texts(elsewhere) == ["before the backup"]
    assert list(elsewhere.data.glob("replaced-*")) == []


def test_over_a_workspace_it_needs_force_and_sets_the_old_one_aside(app, made, settings, alice, room):
    post(alice, room, "after the backup")
    close_app(app)

    with pytest.raises(BackupError, match="--force"):
        restore.restore(settings, made.file)
    kept = texts(settings)
    restored = restore.restore(settings, made.file, is_forced=True)

    assert kept == ["before the backup", "after the backup"]
    assert texts(settings) == ["before the backup"]
    assert texts(Settings(data=restored.aside)) == kept
    assert {path.name for path in restored.aside.iterdir()} >= {"stet.sqlite3", "secret_key", "avatars"}


def test_a_log_that_was_not_folded_in_goes_aside_with_its_database(app, made, settings, alice, room):
    # The writer is still open, as after kill -9: the newest message is in the WAL alone.
    post(alice, room, "in the WAL")

    restored = restore.restore(settings, made.file, is_forced=True)

    assert texts(settings) == ["before the backup"]
    assert texts(Settings(data=restored.aside)) == ["before the backup", "in the WAL"]


def test_the_id_of_a_message_that_is_gone_is_given_to_no_other(app, made, settings, alice, room):
    lost = post(alice, room, "after the backup")["message"]
    close_app(app)
    restore.restore(settings, made.file, is_forced=True)

    again = create_app(settings)
    answer = again.test_client().post(
        f"/api/rooms/{room['id']}/messages",
        json={"text": "later"},
        headers={"Authorization": f"Bearer {alice.token}", "Idempotency-Key": str(uuid.uuid4())},
    )
    close_app(again)

    assert answer.get_json()["message"]["id"] == lost["id"] + 1


def test_the_id_of_a_room_that_is_gone_is_given_to_no_other(app, made, settings, alice):
    # What waits in somebody's outbox for the lost room must not reach whoever is in another one.
    lost = created(alice.post("/api/rooms", json={"kind": "closed", "name": "lost"}))["room"]
    close_app(app)
    restore.restore(settings, made.file, is_forced=True)

    again = create_app(settings)
    answer = again.test_client().post(
        "/api/rooms",
        json={"kind": "closed", "name": "another"},
        headers={"Authorization": f"Bearer {alice.token}"},
    )
    close_app(again)

    assert answer.get_json()["room"]["id"] == lost["id"] + 1


def test_pictures_from_after_the_backup_go_aside(app, settings, alice, bob, avatar):
    with app.app_context():
        made = back_up(settings)
    (settings.data / "avatars" / f"{'0' * 32}.webp").write_bytes(b"later")
    close_app(app)

    restored = restore.restore(settings, made.file, is_forced=True)

    assert [path.name for path in (settings.data / "avatars").iterdir()] == [avatar.name]
    assert len(list((restored.aside / "avatars").iterdir())) == 2


def test_the_database_may_lie_elsewhere(made, tmp_path, elsewhere):
    (tmp_path / "disk").mkdir()
    apart = Settings(data=elsewhere.data, database_url=f"sqlite:///{tmp_path}/disk/db.sqlite3")

    restore.restore(apart, made.file)

    assert texts(apart) == ["before the backup"]
    assert [path.name for path in (tmp_path / "disk").iterdir()] == ["db.sqlite3"]


def of_revision(revision, made, tmp_path):
    """Return a backup that an older Stet made of a workspace without rooms and people."""
    old = tmp_path / "old.sqlite3"
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["database_file"] = old
    upgrade(config, revision)
    with closing(sqlite3.connect(old)) as sqlite, sqlite:
        sqlite.execute("PRAGMA journal_mode = delete")
        sqlite.execute("INSERT INTO workspace VALUES (1, 'of long ago', 't')")

    def make_older(members, manifest):
        members["stet.sqlite3"] = old.read_bytes()
        manifest["members"][0] = create.member_of("stet.sqlite3", old).model_dump()
        manifest["revision"] = revision

    return altered(made, tmp_path, change=make_older)


def test_an_older_backup_is_migrated_at_the_next_start(made, elsewhere, tmp_path):
    restore.restore(elsewhere, of_revision("0001", made, tmp_path))
    close_app(create_app(elsewhere))

    with closing(sqlite3.connect(elsewhere.database_file)) as sqlite:
        assert sqlite.execute("SELECT version_num FROM alembic_version").fetchall() == [(newest_revision(),)]
        assert sqlite.execute("SELECT name FROM workspace").fetchall() == [("of long ago",)]


@pytest.mark.parametrize("revision", ["0001", "0003", "0004"])
def test_no_id_is_given_again_after_a_backup_without_rows_of_whatever_revision(app, made, settings, tmp_path, revision):
    close_app(app)
    with closing(sqlite3.connect(settings.database_file)) as sqlite:
        given = dict(sqlite.execute("SELECT name, seq FROM sqlite_sequence"))

    restore.restore(settings, of_revision(revision, made, tmp_path), is_forced=True)
    close_app(create_app(settings))

    with closing(sqlite3.connect(settings.database_file)) as sqlite:
        after = dict(sqlite.execute("SELECT name, seq FROM sqlite_sequence"))
    assert {name: after[name] for name in ("message", "room", "user")} == {
        name: given[name] for name in ("message", "room", "user")
    }


def test_while_a_server_runs_nothing_is_restored(made, settings):
    with lock_data_folder(settings.data):
        refused = command(settings, "restore", "--force", str(made.file))

    assert refused.returncode == 1
    assert "another Stet is already running" in refused.stderr
    assert list(settings.data.glob("replaced-*")) == []


def test_over_a_database_that_nobody_can_open_the_command_still_restores(app, made, settings):
    close_app(app)
    settings.database_file.write_bytes(b"not a database" * 999)

    unforced = command(settings, "restore", str(made.file))
    forced = command(settings, "restore", "--force", str(made.file))

    assert (unforced.returncode, forced.returncode) == (1, 0), forced.stderr
    assert "is not a database of Stet" in forced.stderr
    assert "Restored 1 messages, 2 people, 1 rooms" in forced.stdout
    assert texts(settings) == ["before the backup"]


KILLED = """
import sys
from pathlib import Path
from chat import failpoints, server
from chat.backups.restore import restore
from chat.config import Settings
failpoints.arm(sys.argv[3])
restore(Settings(data=Path(sys.argv[1])), Path(sys.argv[2]), is_forced=True)
"""


def killed_at(settings, file, step):
    """Restore in a process that is killed at a step; return whether it came that far."""
    ended = subprocess.run(
        [sys.executable, "-c", KILLED, str(settings.data), str(file), f"during_restore=kill@{step}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode in {0, -9}, ended.stderr
    return ended.returncode == -9


@pytest.mark.parametrize("mended_by", ["the next start", "the next restore"])
def test_wherever_a_restore_is_killed_there_is_the_old_or_the_new_and_never_both(
    app, made, settings, alice, room, mended_by
):
    post(alice, room, "after the backup")
    close_app(app)
    old, new = ["before the backup", "after the backup"], ["before the backup"]
    seen = []

    step = 1
    while killed_at(settings, made.file, step):
        if mended_by == "the next start":
            close_app(create_app(settings))
            seen.append(texts(settings))
            assert (settings.data / "avatars").is_dir()
            assert list(settings.data.glob(".restoring*")) == []
        else:
            restore.restore(settings, made.file, is_forced=True)
            seen.append(texts(settings))
        whole = [folder for folder in settings.data.glob("replaced-*") if texts(Settings(data=folder)) == old]
        assert (seen[-1] == old) != bool(whole)
        if whole:
            restore.restore(settings, _backed_up(whole[0]), is_forced=True)
            _forget_replaced(settings)
        step += 1

    assert step > 6
    assert all(state in (old, new) for state in seen)
    assert new in seen


def _backed_up(folder):
    return back_up(Settings(data=folder), folder / "again.tar.gz").file


def _forget_replaced(settings):
    for folder in settings.data.glob("replaced-*"):
        for path in sorted(folder.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
        folder.rmdir()


def test_a_server_does_not_start_in_the_middle_of_a_restore(made, settings, app):
    close_app(app)
    (settings.data / ".restoring").mkdir()

    with lock_data_folder(settings.data), pytest.raises(UnusableDatabaseError, match="already running"):
        restore.finish_restore(settings)

    restore.finish_restore(settings)
    assert not (settings.data / ".restoring").exists()


def test_a_server_that_opened_the_database_before_a_restore_does_not_serve_it(app, settings, made):
    restore.restore(settings, made.file, is_forced=True)

    with pytest.raises(StartError, match="restored at the same moment"):
        server._check_history(app, settings)


# A write that was acknowledged after the backup, and is repeated after the restore


def test_a_key_that_the_backup_does_not_know_is_stored_anew_and_once(app, made, settings, alice, room):
    key = {"Idempotency-Key": str(uuid.uuid4())}
    lost = post(alice, room, "acknowledged after the backup", **key)
    close_app(app)
    restore.restore(settings, made.file, is_forced=True)
    again = create_app(settings)
    client = again.test_client()
    headers = key | {"Authorization": f"Bearer {alice.token}"}

    answers = [
        client.post(f"/api/rooms/{room['id']}/messages", json={"text": lost["message"]["text"]}, headers=headers)
        for _ in range(2)
    ]
    other = client.post(
        f"/api/rooms/{room['id']}/messages",
        json={"text": "another"},
        headers={"Authorization": f"Bearer {alice.token}", "Idempotency-Key": str(uuid.uuid4())},
    )
    close_app(again)

    assert [answer.status_code for answer in answers] == [201, 200]
    assert answers[0].get_json() == answers[1].get_json()
    assert answers[0].get_json()["epoch"] != lost["epoch"]
    assert other.status_code == 201
    assert texts(settings) == ["before the backup", "acknowledged after the backup", "another"]


# Which are kept


def at(text):
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


@pytest.fixture
def lying(settings):
    """Return a function that puts backups into the folder, empty ones of the given days and hours."""
    folder = settings.data / "backups"
    folder.mkdir(parents=True)

    def put(*moments, tail="-daily"):
        for moment in moments:
            (folder / f"stet-{at(moment):%Y%m%dT%H%M%SZ}{tail}.tar.gz").touch()

    return put


def days_kept(settings):
    return [backup.at[:10] for backup in kept_backups(settings) if backup.is_daily]


def test_a_week_of_days_and_four_weeks_are_kept(settings, lying):
    lying(*(f"2026-{month:02d}-{day:02d}T03:00" for month in (10, 11) for day in range(1, 25)))

    remove_superfluous(settings)

    assert days_kept(settings) == [
        *(f"2026-11-{day}" for day in range(24, 17, -1)),
        # Sundays, the newest of their weeks; the week of the 16th has its newest among the days.
        "2026-11-15",
        "2026-11-08",
    ]


def test_what_a_person_made_stays_until_a_person_deletes_it(settings, lying):
    lying(*(f"2026-11-{day:02d}T03:00" for day in range(1, 25)))
    lying("2025-01-01T12:00", "2026-11-02T12:00", tail="")

    remove_superfluous(settings)

    assert [backup.at[:10] for backup in kept_backups(settings) if not backup.is_daily] == ["2026-11-02", "2025-01-01"]


def test_files_of_other_names_are_neither_listed_nor_removed(settings, lying):
    folder = backups_folder(settings)
    odd = ["stet-x.tar.gz", "stet-20261124T030000Z.tar.gz.part", "notes", "stet-20269999T030000Z-daily.tar.gz"]
    for name in odd:
        (folder / name).touch()
    (folder / "stet-20200101T030000Z-daily.tar.gz").symlink_to(folder / "notes")

    assert kept_backups(settings) == []
    assert remove_superfluous(settings) == []
    assert {path.name for path in folder.iterdir()} >= set(odd)


@pytest.mark.parametrize("name", ["..", "../secret_key", "stet-20261124T030000Z.tar.gz/../x", "last.json", ""])
def test_only_backups_are_found_by_name(settings, lying, name):
    lying("2026-11-24T03:00")

    assert backup_path(settings, name) is None
    assert backup_path(settings, "stet-20261124T030000Z-daily.tar.gz") is not None


def test_the_newest_is_the_last_one(app, settings, alice):
    assert last_backup(settings) is None
    with app.app_context(), clock_at(at("2026-11-24T11:30")):
        made = back_up(settings)

    found = last_backup(settings)

    assert found == {
        "name": "stet-20261124T113000Z.tar.gz",
        "at": "2026-11-24T11:30:00.000Z",
        "size_bytes": made.size_bytes,
    }


# The schedule


@pytest.fixture
def settled(app, monkeypatch):
    """Return the app as if it had run for a while, in UTC."""
    monkeypatch.setattr(service, "SETTLING_SECONDS", 0)
    monkeypatch.setenv("TZ", "UTC")
    service.time.tzset()
    with app.app_context():
        yield app
    monkeypatch.undo()
    service.time.tzset()


def due_at(app, moment):
    with clock_at(at(moment)):
        service.back_up_if_due(app)
    return [backup.at[5:16] for backup in reversed(kept_backups(app.config["SETTINGS"]))]


def test_once_a_day_at_its_hour_one_is_made_and_one_that_was_missed_as_soon_as_possible(settled, alice):
    assert due_at(settled, "2026-11-23T05:00") == ["11-23T05:00"]
    assert due_at(settled, "2026-11-24T02:59") == ["11-23T05:00"]
    assert due_at(settled, "2026-11-24T03:00") == ["11-23T05:00", "11-24T03:00"]
    assert due_at(settled, "2026-11-24T23:00") == ["11-23T05:00", "11-24T03:00"]
    assert due_at(settled, "2026-11-26T09:00") == ["11-23T05:00", "11-24T03:00", "11-26T09:00"]
    assert due_at(settled, "2026-11-27T02:59") == ["11-23T05:00", "11-24T03:00", "11-26T09:00"]


def test_right_after_the_start_there_is_none(app, alice):
    with app.app_context():
        assert due_at(app, "2026-11-24T03:00") == []


def test_with_the_schedule_off_there_is_none(settled, settings, alice):
    settled.config["SETTINGS"] = settings.model_copy(update={"backup_hour": "off"})

    assert due_at(settled, "2026-11-24T03:00") == []


def test_before_the_workspace_exists_there_is_none(tmp_path, monkeypatch):
    monkeypatch.setattr(service, "SETTLING_SECONDS", 0)
    made = create_app(Settings(data=tmp_path / "new"))
    with made.app_context():
        assert due_at(made, "2026-11-24T03:00") == []
    close_app(made)


def test_one_that_failed_is_noted_tried_again_in_an_hour_and_takes_no_other_away(settled, settings, alice, monkeypatch):
    due_at(settled, "2026-11-23T03:00")
    monkeypatch.setattr(create, "MARGIN_BYTES", 10**18)

    assert due_at(settled, "2026-11-24T03:00") == ["11-23T03:00"]
    failed = last_result(settings)
    monkeypatch.setattr(create, "MARGIN_BYTES", 0)

    assert (failed.at, failed.name) == (wire_time(at("2026-11-24T03:00")), None)
    assert "too little room" in failed.error
    assert due_at(settled, "2026-11-24T03:59") == ["11-23T03:00"]
    assert due_at(settled, "2026-11-24T04:00") == ["11-23T03:00", "11-24T04:00"]
    assert last_result(settings).error is None


def test_one_from_the_terminal_ends_the_telling_of_a_failure(app, settings, alice, monkeypatch):
    with monkeypatch.context() as full:
        full.setattr(create, "MARGIN_BYTES", 10**18)
        with app.app_context():
            app.extensions["backups"].make(is_daily=False)
    failed = app.extensions["backups"].last.error

    result = app.test_cli_runner().invoke(args=["backup"])

    assert "too little room" in failed
    assert result.exit_code == 0
    assert app.extensions["backups"].last.error is None
    assert app.extensions["backups"].last.name in result.output


def test_only_the_daily_ones_make_room(settled, settings, alice):
    settled.config["SETTINGS"] = settings.model_copy(update={"backup_keep": 1})
    settled.extensions["backups"] = service.Backups(settled.config["SETTINGS"])
    weeks = [wire_time(now() - dt.timedelta(weeks=week))[:10] for week in range(6, 0, -1)]

    for day in weeks:
        due_at(settled, f"{day}T03:00")

    assert days_kept(settings) == weeks[:1:-1]


@pytest.mark.parametrize(("given", "hour"), [("0", 0), ("23", 23), ("off", "off")])
def test_the_hour_comes_from_the_environment(monkeypatch, given, hour):
    monkeypatch.setenv("STET_BACKUP_HOUR", given)

    assert Settings().backup_hour == hour


@pytest.mark.parametrize("given", ["24", "-1", "three"])
def test_an_hour_that_is_none_is_refused(monkeypatch, given):
    monkeypatch.setenv("STET_BACKUP_HOUR", given)

    with pytest.raises(ValueError, match="backup_hour"):
        Settings()
