"""A long text in pieces that a message can hold each."""

import re
from collections.abc import Iterator

FENCE = "```"
LANGUAGE = re.compile(FENCE + "[A-Za-z0-9_+#-]{0,20}")


def pieces_of(text: str, *, longest: int) -> list[str]:
    """Return the text in pieces of up to `longest` characters, cut between lines or else words.

    Code that goes on in the next piece is a block of code in both.
    """
    return [piece for piece in _cut(text, longest) if piece.strip()]


def _cut(text: str, longest: int) -> Iterator[str]:
    opening = ""
    while len(text) > longest:
        room = longest - len(FENCE) - 1
        end = _end(text, room, least=len(opening) + 1)
        piece, text = text[:end].rstrip("\n"), text[end:].lstrip("\n")
        opening = _open_fence(piece)
        yield f"{piece}\n{FENCE}" if opening else piece
        text = opening + text
    yield text


def _end(text: str, room: int, *, least: int) -> int:
    for mark in ("\n\n", "\n", " "):
        end = text.rfind(mark, max(least, room // 2), room)
        if end > 0:
            return end + len(mark) - 1 if mark == " " else end
    return room


def _open_fence(piece: str) -> str:
    """Return how to begin the next piece, if this one ends within a block of code."""
    opening = ""
    for line in piece.split("\n"):
        if line.startswith(FENCE):
            opening = "" if opening else f"{line if LANGUAGE.fullmatch(line) else FENCE}\n"
    return opening
