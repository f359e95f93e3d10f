"""What an upload is, once it has arrived: looked at by its name and by its bytes."""

from dataclasses import dataclass
from pathlib import Path

from chat.concurrency import off_loop
from chat.uploads.kinds import IMAGE_ENDINGS, TEXT_ENDINGS, Kind, ending_of, media_type
from chat.uploads.paths import part_of
from chat.uploads.previews import look_at

EXCERPT_LINES = 8
EXCERPT_CHARACTERS = 700
LARGEST_TEXT_BYTES = 1024 * 1024
"""What is longer is not read as text: nobody reads it in a chat."""
BINARY = set(range(32)) - {9, 10, 12, 13, 27}


@dataclass(frozen=True, slots=True)
class Found:
    """What is shown of a file."""

    kind: Kind
    content_type: str
    width: int | None = None
    height: int | None = None
    placeholder: str | None = None
    is_animated: bool = False
    page_count: int | None = None
    size_bytes: int | None = None
    """None: as long as it was announced."""
    excerpt: str | None = None
    """The first lines of a text."""
    line_count: int | None = None


def inspect(path: Path, name: str) -> Found:
    """Return what an upload is, and write its previews beside it."""
    ending = ending_of(name)
    if ending in IMAGE_ENDINGS or ending == "pdf":
        kind: Kind = "pdf" if ending == "pdf" else "image"
        picture = look_at(path, "pdf" if ending == "pdf" else "image")
        if picture is not None:
            return Found(
                kind=kind,
                content_type=picture.content_type,
                width=picture.width,
                height=picture.height,
                placeholder=picture.placeholder,
                is_animated=picture.is_animated,
                page_count=picture.page_count,
                size_bytes=picture.size_bytes,
            )
    kind, content_type = media_type(name)
    if kind == "file":
        text = off_loop(_read_text, path, ending in TEXT_ENDINGS)
        if text is not None:
            return text
    return Found(kind=kind, content_type=content_type)


def _read_text(path: Path, is_expected: bool) -> Found | None:  # noqa: FBT001 - off_loop passes by position
    source = part_of(path) if part_of(path).exists() else path
    if not is_expected or source.stat().st_size > LARGEST_TEXT_BYTES:
        return None
    content = source.read_bytes()
    if BINARY & set(content):
        return None
    for codec, charset in (("utf-8", "utf-8"), ("cp949", "euc-kr")):
        try:
            text = content.decode(codec).removeprefix("\ufeff")
        except UnicodeDecodeError:
            continue
        lines = text.splitlines()
        excerpt = "\n".join(lines[:EXCERPT_LINES])[:EXCERPT_CHARACTERS]
        return Found(kind="text", content_type=f"text/plain; charset={charset}", excerpt=excerpt, line_count=len(lines))
    return None
