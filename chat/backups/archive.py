"""The file of a backup: a gzipped tar of a manifest, the database, the secret key and the uploads.

`manifest.json` comes first and names every other member with its size and SHA-256. Whatever else is in the file, or is
not as the manifest says, makes the whole file unusable.
"""

import gzip
import hashlib
import io
import json
import tarfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import IO, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from chat.backups.durable import sync_file
from chat.backups.errors import refuse

FORMAT = 1
DATABASE = "stet.sqlite3"
SECRET_KEY = "secret_key"  # noqa: S105 - a file's name
MANIFEST = "manifest.json"
MEMBER_NAME = r"(?:stet\.sqlite3|secret_key|(?:avatars|uploads)/[0-9A-Za-z][0-9A-Za-z._-]{0,199})"
"""Every name that a member can have: none leads out of the folder that it is unpacked into."""
LONGEST_MANIFEST = 256 * 1024 * 1024
CHUNK = 1024 * 1024
COMPRESSION = 1
"""Of 9: level 6 takes twice as long for a file that is an eighth smaller."""


class Member(BaseModel):
    """A file in the backup."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=f"^{MEMBER_NAME}$")
    size: int = Field(ge=0)
    sha256: str = Field(pattern="^[0-9a-f]{64}$")


class Manifest(BaseModel):
    """What is in the backup."""

    model_config = ConfigDict(frozen=True)

    format: Literal[1] = 1
    stet: str
    """The version of Stet that wrote it."""
    revision: str
    """The newest migration of the database."""
    epoch: str
    head_seq: int
    created_at: str
    messages: int
    people: int
    rooms: int
    members: list[Member]
    missing: list[str]
    """Files that the database names and that were not there."""


def member_of(name: str, path: Path) -> Member:
    """Describe a file as it is.

    Raises:
        FileNotFoundError: it is not there.
    """
    digest = hashlib.sha256()
    size = 0
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return Member(name=name, size=size, sha256=digest.hexdigest())


def write_archive(target: Path, manifest: Manifest, paths: Mapping[str, Path]) -> None:
    """Write the file of a backup and wait until it is on disk; `paths` says where each member lies."""
    target.touch(mode=0o600)
    with (
        target.open("wb") as file,
        gzip.GzipFile("", "wb", COMPRESSION, file, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w") as tar,
    ):
        # By default 16 kB at a time: a lot of Python for a large database, beside a server that needs it too.
        tar.copybufsize = CHUNK  # type: ignore[attr-defined]
        encoded = manifest.model_dump_json(indent=1).encode()
        tar.addfile(_header(MANIFEST, len(encoded)), io.BytesIO(encoded))
        for member in manifest.members:
            with paths[member.name].open("rb") as content:
                tar.addfile(_header(member.name, member.size), content)
    sync_file(target)


def read_manifest(file: Path) -> Manifest:
    """Return what the file says of itself; nothing is checked but that.

    Raises:
        BackupError: it says nothing that can be understood.
    """
    with _opened(file) as (tar, _):
        return _manifest_in(file, tar)


def check_archive(file: Path, into: Path | None = None) -> Manifest:
    """Read the file to its end and compare every member with the manifest; `into` is where they are unpacked.

    Raises:
        BackupError: it is not a backup of Stet, is cut off, or differs from its manifest in anything.
    """
    with _opened(file) as (tar, packed):
        manifest = _manifest_in(file, tar)
        expected = {member.name: member for member in manifest.members}
        while (header := tar.next()) is not None:
            member = expected.pop(header.name, None)
            content = tar.extractfile(header) if header.isreg() else None
            if member is None or content is None or header.size != member.size:
                refuse(f"{file} holds {header.name!r}, which its manifest does not")
            if _take(content, into and into / member.name) != member.sha256:
                refuse(f"{file} is damaged: {header.name} is not what was written")
        if expected:
            refuse(f"{file} is not whole: {min(expected)} is missing")
        while packed.read(CHUNK):
            # The checksum of the whole file stands at its end.
            pass
    return manifest


@contextmanager
def _opened(file: Path) -> Iterator[tuple[tarfile.TarFile, gzip.GzipFile]]:
    try:
        with gzip.open(file, "rb") as packed, tarfile.open(fileobj=packed, mode="r|", bufsize=CHUNK) as tar:
            yield tar, packed
    except (EOFError, tarfile.TarError, zlib.error, gzip.BadGzipFile, ValidationError) as error:
        refuse(f"{file} is not a whole backup of Stet: {_first_line(error)}", error)
    except OSError as error:
        refuse(f"{error.filename or file}: {error.strerror or error}", error)


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]


def _manifest_in(file: Path, tar: tarfile.TarFile) -> Manifest:
    header = tar.next()
    content = tar.extractfile(header) if header is not None and header.isreg() else None
    if header is None or content is None or header.name != MANIFEST or header.size > LONGEST_MANIFEST:
        refuse(f"{file} is not a backup of Stet: it does not begin with a manifest")
    encoded = content.read()
    try:
        written = json.loads(encoded)
        number = written["format"]
    except (ValueError, KeyError, TypeError) as error:
        refuse(f"{file} is not a backup of Stet: its manifest cannot be read", error)
    if number != FORMAT:
        refuse(f"{file} was written by a newer Stet: its format is {number}, this one knows {FORMAT}")
    manifest = Manifest.model_validate(written)
    names = [member.name for member in manifest.members]
    if len(set(names)) != len(names) or not {DATABASE, SECRET_KEY} <= set(names):
        refuse(f"{file} is not a whole backup of Stet: its manifest names files twice, or too few")
    return manifest


def _take(content: IO[bytes], target: Path | None) -> str:
    """Read a member to its end and return its SHA-256; `target` is where a copy of it goes, None for nowhere."""
    digest = hashlib.sha256()
    with nullcontext() if target is None else _made(target) as copy:
        while chunk := content.read(CHUNK):
            digest.update(chunk)
            if copy is not None:
                copy.write(chunk)
    if target is not None:
        sync_file(target)
    return digest.hexdigest()


def _made(target: Path) -> IO[bytes]:
    target.parent.mkdir(mode=0o700, exist_ok=True)
    target.touch(mode=0o600, exist_ok=False)
    return target.open("wb")


def _header(name: str, size: int) -> tarfile.TarInfo:
    header = tarfile.TarInfo(name)
    header.size, header.mode = size, 0o600
    return header
