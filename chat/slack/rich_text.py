"""Slack's rich text as Markdown: what its own editor makes.

https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from chat.slack.fields import things, words
from chat.slack.mrkdwn import CALLS, block_markdown, code_markdown, link_markdown, plain_markdown, quoted

STYLES = (("italic", "_"), ("bold", "**"), ("strike", "~~"))
DEEPEST = 6


def rich_text_markdown(block: Mapping[str, Any]) -> str:
    """Return the sections, lists, quotes and code of a rich text."""
    parts = ((element.get("type"), element) for element in things(block.get("elements")))
    return "\n".join(made for kind, element in parts if (made := _PARTS.get(str(kind), _nothing)(element)).strip())


def _nothing(_element: Mapping[str, Any]) -> str:
    return ""


def _section(element: Mapping[str, Any]) -> str:
    return "".join(_inline(inner) for inner in things(element.get("elements"))).strip("\n")


def _list(element: Mapping[str, Any]) -> str:
    indent = element.get("indent")
    # So deep that it belongs to an entry above with a number as well.
    before = "   " * min(indent, DEEPEST) if isinstance(indent, int) and indent > 0 else ""
    is_ordered = element.get("style") == "ordered"
    items = enumerate((_section(item) for item in things(element.get("elements"))), _first(element))
    return "\n".join(f"{before}{f'{number}.' if is_ordered else '-'} {item}" for number, item in items)


def _first(element: Mapping[str, Any]) -> int:
    offset = element.get("offset")
    return 1 + (offset if isinstance(offset, int) and 0 < offset < 10**6 else 0)


def _preformatted(element: Mapping[str, Any]) -> str:
    return block_markdown("".join(_bare(inner) for inner in things(element.get("elements"))).strip("\n"))


_PARTS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "rich_text_section": _section,
    "rich_text_list": _list,
    "rich_text_quote": lambda element: quoted(_section(element)),
    "rich_text_preformatted": _preformatted,
}


def _bare(element: Mapping[str, Any]) -> str:
    return words(element, "text") or words(element, "url")


def _inline(element: Mapping[str, Any]) -> str:
    make = _INLINE.get(str(element.get("type")))
    return _styled(element, make(element)) if make else ""


def _text(element: Mapping[str, Any]) -> str:
    is_code = _style(element).get("code") is True
    return code_markdown(words(element, "text")) if is_code else plain_markdown(words(element, "text"))


def _emoji(element: Mapping[str, Any]) -> str:
    name = words(element, "name")
    return f":{name}:" if name else ""


_INLINE: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "text": _text,
    "link": lambda element: link_markdown(words(element, "url"), words(element, "text")),
    "emoji": _emoji,
    "user": lambda element: f"@{words(element, 'user_id')}",
    "usergroup": lambda element: f"@{words(element, 'usergroup_id')}",
    "channel": lambda element: f"#{words(element, 'channel_id')}",
    "broadcast": lambda element: CALLS.get(words(element, "range"), ""),
    "date": lambda element: plain_markdown(words(element, "fallback")),
    "color": lambda element: plain_markdown(words(element, "value")),
}


def _styled(element: Mapping[str, Any], text: str) -> str:
    inner = text.strip()
    if not inner:
        return text
    # Marks stand next to the words, white space outside of them.
    at = text.index(inner)
    marks = list(_marks(element))
    return text[:at] + "".join(reversed(marks)) + inner + "".join(marks) + text[at + len(inner) :]


def _marks(element: Mapping[str, Any]) -> Iterator[str]:
    style = _style(element)
    return (mark for name, mark in STYLES if style.get(name) is True)


def _style(element: Mapping[str, Any]) -> Mapping[str, Any]:
    style = element.get("style")
    return style if isinstance(style, dict) else {}
