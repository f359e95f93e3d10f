"""The part of a message that answers a search, and where."""

import re
from collections.abc import Iterator, Sequence
from typing import TypedDict

from chat.queries.search_query import Term
from chat.search_words import Token, composed, folded, tokens_of

LONGEST = 240
LEAD = 60
"""How much of the text stands before the first match."""


class Part(TypedDict):
    """A run of plain text, which is what was searched for or not."""

    text: str
    is_match: bool


Span = tuple[int, int]


def places_of(text: str, terms: Sequence[Term]) -> list[Span] | None:
    """Return where the composed text says what was searched for, in order; None unless it says all of it."""
    text = composed(text)
    tokens = tokens_of(text) if terms else []
    spans: list[Span] = []
    for term in terms:
        found = list(_syllables(text, term.base[0]) if term.is_syllable else _runs(tokens, term))
        if not found:
            return None
        spans += found
    return _joined(spans)


def snippet(text: str, places: Sequence[Span]) -> list[Part]:
    """Return the part of the text around its best match, as plain text."""
    text = composed(text)
    start, end = _window(text, places)
    parts: list[Part] = []
    at = start
    for place_start, place_end in places:
        if place_end <= start or place_start >= end:
            continue
        _add(parts, text[at : max(at, place_start)], is_match=False)
        _add(parts, text[max(at, place_start) : min(place_end, end)], is_match=True)
        at = min(place_end, end)
    _add(parts, text[at:end], is_match=False)
    if start > 0:
        parts.insert(0, {"text": "…", "is_match": False})
    if end < len(text):
        parts.append({"text": "…", "is_match": False})
    return list(_merged(parts))


def _syllables(text: str, syllable: str) -> Iterator[Span]:
    for index, char in enumerate(text):
        if char == syllable or folded(char) == syllable:
            yield index, index + 1


def _runs(tokens: Sequence[Token], term: Term) -> Iterator[Span]:
    keys = [token.key for token in tokens]
    found = list(_spans_of(tokens, keys, term.keys))
    # Where the word stands without its ending it is shown as well.
    return iter(found if term.base == term.keys else found + list(_spans_of(tokens, keys, term.base)))


def _spans_of(tokens: Sequence[Token], keys: Sequence[str], wanted: Sequence[str]) -> Iterator[Span]:
    size, first = len(wanted), wanted[0]
    for index in range(len(keys) - size + 1):
        if keys[index] == first and tuple(keys[index : index + size]) == wanted:
            yield tokens[index].start, tokens[index + size - 1].end


def _joined(spans: list[Span]) -> list[Span]:
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


def _window(text: str, places: Sequence[Span]) -> Span:
    """Return the stretch of up to 240 characters with the most matches, cut at spaces where there are some."""
    if len(text) <= LONGEST:
        return 0, len(text)
    starts = [start for start, _ in places] or [0]
    best = max(starts, key=lambda first: (sum(first <= start < first + LONGEST - LEAD for start in starts), -first))
    start = max(0, min(best - LEAD, len(text) - LONGEST))
    end = min(len(text), start + LONGEST)
    if start > 0:
        space = _SPACE.search(text, start, best)
        start = space.end() if space else _whole(text, start)
    if end < len(text):
        space_at = max(text.rfind(" ", best, end), text.rfind("\n", best, end))
        end = space_at if space_at > end - LEAD else _whole(text, end)
    return start, end


_SPACE = re.compile(r"\s+")


def _whole(text: str, index: int) -> int:
    """Move a cut back to the beginning of a sign that is made of several characters."""
    while (index > 0 and _JOINING.match(text[index])) or (index > 0 and text[index - 1] == "\u200d"):
        index -= 1
    return index


_JOINING = re.compile(r"[\u0300-\u036f\u200d\ufe0e\ufe0f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]")
_EMPHASIS = re.compile(r"\*\*|~~|`+")


def _add(parts: list[Part], text: str, *, is_match: bool) -> None:
    shown = _SPACE.sub(" ", _EMPHASIS.sub("", text))
    if shown:
        parts.append({"text": shown, "is_match": is_match})


def _merged(parts: Sequence[Part]) -> Iterator[Part]:
    held: Part | None = None
    for part in parts:
        if held is not None and held["is_match"] == part["is_match"]:
            held = {"text": held["text"] + part["text"], "is_match": held["is_match"]}
            continue
        if held is not None:
            yield held
        held = part
    if held is not None:
        yield held
