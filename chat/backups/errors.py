"""What goes wrong with backups, in one sentence for the operator."""

from typing import NoReturn


class BackupError(Exception):
    """A backup that cannot be made, read or restored; nothing was changed."""


def refuse(sentence: str, cause: BaseException | None = None) -> NoReturn:
    """Raise a BackupError that says this."""
    raise BackupError(sentence) from cause
