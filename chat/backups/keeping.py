"""The backups in their folder: which there are, how the last one went, which ones are kept."""

import datetime as dt
import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple, TypedDict

from pydantic import BaseModel, ValidationError

from chat.backups.durable import write_whole
from chat.clock import now, wire_time
from chat.config import Settings

NAME = re.compile(r"stet-(\d{8}T\d{6}Z)(?:-\d{1,3})?(-daily)?\.tar\.gz")
WEEKS_KEPT = 4
LAST_RESULT = "last.json"


class Backup(NamedTuple):
    """A finished backup in the folder."""

    name: str
    at: str
    size_bytes: int
    is_daily: bool
    """Made by the schedule, which removes it again; one that a person made stays until a person deletes it."""


class LastBackup(TypedDict):
    """The newest backup."""

    name: str
    at: str
    size_bytes: int


class Result(BaseModel):
    """How the last try to make a backup went."""

    at: str
    name: str | None = None
    error: str | None = None
    """A sentence; None when it went well."""
    seconds: float = 0
    missing: int = 0
    """How many files the database named that were not there."""


def backups_folder(settings: Settings) -> Path:
    """Return where backups are kept unless another place is named."""
    return settings.data.resolve() / "backups"


def new_name(folder: Path, *, is_daily: bool) -> str:
    """Return a name that no backup in the folder has."""
    stem = f"stet-{now():%Y%m%dT%H%M%SZ}"
    tail = "-daily.tar.gz" if is_daily else ".tar.gz"
    name, number = stem + tail, 1
    while (folder / name).exists():
        number += 1
        name = f"{stem}-{number}{tail}"
    return name


def kept_backups(settings: Settings) -> list[Backup]:
    """Return the backups in the folder, the newest first."""
    folder = backups_folder(settings)
    found = [_backup(path) for path in folder.glob("stet-*.tar.gz")] if folder.is_dir() else []
    return sorted((backup for backup in found if backup is not None), key=lambda backup: backup.at, reverse=True)


def last_backup(settings: Settings) -> LastBackup | None:
    """Return the newest backup in the folder, None when there is none."""
    for backup in kept_backups(settings):
        return {"name": backup.name, "at": backup.at, "size_bytes": backup.size_bytes}
    return None


def backup_path(settings: Settings, name: str) -> Path | None:
    """Return where the backup of this name lies, None when there is none."""
    path = backups_folder(settings) / name
    return path if NAME.fullmatch(name) and path.is_file() and not path.is_symlink() else None


def remove_superfluous(settings: Settings) -> list[str]:
    """Remove the daily backups that the settings do not keep, and return their names."""
    daily = [backup for backup in kept_backups(settings) if backup.is_daily]
    kept = _worth_keeping(daily, days=settings.backup_keep)
    removed = [backup.name for backup in daily if backup.name not in kept]
    for name in removed:
        (backups_folder(settings) / name).unlink(missing_ok=True)
    return removed


def note_result(settings: Settings, result: Result) -> None:
    """Keep how a try went, for after a restart."""
    folder = backups_folder(settings)
    folder.mkdir(mode=0o700, exist_ok=True)
    write_whole(folder / LAST_RESULT, result.model_dump_json())


def last_result(settings: Settings) -> Result | None:
    """Return how the last try went, None when there was none."""
    try:
        return Result.model_validate_json((backups_folder(settings) / LAST_RESULT).read_text())
    except (OSError, ValidationError):
        return None


def _worth_keeping(newest_first: Iterable[Backup], *, days: int) -> set[str]:
    """Choose the newest of each of the last `days` days that have one, and of each of the last four weeks."""
    by_day: dict[str, str] = {}
    by_week: dict[tuple[int, int], str] = {}
    for backup in newest_first:
        year, week, _ = dt.datetime.fromisoformat(backup.at).isocalendar()
        by_day.setdefault(backup.at[:10], backup.name)
        by_week.setdefault((year, week), backup.name)
    return {*list(by_day.values())[:days], *list(by_week.values())[:WEEKS_KEPT]}


def _backup(path: Path) -> Backup | None:
    found = NAME.fullmatch(path.name)
    if found is None or path.is_symlink():
        return None
    try:
        made = dt.datetime.strptime(found[1], "%Y%m%dT%H%M%SZ").replace(tzinfo=dt.UTC)
        return Backup(path.name, wire_time(made), path.stat().st_size, is_daily=found[2] is not None)
    except (ValueError, OSError):
        # No moment, or removed meanwhile.
        return None
