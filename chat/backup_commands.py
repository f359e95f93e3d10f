"""Commands for backups: make one, restore one, and check that everything agrees."""

import sqlite3
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from chat.backups.archive import DATABASE, check_archive
from chat.backups.create import back_up
from chat.backups.errors import BackupError
from chat.backups.keeping import Result, backups_folder, note_result
from chat.backups.restore import restore
from chat.clock import now_text
from chat.config import Settings
from chat.database import UnusableDatabaseError, lock_data_folder
from chat.extensions import db
from chat.verification import Checked, verify


def register(app: Flask) -> None:
    """Add the commands to the app."""
    app.cli.add_command(make_backup)
    register_repairs(app)


def register_repairs(app: Flask) -> None:
    """Add the commands that also work on a data folder which cannot be served."""
    app.cli.add_command(restore_backup)
    app.cli.add_command(verify_everything)


@click.command("backup")
@click.argument("target", required=False, type=click.Path(path_type=Path))
@with_appcontext
def make_backup(target: Path | None) -> None:
    """Write everything into one file: TARGET, or a new name in that folder; by default data/backups.

    It works beside a running server. The file holds everything, the secret key too: keep it as safe as the server.
    """
    try:
        made = back_up(_settings(), target)
    except BackupError as error:
        raise click.ClickException(str(error)) from error
    manifest = made.manifest
    if made.file.parent == backups_folder(_settings()):
        # So that the page does not go on telling of an earlier failure.
        note_result(_settings(), Result(at=now_text(), name=made.file.name, missing=len(manifest.missing)))
    print(f"{made.file}: {made.size_bytes / 1_000_000:,.1f} MB, read back and checked.")
    print(f"{manifest.messages:,} messages, {manifest.people:,} people, {manifest.rooms:,} rooms.")
    for name in manifest.missing:
        click.echo(f"Not in it, because it is missing in the data folder: {name}", err=True)


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Replace the workspace that is there; it is set aside, not deleted.")
@with_appcontext
def restore_backup(file: Path, *, force: bool) -> None:
    """Restore the backup FILE; Stet must not run meanwhile.

    The file is checked whole before anything changes.
    """
    settings = _settings()
    try:
        with lock_data_folder(settings.data):
            _close_database()
            restored = restore(settings, file, is_forced=force)
    except (BackupError, UnusableDatabaseError) as error:
        raise click.ClickException(str(error)) from error
    manifest = restored.manifest
    print(f"Restored {manifest.messages:,} messages, {manifest.people:,} people, {manifest.rooms:,} rooms")
    print(f"as they were at {manifest.created_at}. Start Stet; clients begin again from there by themselves.")
    if restored.aside is not None:
        print(f"What was here before is in {restored.aside}; remove it when you are sure.")


@click.command("verify")
@click.option("--file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A backup to check instead.")
@with_appcontext
def verify_everything(file: Path | None) -> None:
    """Check that database, log, index and files agree, and end with 1 if they do not; it changes nothing.

    It works beside a running server.
    """
    settings = _settings()
    try:
        found = verify(settings.database_file, settings.data) if file is None else _verify_backup(file)
    except (BackupError, sqlite3.Error) as error:
        raise click.ClickException(str(error)) from error
    for checked in found:
        _print(checked)
    if any(checked.problems for checked in found):
        raise SystemExit(1)


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings


def _close_database() -> None:
    # The command's own connections, so that none of them touches the new database under the old one's name.
    writer = current_app.extensions.pop("writer", None)
    if writer is not None:
        db.session.remove()
        writer.close()
        db.engine.dispose()


def _verify_backup(file: Path) -> list[Checked]:
    with TemporaryDirectory() as folder:
        check_archive(file, Path(folder))
        return verify(Path(folder) / DATABASE, Path(folder))


def _print(checked: Checked) -> None:
    if not checked.problems:
        print(f"ok     {checked.name}" + "".join(f" – {note}" for note in checked.notes))
    for problem in checked.problems:
        print(f"WRONG  {checked.name}: {problem}")
