"""Pictures without what they tell of where and with what they were taken; not a pixel changes.

JPEG, PNG and WebP are taken apart into their segments and put together again without those that hold metadata. How a
JPEG is to be turned stays.
"""

import re
import struct
from collections.abc import Iterator

_SCAN_END = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_START, _END, _SCAN, _PROFILE = 0xD8, 0xD9, 0xDA, 0xE2
_KEPT_APPS = {0xE0, 0xEE}
"""JFIF, and how Adobe has mixed the colours; a colour profile is looked at."""
_COMMENT = 0xFE
_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PNG_DROPPED = {b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME"}
_WEBP_DROPPED = {b"EXIF", b"XMP "}
_WEBP_FLAGS = 0x08 | 0x04


class NotTakenApartError(Exception):
    """It is not put together as such a file is; it stays as it was."""


def without_metadata(content: bytes, image_format: str, orientation: int) -> bytes:
    """Return the picture's bytes without metadata; formats that are not known here come back as they are.

    Raises:
        NotTakenApartError: it is not such a file.
    """
    try:
        if image_format in {"JPEG", "MPO"}:
            return b"".join(_jpeg(content, orientation))
        # Who turns these by their metadata would see them lying: they are left alone.
        if image_format == "PNG" and orientation == 1:
            return b"".join(_png(content))
        if image_format == "WEBP" and orientation == 1:
            return _webp(content)
    except (IndexError, struct.error) as error:
        raise NotTakenApartError from error
    return content


def _jpeg(content: bytes, orientation: int) -> Iterator[bytes]:
    yield bytes((0xFF, _START))
    if orientation > 1:
        yield _turned(orientation)
    at = 2
    while at < len(content):
        if content[at] != 0xFF:  # noqa: PLR2004 - every segment begins so
            raise NotTakenApartError
        marker = content[at + 1]
        if marker == _END:
            # What stands behind it, such as a second picture, has metadata of its own.
            yield bytes((0xFF, _END))
            return
        end = _segment_end(content, at, marker)
        if _is_kept(marker, content[at + 4 : at + 15]):
            yield content[at:end]
        at = end


def _segment_end(content: bytes, at: int, marker: int) -> int:
    if marker == 0xFF:  # noqa: PLR2004 - filling
        return at + 1
    end: int = at + 2 + struct.unpack_from(">H", content, at + 2)[0]
    if marker != _SCAN:
        return end
    found = _SCAN_END.search(content, end)
    return found.start() if found else len(content)


def _is_kept(marker: int, beginning: bytes) -> bool:
    if marker == _PROFILE:
        return beginning == b"ICC_PROFILE"
    is_app = 0xE0 <= marker <= 0xEF  # noqa: PLR2004 - APP0 to APP15
    return marker not in {_COMMENT, 0xFF} and (not is_app or marker in _KEPT_APPS)


def _turned(orientation: int) -> bytes:
    """Return a segment that says how to turn the picture, and nothing else."""
    body = b"Exif\x00\x00II*\x00" + struct.pack("<IHHHIHHI", 8, 1, 0x0112, 3, 1, orientation, 0, 0)
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


def _png(content: bytes) -> Iterator[bytes]:
    if not content.startswith(_PNG_SIGNATURE):
        raise NotTakenApartError
    yield _PNG_SIGNATURE
    at = len(_PNG_SIGNATURE)
    while at < len(content):
        length, kind = struct.unpack_from(">I4s", content, at)
        end = at + 12 + length
        if kind not in _PNG_DROPPED:
            yield content[at:end]
        if kind == b"IEND":
            return
        at = end


def _webp(content: bytes) -> bytes:
    if content[:4] != b"RIFF" or content[8:12] != b"WEBP":
        raise NotTakenApartError
    kept = [b"WEBP"]
    at = 12
    while at + 8 <= len(content):
        kind, length = struct.unpack_from("<4sI", content, at)
        end = at + 8 + length + length % 2
        chunk = content[at:end]
        if kind == b"VP8X":
            chunk = chunk[:8] + bytes((chunk[8] & ~_WEBP_FLAGS,)) + chunk[9:]
        if kind not in _WEBP_DROPPED:
            kept.append(chunk)
        at = end
    body = b"".join(kept)
    return b"RIFF" + struct.pack("<I", len(body)) + body
