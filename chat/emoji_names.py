"""Emoji by the names that people type between colons."""

import json
from functools import cache
from pathlib import Path

TABLE = Path(__file__).parents[1] / "static" / "vendor" / "emojibase-data" / "emoji.json"
"""The one that the page searches in; `merge.mjs` beside it tells its columns."""

_SKIN_TONES = ("\U0001f3fb", "\U0001f3fc", "\U0001f3fd", "\U0001f3fe", "\U0001f3ff")
_PEOPLE = ("\U0001f468", "\U0001f469", "\U0001f9d1")


def emoji_named(name: str, tone: int = 0) -> str | None:
    """Return the emoji of a shortcode without colons, on a skin tone from 1 to 5; None when nothing is called so."""
    found = _by_name().get(name)
    if found is None:
        return None
    emoji, has_tones = found
    return _toned(emoji, _SKIN_TONES[tone - 1]) if tone and has_tones else emoji


def _toned(emoji: str, tone: str) -> str:
    """Put the tone behind the first person, and behind the last one when that is a person too."""
    parts = emoji.split("\u200d")
    last = len(parts) - 1
    return "\u200d".join(
        part[0] + tone + part[1:].removeprefix("\ufe0f") if place == 0 or (place == last and part in _PEOPLE) else part
        for place, part in enumerate(parts)
    )


@cache
def _by_name() -> dict[str, tuple[str, bool]]:
    rows = json.loads(TABLE.read_text(encoding="utf-8"))
    return {name: (row[0], bool(row[2])) for row in rows for name in row[4].split(" ")}
