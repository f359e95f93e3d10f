"""Where the parts of an upload lie; apart, so that the child that makes previews starts quickly."""

import re
from pathlib import Path

FILE_NAME = re.compile(r"([0-9a-f]{32})(\.part|-clean|-large\.webp|-small\.webp)?")
"""A file of ours, the rest of one, or a preview; nothing else lies in the folder."""
ENDINGS = ("", ".part", "-clean", "-large.webp", "-small.webp")
PREVIEW_ENDINGS = {"large": "-large.webp", "small": "-small.webp"}


def part_of(path: Path) -> Path:
    """Return where an upload lies until it is whole."""
    return path.with_name(path.name + ".part")


def clean_of(path: Path) -> Path:
    """Return where a picture without its metadata lies until it takes the place of what was sent."""
    return path.with_name(path.name + "-clean")


def preview_of(path: Path, size: str) -> Path:
    """Return where a preview lies; `size` is large or small."""
    return path.with_name(path.name + PREVIEW_ENDINGS[size])
