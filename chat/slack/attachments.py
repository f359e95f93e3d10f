"""Slack's attachments as Markdown: quotes, without the colour at their side.

https://docs.slack.dev/legacy/legacy-messaging/legacy-secondary-message-attachments
"""

from collections.abc import Iterator, Mapping
from typing import Any

from chat.slack.blocks import BETWEEN_BUTTONS, blocks_markdown
from chat.slack.fields import things, words
from chat.slack.mrkdwn import link_markdown, markdown_of, plain_markdown, quoted


def attachments_markdown(attachments: object) -> list[str]:
    """Return a paragraph for each attachment, and one for what stands before it."""
    return [text for attachment in things(attachments) for text in _paragraphs(attachment) if text.strip()]


def _paragraphs(attachment: Mapping[str, Any]) -> Iterator[str]:
    yield markdown_of(words(attachment, "pretext"))
    inside = [line for line in _inside(attachment) if line.strip()]
    if inside:
        yield quoted("\n".join(inside))
    elif not words(attachment, "pretext"):
        yield quoted(plain_markdown(words(attachment, "fallback"))) if words(attachment, "fallback").strip() else ""


def _inside(attachment: Mapping[str, Any]) -> Iterator[str]:
    yield _linked(attachment, "author_name", "author_link")
    title = _linked(attachment, "title", "title_link")
    yield f"**{title}**" if title else ""
    yield markdown_of(words(attachment, "text"))
    for field in things(attachment.get("fields")):
        yield _field(field)
    yield from blocks_markdown(attachment.get("blocks"))
    image = words(attachment, "image_url") or words(attachment, "thumb_url")
    yield link_markdown(image, "") if image else ""
    buttons = (one for one in things(attachment.get("actions")) if words(one, "url"))
    yield BETWEEN_BUTTONS.join(link_markdown(words(one, "url"), words(one, "text")) for one in buttons)
    yield plain_markdown(words(attachment, "footer"))


def _linked(attachment: Mapping[str, Any], name: str, link: str) -> str:
    text, url = " ".join(words(attachment, name).split()), words(attachment, link)
    if not text:
        return ""
    return link_markdown(url, text) if url else plain_markdown(text)


def _field(field: Mapping[str, Any]) -> str:
    title, value = " ".join(words(field, "title").split()), markdown_of(words(field, "value"))
    if not title:
        return value
    between = "\n" if "\n" in value else " "
    return f"**{plain_markdown(title)}**{between}{value}".rstrip()
