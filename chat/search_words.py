"""What of a text can be searched for: the keys of its words, in order, and where each stands.

Words of scripts that part words by spaces are folded and stemmed. Hangul, Han and Kana, and the scripts of South East
Asia, are taken in overlapping pairs, so that two syllables that stand together are found, whatever particle follows:
회의를 is 회, 회의, 의를. The first syllable leads, so that the keys of the beginning of a run begin the run's keys:
"3시" is found in "3시에". The other single syllables are kept without an order, for a search of one.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from chat.stemmer import stem

LONGEST_KEY = 64

FILE_NAMES = "(SELECT group_concat(name, char(10)) FROM upload WHERE message_id = message.id)"
"""A column for a query of messages: what their files are called, NULL where there are none."""

PAIRED = (
    r"\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3031-\u3035\u303b\u303c"
    r"\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u318f\u31a0-\u31ff\u3400-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff"
    r"\uff66-\uffdc\U0001b000-\U0001b16f\U00020000-\U0003ffff"
)
"""Hangul, Han, Kana, Bopomofo, Thai, Lao, Khmer and Burmese, as the inside of a class of a regular expression."""

# The signs of Indic vowels are parts of words, and no letters to Python.
_LETTER = rf"(?:[^\W_{PAIRED}]|[\u0900-\u0dff])"
_TOKEN = re.compile(
    rf"(?P<pairs>[{PAIRED}]+)"
    r"|v(?=[0-9])"  # v1.2.3 and 1.2.3 are the same version
    rf"|{_LETTER}+(?:['\u2019]{_LETTER}+)*"
    r"|[\u2190-\u21ff\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001f3fa\U0001f400-\U0001faff]"
)
_APOSTROPHE = re.compile("['\u2019]")
_HALF_WIDTH = re.compile("[\uff65-\uff9f]+")


@dataclass(frozen=True, slots=True)
class Token:
    """A key of a word, and the characters that it stands for."""

    key: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Keys:
    """What the index keeps of a text."""

    words: list[str]
    """In order, with each place that a word stands at."""
    syllables: set[str]
    """Those inside runs of Hangul and the like; the first of each run is among the words."""


def said(text: str, file_names: str | None) -> str:
    """Return what a message can be found by: what it says, and what its files are called."""
    return text if file_names is None else f"{text}\n{file_names}"


def composed(text: str) -> str:
    """Return the text with its characters composed: what macOS takes apart, and Katakana of half width."""
    if text.isascii():
        return text
    text = _HALF_WIDTH.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
    return unicodedata.normalize("NFC", text)


def folded(text: str) -> str:
    """Return composed text without what does not count: case, width, accents."""
    return text.lower() if text.isascii() else text.translate(_FOLD)


def keys_of(text: str) -> Keys:
    """Return what the index keeps of a text."""
    words: list[str] = []
    syllables: set[str] = set()
    for found in _TOKEN.finditer(folded(composed(text))):
        run = found["pairs"]
        if run is None:
            words.append(_key(found[0]))
        else:
            words.append(run[0])
            words += map("".join, pairwise(run))
            syllables.update(run[1:])
    return Keys(words, syllables)


def tokens_of(text: str) -> list[Token]:
    """Return the keys of composed text in order, with the places of their characters in it."""
    pieces = [_FOLD[ord(char)] for char in text]
    starts = [index for index, piece in enumerate(pieces) for _ in piece] + [len(text)]
    return [
        Token(key, starts[start], starts[end - 1] + 1)
        for found in _TOKEN.finditer("".join(pieces))
        for key, start, end in _spans(found)
    ]


def _spans(found: re.Match[str]) -> Iterator[tuple[str, int, int]]:
    start, run = found.start(), found["pairs"]
    if run is None:
        yield _key(found[0]), start, found.end()
        return
    yield run[0], start, start + 1
    for index in range(len(run) - 1):
        yield run[index : index + 2], start + index, start + index + 2


def is_syllable(key: str) -> bool:
    """Tell whether a key is one syllable or sign of a script that is taken in pairs."""
    return len(key) == 1 and _SYLLABLE.match(key) is not None


_SYLLABLE = re.compile(rf"[{PAIRED}]")


def _key(word: str) -> str:
    return stem(_APOSTROPHE.sub("", word)[:LONGEST_KEY])


class _Fold(dict[int, str]):
    """A table for `str.translate` that works out a character when it first comes."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        piece = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", char).casefold())
        if not _SYLLABLE.match(char):
            piece = "".join(c for c in unicodedata.normalize("NFKD", piece) if unicodedata.category(c) != "Mn")
            piece = unicodedata.normalize("NFC", piece)
        # A lone mark of a letter that was none of these is dropped; vowel signs of Indic scripts are kept.
        piece = char if not piece and _is_indic(code) else piece
        self[code] = piece
        return piece


def _is_indic(code: int) -> bool:
    return 0x0900 <= code <= 0x0DFF  # noqa: PLR2004 - Devanagari to Sinhala


_FOLD = _Fold()
