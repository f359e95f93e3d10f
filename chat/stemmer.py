"""English words without their endings, after M. F. Porter, "An algorithm for suffix stripping" (1980).

Not the tokenizer of SQLite that does the same, because what was found is shown too: the words are marked by the same
rule by which the index keeps them.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

SHORTEST = 3


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """Return the stem of a word in small ASCII letters; other words, and those of one or two letters, as they are."""
    if len(word) < SHORTEST or not (word.isascii() and word.isalpha()):
        return word
    word = _without_y(_without_past(_without_plural(word)))
    for table in (_DOUBLE_SUFFIXES, _SUFFIXES):
        word = _shortened(word, table)
    return _tidied(_without_last_suffix(word))


def _measure(part: str) -> int:
    """Return how many times vowels are followed by consonants."""
    return len(re.findall("vc", re.sub(r"(.)\1+", r"\1", _shape(part))))


@lru_cache(maxsize=65_536)
def _shape(part: str) -> str:
    """Return "c" and "v" for each letter; y is a vowel after a consonant."""
    shape = ""
    for letter in part:
        is_vowel = letter in "aeiou" or (letter == "y" and shape.endswith("c"))
        shape += "v" if is_vowel else "c"
    return shape


def _has_vowel(part: str) -> bool:
    return "v" in _shape(part)


def _ends_double(part: str) -> bool:
    return part[-1:] == part[-2:-1] and _shape(part).endswith("c")


def _ends_short(part: str) -> bool:
    return _shape(part).endswith("cvc") and part[-1] not in "wxy"


def _without_plural(word: str) -> str:
    if word.endswith(("sses", "ies")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def _without_past(word: str) -> str:
    if word.endswith("eed"):
        return word[:-1] if _measure(word[:-3]) > 0 else word
    for suffix in ("ed", "ing"):
        part = word.removesuffix(suffix)
        if part != word:
            return _mended(part) if _has_vowel(part) else word
    return word


def _mended(part: str) -> str:
    if part.endswith(("at", "bl", "iz")):
        return part + "e"
    if _ends_double(part) and part[-1] not in "lsz":
        return part[:-1]
    return part + "e" if _measure(part) == 1 and _ends_short(part) else part


def _without_y(word: str) -> str:
    return word[:-1] + "i" if word.endswith("y") and _has_vowel(word[:-1]) else word


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    for pair in text.split():
        suffix, _, instead = pair.partition(">")
        yield suffix, instead


_DOUBLE_SUFFIXES = tuple(
    _pairs(
        "ational>ate tional>tion enci>ence anci>ance izer>ize bli>ble alli>al entli>ent eli>e ousli>ous ization>ize"
        " ation>ate ator>ate alism>al iveness>ive fulness>ful ousness>ous aliti>al iviti>ive biliti>ble logi>log"
    )
)
_SUFFIXES = tuple(_pairs("icate>ic ative> alize>al iciti>ic ical>ic ful> ness>"))
_LAST_SUFFIXES = (
    "ement ance ence able ible ment ant ent ism ate iti ous ive ize al er ic ou".split()  # noqa: SIM905 - reads as a list
)


def _shortened(word: str, table: tuple[tuple[str, str], ...]) -> str:
    for suffix, instead in table:
        if word.endswith(suffix):
            part = word[: -len(suffix)]
            return part + instead if _measure(part) > 0 else word
    return word


def _without_last_suffix(word: str) -> str:
    if word.endswith("ion"):
        return word[:-3] if word[-4:-3] in {"s", "t"} and _measure(word[:-3]) > 1 else word
    for suffix in _LAST_SUFFIXES:
        if word.endswith(suffix):
            part = word[: -len(suffix)]
            return part if _measure(part) > 1 else word
    return word


def _tidied(word: str) -> str:
    if word.endswith("e"):
        measure = _measure(word[:-1])
        if measure > 1 or (measure == 1 and not _ends_short(word[:-1])):
            word = word[:-1]
    return word[:-1] if word.endswith("ll") and _measure(word) > 1 else word
