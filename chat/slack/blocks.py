"""Slack's blocks as Markdown, as far as they say something.

https://docs.slack.dev/reference/block-kit/blocks
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from chat.slack.fields import thing, things, words
from chat.slack.mrkdwn import link_markdown, markdown_of, plain_markdown
from chat.slack.rich_text import rich_text_markdown

BETWEEN_BUTTONS = " · "


def blocks_markdown(blocks: object) -> list[str]:
    """Return a paragraph for each block; those that only work in Slack, like fields to fill in, say nothing."""
    made = (_BLOCKS.get(words(block, "type"), _nothing)(block) for block in things(blocks))
    return [text for text in made if text.strip()]


def text_object(value: object) -> str:
    """Return a text object, plain or mrkdwn; a bare string is mrkdwn."""
    if isinstance(value, str):
        return markdown_of(value)
    of = thing(value)
    text = words(of, "text")
    return plain_markdown(text) if of.get("type") == "plain_text" else markdown_of(text)


def _nothing(_block: Mapping[str, Any]) -> str:
    return ""


def _header(block: Mapping[str, Any]) -> str:
    text = " ".join(words(thing(block.get("text")), "text").split())
    return f"### {plain_markdown(text)}" if text else ""


def _section(block: Mapping[str, Any]) -> str:
    fields = (text_object(field) for field in things(block.get("fields")))
    return _lines([text_object(block.get("text")), *fields, _element(thing(block.get("accessory")))])


def _context(block: Mapping[str, Any]) -> str:
    elements = things(block.get("elements"))
    return " ".join(made for one in elements if (made := _element(one) or text_object(one)))


def _actions(block: Mapping[str, Any]) -> str:
    return BETWEEN_BUTTONS.join(made for one in things(block.get("elements")) if (made := _element(one)))


def _image(block: Mapping[str, Any]) -> str:
    return _lines([text_object(block.get("title")), image_markdown(block)])


def image_markdown(of: Mapping[str, Any]) -> str:
    """Return a picture as a link that says what is on it: nothing is fetched from elsewhere when a message is read."""
    url = words(of, "image_url")
    return link_markdown(url, words(of, "alt_text")) if url else ""


def _button(element: Mapping[str, Any]) -> str:
    url = words(element, "url")
    return link_markdown(url, words(thing(element.get("text")), "text")) if url else ""


def _element(element: Mapping[str, Any]) -> str:
    make = {"button": _button, "image": image_markdown}.get(words(element, "type"), _nothing)
    return make(element)


def _video(block: Mapping[str, Any]) -> str:
    url = words(block, "title_url") or words(block, "video_url")
    return link_markdown(url, words(thing(block.get("title")), "text")) if url else ""


def _table(block: Mapping[str, Any]) -> str:
    rows = block.get("rows")
    lines = [[_cell(cell) for cell in things(row)] for row in rows] if isinstance(rows, list) else []
    lines = [cells for cells in lines if cells]
    if not lines:
        return ""
    width = max(map(len, lines))
    head, *body = ([*cells, *[""] * (width - len(cells))] for cells in lines)
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, ["---"] * width, *body))


def _cell(cell: Mapping[str, Any]) -> str:
    text = rich_text_markdown(cell) if cell.get("type") == "rich_text" else plain_markdown(words(cell, "text"))
    return " ".join(text.split()).replace("|", "\\|")


def _lines(parts: Iterable[str]) -> str:
    return "\n".join(part for part in parts if part.strip())


_BLOCKS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "header": _header,
    "section": _section,
    "context": _context,
    "divider": lambda _block: "———",
    "image": _image,
    "actions": _actions,
    "rich_text": rich_text_markdown,
    "markdown": lambda block: words(block, "text"),
    "video": _video,
    "table": _table,
}
