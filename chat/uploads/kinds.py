"""What kind a file is, by its ending and an own table: what a browser says of it is not believed."""

from pathlib import PurePosixPath
from typing import Literal

Kind = Literal["image", "video", "audio", "pdf", "text", "file"]

UNKNOWN_TYPE = "application/octet-stream"

IMAGE_ENDINGS = {"png", "jpg", "jpeg", "jfif", "webp", "gif", "heic", "heif", "avif"}
"""Worth a look by the decoder, whose word is the last."""

VIDEO_TYPES = {"mp4": "video/mp4", "m4v": "video/mp4", "webm": "video/webm", "mov": "video/quicktime"}
AUDIO_TYPES = {
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
    "aac": "audio/aac",
    "ogg": "audio/ogg",
    "oga": "audio/ogg",
    "opus": "audio/ogg",
    "wav": "audio/wav",
    "flac": "audio/flac",
    "weba": "audio/webm",
}
TEXT_ENDINGS = set(
    (  # noqa: SIM905 - words read better than a list of a hundred lines
        "txt text md markdown log csv tsv json jsonl yaml yml toml ini cfg conf env xml html htm svg css scss js mjs"
        " cjs ts tsx jsx py rb go rs java kt kts swift c h cc cpp hpp cs php pl lua r sql sh bash zsh fish ps1 bat"
        " diff patch tex rst adoc srt vtt ics vcf gradle properties dockerfile makefile gitignore"
    ).split()
)
"""Shown as text, by its letters; none of them is ever served so that a browser would run it."""

OTHER_TYPES = {
    "zip": "application/zip",
    "gz": "application/gzip",
    "7z": "application/x-7z-compressed",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt": "application/vnd.ms-powerpoint",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}

NOT_FOR_BROWSERS = {"image/heic"}
"""Pictures that most browsers do not show: people look at the preview, and the file is for keeping."""

INLINE_KINDS = {"image", "video", "audio", "pdf"}
"""What a browser may show from our address: decoded pictures, and what its own players and viewer take."""


def ending_of(name: str) -> str:
    """Return what stands behind the last dot, in small letters; of a name without one, the name."""
    return (PurePosixPath(name).suffix.removeprefix(".") or PurePosixPath(name).name.removeprefix(".")).lower()


def media_type(name: str) -> tuple[Kind, str]:
    """Return the kind and the type of what needs no look inside; pictures, PDF and text are `file` here."""
    ending = ending_of(name)
    if ending in VIDEO_TYPES:
        return "video", VIDEO_TYPES[ending]
    if ending in AUDIO_TYPES:
        return "audio", AUDIO_TYPES[ending]
    return "file", OTHER_TYPES.get(ending, UNKNOWN_TYPE)
