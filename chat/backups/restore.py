"""Put a backup in the place of what is in the data folder.

Everything is checked and unpacked beside the data first. Then a file that says "ready" is written: before it, nothing
has changed; after it, the swap is finished by this process, or by the next start or restore if this one is killed. What
was there before is set aside, never deleted.
"""

import json
import secrets
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from chat import failpoints
from chat.backups.archive import DATABASE, MANIFEST, SECRET_KEY, Manifest, check_archive, read_manifest
from chat.backups.create import check_database
from chat.backups.durable import sync_file, sync_folder, write_whole
from chat.backups.errors import refuse
from chat.clock import now
from chat.config import Settings
from chat.database import current_revision, lock_data_folder, newest_revision

STAGE = ".restoring"
READY = "ready"
UPLOADS = ("avatars", "uploads")
BESIDE_THE_DATABASE = ("-wal", "-shm", "-journal")


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put in place."""

    manifest: Manifest
    aside: Path | None
    """Where what was there before lies; None when it was a new, empty workspace."""


def restore(settings: Settings, file: Path, *, is_forced: bool = False) -> Restored:
    """Restore the backup; hold the lock of the data folder (`lock_data_folder`) around it.

    Raises:
        BackupError: the file cannot be used, or there is a workspace already; nothing was changed.
    """
    finish_swap(settings)
    _refuse_early(settings, file, is_forced=is_forced)
    manifest = _stage(settings, file)
    is_worth_keeping = not _is_empty(settings.database_file)
    aside = f"replaced-{now():%Y%m%dT%H%M%S}-{secrets.token_hex(2)}"
    plan = json.dumps({"aside": aside, "is_worth_keeping": is_worth_keeping})
    failpoints.reach("during_restore")
    write_whole(_stage_folder(settings) / READY, plan)
    failpoints.reach("during_restore")
    finish_swap(settings)
    return Restored(manifest, settings.data.resolve() / aside if is_worth_keeping else None)


def finish_restore(settings: Settings) -> None:
    """Finish a restore that was interrupted, at the start of a server or a command.

    Raises:
        UnusableDatabaseError: one is under way.
    """
    if _stage_folder(settings).exists():
        with lock_data_folder(settings.data):
            finish_swap(settings)


def finish_swap(settings: Settings) -> None:
    """Put what is ready in place, from wherever the last one was interrupted; forget what never became ready."""
    stage, data = _stage_folder(settings), settings.data.resolve()
    if (stage / READY).exists():
        plan = json.loads((stage / READY).read_text())
        database, staged = settings.database_file, _staged_database(settings)
        beside = [database.with_name(database.name + tail) for tail in BESIDE_THE_DATABASE]
        _swap(staged, database, database.parent / plan["aside"], before=beside)
        for name in (SECRET_KEY, *UPLOADS):
            _swap(stage / name, data / name, data / plan["aside"])
        if not plan["is_worth_keeping"]:
            for folder in {data, database.parent}:
                shutil.rmtree(folder / plan["aside"], ignore_errors=True)
        (stage / READY).unlink()
        sync_folder(stage)
        failpoints.reach("during_restore")
    _forget_stage(settings)


def _refuse_early(settings: Settings, file: Path, *, is_forced: bool) -> None:
    manifest = read_manifest(file)
    if manifest.revision > newest_revision():
        refuse(
            f"{file} was written by a newer Stet ({manifest.stet}, revision {manifest.revision});"
            f" this one knows {newest_revision()}"
        )
    if not is_forced and not _is_empty(settings.database_file):
        refuse(f"there is a workspace in {settings.data} already; --force sets it aside and restores the backup")
    size = sum(member.size for member in manifest.members)
    free = min(shutil.disk_usage(folder).free for folder in (settings.data, settings.database_file.parent))
    if size > free:
        refuse(f"the backup needs {size / 1_000_000:,.0f} MB, and {free / 1_000_000:,.0f} MB are free")


def _is_empty(database: Path) -> bool:
    """Tell whether there is nothing to lose: no database, or one that nobody has set up."""
    if not database.exists():
        return True
    try:
        with closing(sqlite3.connect(f"file:{quote(str(database))}?mode=ro", uri=True, timeout=5)) as sqlite:
            (count,) = sqlite.execute("SELECT (SELECT count(*) FROM workspace) + count(*) FROM user").fetchone()
    except sqlite3.DatabaseError:
        # Damaged, or of somebody else: whoever restores over it has to say so.
        return False
    return bool(count == 0)


def _stage(settings: Settings, file: Path) -> Manifest:
    """Unpack the backup beside the data, checked whole, under an epoch of its own."""
    stage, staged = _stage_folder(settings), _staged_database(settings)
    try:
        stage.mkdir(mode=0o700)
        manifest = check_archive(file, stage)
        check_database(stage / DATABASE)
        if current_revision(stage / DATABASE) != manifest.revision:
            refuse(f"{file} is damaged: its database is not of the revision that its {MANIFEST} names")
        _change_epoch(stage / DATABASE)
        _keep_ids_apart(stage / DATABASE, settings.database_file)
        # A rename where the database is in the data folder, else it may lead to another disk.
        shutil.move(stage / DATABASE, staged)
        sync_file(staged)
        for name in UPLOADS:
            if (settings.data / name).exists():
                # So that it is replaced, by nothing if the backup has none.
                (stage / name).mkdir(mode=0o700, exist_ok=True)
        for folder in filter(Path.is_dir, stage.iterdir()):
            sync_folder(folder)
        for folder in (stage, stage.parent, staged.parent):
            sync_folder(folder)
    except BaseException:
        _forget_stage(settings)
        raise
    return manifest


def _change_epoch(database: Path) -> None:
    # Clients know a history that goes further than this one; the new epoch tells them to start again.
    with closing(sqlite3.connect(database)) as sqlite, sqlite:
        sqlite.execute("UPDATE log_state SET epoch = ?", (secrets.token_hex(8),))


def _keep_ids_apart(database: Path, present: Path) -> None:
    """Let no id be given twice, as far as that is known: a link to a message that is gone leads to no other one."""
    try:
        with closing(sqlite3.connect(f"file:{quote(str(present))}?mode=ro", uri=True, timeout=5)) as sqlite:
            given = sqlite.execute("SELECT seq, name FROM sqlite_sequence").fetchall()
    except sqlite3.DatabaseError:
        # There is none, or it is damaged.
        return
    with closing(sqlite3.connect(database)) as sqlite, sqlite:
        for seq, name in given:
            # There is no number of a table that was empty, and of an older revision not of every table.
            changed = sqlite.execute("UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?", (seq, name))
            if changed.rowcount == 0:
                sqlite.execute("INSERT INTO sqlite_sequence (seq, name) VALUES (?, ?)", (seq, name))


def _swap(new: Path, place: Path, aside: Path, *, before: Sequence[Path] = ()) -> None:
    """Rename `place`, and `before` ahead of it, into `aside`, and `new` into `place`; or what is left of that to do."""
    if not new.exists():
        return
    for path in [*before, place]:
        if path.exists():
            aside.mkdir(mode=0o700, exist_ok=True)
            path.rename(aside / path.name)
            sync_folder(aside)
            sync_folder(path.parent)
            failpoints.reach("during_restore")
    new.rename(place)
    sync_folder(place.parent)
    failpoints.reach("during_restore")


def _forget_stage(settings: Settings) -> None:
    _staged_database(settings).unlink(missing_ok=True)
    shutil.rmtree(_stage_folder(settings), ignore_errors=True)


def _stage_folder(settings: Settings) -> Path:
    return settings.data.resolve() / STAGE


def _staged_database(settings: Settings) -> Path:
    # Beside the database, which may be on another disk than the data folder: a rename must do.
    return settings.database_file.with_name(".restoring.sqlite3")
