"""Names of files, as people see them: one line, no path, nothing that deceives."""

import re
import unicodedata
from pathlib import PurePosixPath

LONGEST_NAME = 200
FALLBACK = "file"

_UNSEEN = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
"""Control characters would end a header; marks of direction make `gpj.exe` of `exe.jpg`."""


def clean_name(given: str) -> str:
    """Return the last part of a path as one line of up to 200 characters; never an empty one."""
    name = re.split(r"[/\\]", unicodedata.normalize("NFC", given))[-1]
    name = " ".join(_UNSEEN.sub("", name).split())
    if not name.strip(". "):
        return FALLBACK
    return _shortened(name)


def _shortened(name: str) -> str:
    if len(name) <= LONGEST_NAME:
        return name
    ending = PurePosixPath(name).suffix
    if len(ending) > LONGEST_NAME // 4:
        ending = ""
    return name[: LONGEST_NAME - len(ending)].rstrip() + ending
