"""Message text to safe HTML: the Markdown that people use in a chat, mentions, links, code colours.

Stored HTML is made once, when a message is written, and every client shows it as it is. `RENDERER_VERSION` is stored
beside it, so that a later renderer can redo old rows. The rules differ from CommonMark where a chat needs it:

- no rules, images, raw HTML or entities: `#launch` and `&lt;` stay what was typed; headings are three sizes at most;
- indented text is text, and every line break is one;
- quotes and lists end where their marks end, and a quote's `>` is followed by a space (`>_<` is a face);
- bold and italic work next to Korean particles: `**"인용"**은`;
- `/me` in front makes the message an action, `:tada:` is an emoji, and `- [ ]` a task.
"""

import re
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING, Any, Literal, cast

import nh3
from markdown_it import MarkdownIt
from markdown_it.common.utils import isMdAsciiPunct, isPunctChar, isWhiteSpace
from markdown_it.parser_inline import ParserInline, RuleFuncInlineType
from markdown_it.rules_block import StateBlock, blockquote, list_block
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline, link
from markdown_it.rules_inline.state_inline import Scanned
from markdown_it.token import Token

from chat.emoji_names import emoji_named
from chat.markup_tables import table

if TYPE_CHECKING:
    from pygments.lexer import Lexer  # type: ignore[import-untyped, unused-ignore]

RENDERER_VERSION = 2

Call = Literal["here", "room"]
"""Who is called by one word: those who are here now, or everybody in the room."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """The HTML of one message, and whom it mentions: user ids in the order of appearance, each once."""

    html: str
    mentions: tuple[int, ...]
    call: Call | None = None
    """The widest of the calls in it."""


def render(
    text: str,
    people: "People",
    own_emoji: Container[str] = (),
    rooms: "Rooms | None" = None,
    *,
    takes_calls: bool = False,
) -> Rendered:
    """Return `text` as sanitised HTML; never raises, whatever the text.

    `own_emoji` has the names of the workspace's own emoji; where one stands, the HTML has an image without an address:
    readers know where the pictures are, and show the name in its place when the emoji is gone. Rooms that are not among
    `rooms` stay text, and so do `@here` and `@room` where nobody takes calls.
    """
    text = _tidy(text)
    if jumbo := _jumbo(text, own_emoji):
        return Rendered(f'<p class="jumbo">{jumbo}</p>', ())
    if _is_plain(text) and (rooms is None or "#" not in text):
        return Rendered(_plain_html(text), ())
    return _marked_up(text, people, own_emoji, rooms, takes_calls=takes_calls)


class People:
    """Who can be mentioned: build it once whenever the list of people changes.

    `@` is followed by a whole name, or by its first word if nobody else's name starts with that word; case and Unicode
    composition do not matter, and the longest match wins. `@Name#12` means user 12 among people of one name; without
    the number everybody of that name is mentioned.
    """

    def __init__(self, people: Iterable[tuple[int, str]]) -> None:
        self._ids: dict[str, tuple[int, ...]] = {}
        names = [(user_id, _folded(" ".join(_nfc(name).split()))) for user_id, name in people]
        first_words = Counter(name.split(" ")[0] for _, name in names)
        for user_id, name in sorted(names):
            if name:
                self._ids[name] = (*self._ids.get(name, ()), user_id)
        for user_id, name in names:
            first = name.split(" ")[0]
            if first and first_words[first] == 1:
                self._ids.setdefault(first, (user_id,))
        self._lengths = _lengths_by_initial(self._ids)

    def find(self, folded_text: str, start: int) -> "Mention | None":
        """Return who is named at `start`, just after an `@`; `folded_text` comes from `_folded`."""
        for length in self._lengths.get(folded_text[start : start + 1], ()):
            end = start + length
            ids = self._ids.get(folded_text[start:end])
            if ids and end <= len(folded_text) and _is_name_end(folded_text, end):
                return _numbered(Mention(end, end, ids), folded_text)
        return None


@dataclass(frozen=True, slots=True)
class Mention:
    """Where a name ends in the text, where its `#12` ends, and whose name it is."""

    name_end: int
    end: int
    user_ids: tuple[int, ...]


class Rooms:
    """Which rooms can be linked: `#` and a whole name; case and Unicode composition do not matter, the longest wins."""

    def __init__(self, rooms: Iterable[tuple[int, str]]) -> None:
        names = ((room_id, _folded(" ".join(_nfc(name).split()))) for room_id, name in rooms)
        self._ids = {name: room_id for room_id, name in names if name}
        self._lengths = _lengths_by_initial(self._ids)

    def find(self, folded_text: str, start: int) -> tuple[int, int] | None:
        """Return where the name just after a `#` ends, and whose it is; `folded_text` comes from `_folded`."""
        for length in self._lengths.get(folded_text[start : start + 1], ()):
            end = start + length
            room_id = self._ids.get(folded_text[start:end])
            if room_id is not None and end <= len(folded_text) and _is_name_end(folded_text, end):
                return end, room_id
        return None


CALLS: dict[str, Call] = {"here": "here", "여기": "here", "room": "room", "모두": "room"}
"""What is typed after an `@` to call many people at once."""


def _find_call(folded_text: str, start: int) -> tuple[int, Call] | None:
    """Return where the word at `start`, just after an `@`, ends, and whom it calls."""
    for word, call in CALLS.items():
        end = start + len(word)
        if folded_text.startswith(word, start) and _is_name_end(folded_text, end):
            return end, call
    return None


def _lengths_by_initial(names: Iterable[str]) -> dict[str, tuple[int, ...]]:
    lengths: dict[str, set[int]] = {}
    for name in names:
        lengths.setdefault(name[0], set()).add(len(name))
    return {initial: tuple(sorted(found, reverse=True)) for initial, found in lengths.items()}


def _is_name_end(text: str, end: int) -> bool:
    """Tell whether a name may end at `end`: Korean particles follow at once, Latin letters do not."""
    if _is_cjk(text[end - 1]):
        return True
    after = text[end : end + 1]
    return not (after == "_" or (after.isalnum() and not _is_cjk(after)))


def _numbered(mention: Mention, text: str) -> Mention:
    number = _USER_NUMBER.match(text, mention.end)
    if number and int(number[1]) in mention.user_ids:
        return Mention(mention.name_end, number.end(), (int(number[1]),))
    return mention


_USER_NUMBER = re.compile(r"#([0-9]{1,18})(?![0-9A-Za-z_])")


def _folded(text: str) -> str:
    """Return `text` in lower case with every character at its old place."""
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(low if len(low := char.lower()) == 1 else char for char in text)


def _nfc(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFC", text)


# --- Text as it comes in, and the short ways ---


def _tidy(text: str) -> str:
    """Compose characters, unify line ends and drop what HTML cannot carry."""
    if _UNFIT.search(text):
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        text = _LONE_SURROGATE.sub("\ufffd", _CONTROL.sub("", text))
    return _nfc(text).strip("\n")


_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


# Emoji: what is a picture by itself, and what becomes one with U+FE0F behind it.
_PICTURE = (
    "\u231a\u231b\u23e9-\u23ec\u23f0\u23f3\u25fd\u25fe\u2614\u2615\u2648-\u2653\u267f\u2693\u26a1\u26aa\u26ab\u26bd"
    "\u26be\u26c4\u26c5\u26ce\u26d4\u26ea\u26f2\u26f3\u26f5\u26fa\u26fd\u2705\u270a\u270b\u2728\u274c\u274e\u2753-\u2755"
    "\u2757\u2795-\u2797\u27b0\u27bf\u2b1b\u2b1c\u2b50\u2b55\U0001f004\U0001f0cf\U0001f18e\U0001f191-\U0001f19a"
    "\U0001f201\U0001f21a\U0001f22f\U0001f232-\U0001f23a\U0001f250\U0001f251\U0001f300-\U0001f3fa\U0001f400-\U0001faff"
)
_SYMBOL = (
    "©®\u203c\u2049\u2122\u2139\u2194-\u2199\u21a9\u21aa\u2328\u23cf\u23ed-\u23ef\u23f1\u23f2\u23f8-\u23fa\u24c2"
    "\u25aa\u25ab\u25b6\u25c0\u25fb\u25fc\u2600-\u27bf\u2934\u2935\u2b05-\u2b07\u3030\u303d\u3297\u3299"
    "\U0001f170\U0001f171\U0001f17e\U0001f17f\U0001f202\U0001f237"
)
_SKIN = "[\U0001f3fb-\U0001f3ff]"
_ONE_PICTURE = f"(?:[{_SYMBOL}](?:\ufe0f|{_SKIN})|[{_PICTURE}](?:\ufe0f|{_SKIN})?)"
_JOINED = f"(?:\u200d[{_PICTURE}{_SYMBOL}](?:\ufe0f|{_SKIN})?){{0,8}}"
_TAGS = "(?:[\U000e0020-\U000e007e]{1,8}\U000e007f)?"
_FLAG = "[\U0001f1e6-\U0001f1ff]{2}"
_KEYCAP = "[0-9#*]\ufe0f?\u20e3"
_ONE_EMOJI = f"{_ONE_PICTURE}{_TAGS}{_JOINED}|{_FLAG}|{_KEYCAP}"
_JUMBO = re.compile(rf"\s*(?:(?:{_ONE_EMOJI})[ ]*){{1,3}}\s*")

_EMOJI_NAME = r":([a-z0-9_+가-힣-]{1,60}):(?::skin-tone-([2-6]):)?"
_NAMED_EMOJI = re.compile(_EMOJI_NAME)
_ANY_NAME = re.compile(rf"(?={_EMOJI_NAME})")
_NAMED_JUMBO = re.compile(rf"\s*(?:(?:{_ONE_EMOJI}|{_EMOJI_NAME})[ ]*){{1,3}}\s*")


def _jumbo(text: str, own_emoji: Container[str]) -> str | None:
    """Return the HTML of up to three lone emoji, typed or named; None when there is anything else."""
    if _JUMBO.fullmatch(text):
        return text.strip()
    if ":" not in text or not _NAMED_JUMBO.fullmatch(text):
        return None
    named = [_named_emoji(found, own_emoji) for found in _NAMED_EMOJI.finditer(text)]
    if None in named:
        return None
    in_order = iter(named)
    return _NAMED_EMOJI.sub(lambda _: str(next(in_order)), text).strip()


def named_emoji(text: str) -> set[str]:
    """Return every name that stands between colons, whether anything is called so or not."""
    return {found[1] for found in _ANY_NAME.finditer(_nfc(text))} if text.count(":") > 1 else set()


def _named_emoji(found: re.Match[str], own_emoji: Container[str]) -> str | None:
    """Return the HTML of what is named between colons; the workspace's own come first."""
    name, tone = found[1], int(found[2] or 1) - 1
    if name in own_emoji:
        return f'<img class="emoji" alt=":{name}:">' if not tone else None
    return emoji_named(name, tone)


def _is_plain(text: str) -> bool:
    """Tell whether nothing in `text` can be markup, a mention or a link: most of what people write."""
    return not (_MARK.search(text) or _LINE_MARK.search(text) or _MAYBE_LINK.search(text) or "~~" in text)


_MARK = re.compile(rf"[*_`\[<\\@|]|{_EMOJI_NAME}|\A/me[ \t]")
_LINE_MARK = re.compile(r"(?:\A|\n)[ \t]*(?:[-+>]|[0-9]+[.)]|#{1,6}[ \t])")


def _plain_html(text: str) -> str:
    """Return paragraphs and line breaks, as the long way would."""
    if "\n" not in text:
        line = text.rstrip(" \t")
        return f"<p>{_text_html(line)}</p>" if line else ""
    blocks = _BLANK_LINES.split("\n".join(line.rstrip(" \t") for line in text.split("\n")).strip("\n"))
    return "".join(f"<p>{_text_html(block).replace(chr(10), '<br>')}</p>" for block in blocks if block)


_BLANK_LINES = re.compile(r"\n{2,}")


def _text_html(text: str) -> str:
    """Escape exactly as the sanitiser writes text, so that cleaning again changes nothing."""
    return escape(text, quote=False).replace("\xa0", "&nbsp;")


# --- The long way: Markdown to tokens, tokens to HTML, HTML through the sanitiser ---


def _marked_up(
    text: str,
    people: People,
    own_emoji: Container[str] = (),
    rooms: Rooms | None = None,
    *,
    takes_calls: bool = False,
) -> Rendered:
    mentioned: dict[int, None] = {}
    calls: set[Call] = set()
    names = {"people": people, "rooms": rooms, "own_emoji": own_emoji, "takes_calls": takes_calls}
    env = {**names, "mentioned": mentioned, "calls": calls}
    action = _ACTION.match(text)
    if action:
        words = _markdown().parseInline(text[action.end() :].strip(), env)
        pieces = ['<p class="action">', *_pieces(words), "</p>"]
    else:
        pieces = list(_pieces(_markdown().parse(text, env)))
    call: Call | None = "room" if "room" in calls else "here" if calls else None
    return Rendered(_CLEANER.clean("".join(pieces)), tuple(mentioned), call)


# What the author does: one line of its own kind, and no blocks in it.
_ACTION = re.compile(r"/me[ \t]+(?=\S)")


def _kept_attribute(_tag: str, name: str, value: str) -> str | None:
    """Let no address inside this server through but those of rooms."""
    is_outside = name != "href" or _is_safe_link(value) or _ROOM_PATH.fullmatch(value)
    return value if is_outside else None


_ROOM_PATH = re.compile(r"/rooms/[1-9][0-9]{0,14}")

# The only tags, attributes, classes and URL schemes that a stored message can have.
_CLEANER = nh3.Cleaner(
    tags={
        *{"p", "br", "strong", "em", "s", "a", "code", "pre", "span", "figure", "figcaption"},
        *{"blockquote", "ul", "ol", "li", "h3", "h4", "h5", "input", "img"},
        *{"div", "table", "thead", "tbody", "tr", "th", "td"},
    },
    clean_content_tags={"script", "style"},
    attributes={
        "a": {"href", "data-user-id", "data-call"},
        "ol": {"start"},
        "li": {"data-line"},
        "input": {"disabled", "checked"},
        "img": {"alt"},
    },
    tag_attribute_values={
        "a": {"target": {"_blank"}, "rel": {"noopener noreferrer nofollow"}},
        "input": {"type": {"checkbox"}},
    },
    allowed_classes={
        "a": {"mention", "roomref"},
        "p": {"jumbo", "action"},
        "li": {"task"},
        "img": {"emoji"},
        "div": {"table"},
        "th": {"center", "end"},
        "td": {"center", "end"},
        "figure": {"codeblock"},
        "span": {"k", "s", "n", "f", "c"},
    },
    url_schemes={"http", "https", "mailto"},
    url_relative="pass_through",
    attribute_filter=_kept_attribute,
    link_rel=None,
)


@cache
def _markdown() -> MarkdownIt:
    md = MarkdownIt("zero", {"maxNesting": 12})
    md.inline = _InlineParser()
    md.validateLink = _is_safe_link  # type: ignore[method-assign]
    md.core.ruler.after("block", "tasks", _tasks)
    md.core.ruler.enableOnly(["normalize", "block", "tasks", "inline", "text_join"])
    md.block.ruler.at("blockquote", _quote, {"alt": ["paragraph", "blockquote", "list"]})
    md.block.ruler.at("list", _list, {"alt": ["paragraph", "blockquote"]})
    md.block.ruler.at("heading", _heading, {"alt": ["paragraph", "blockquote"]})
    md.block.ruler.at("table", table, {"alt": ["paragraph"]})
    md.block.ruler.at("paragraph", _paragraph)
    md.block.ruler.push("quote_end", _quote_end, {"alt": ["blockquote"]})
    md.block.ruler.enableOnly(["table", "fence", "blockquote", "list", "heading", "paragraph", "quote_end"])
    return md


def _is_safe_link(url: str) -> bool:
    """Tell whether a link target, entities already decoded, has one of the three schemes and something behind it."""
    return _SAFE_LINK.match(url) is not None


_SAFE_LINK = re.compile(r"https?://[^\s/]|mailto:[^\s@]+@", re.IGNORECASE)


def _pieces(tokens: Sequence[Token]) -> Iterator[str]:
    """Yield the HTML of tokens, without white space between blocks."""
    for index, token in enumerate(tokens):
        if token.hidden:
            continue
        if token.type == "inline":
            yield from _pieces(token.children or [])
        elif write := _WRITERS.get(token.type):
            yield write(token)
        elif token.type == "link_open" and tokens[index + 1].type == "link_close":
            yield _link_html(token) + _text_html(str(token.attrs["href"]))
        elif token.nesting >= 0:
            yield f"<{token.tag}>"
        else:
            yield f"</{token.tag}>"


def _link_html(token: Token) -> str:
    return f'<a href="{escape(str(token.attrs["href"]))}" target="_blank" rel="noopener noreferrer nofollow">'


def _list_html(token: Token) -> str:
    start = token.attrs.get("start")
    return "<ol>" if start is None else f'<ol start="{start}">'


def _item_html(token: Token) -> str:
    if "is_done" not in token.meta:
        return "<li>"
    checked = ' checked=""' if token.meta["is_done"] else ""
    return f'<li class="task" data-line="{token.meta["line"]}"><input type="checkbox" disabled=""{checked}>'


def _cell_html(token: Token) -> str:
    alignment = token.meta["alignment"]
    return f'<{token.tag} class="{alignment}">' if alignment else f"<{token.tag}>"


def _mention_html(token: Token) -> str:
    return f'<a class="mention" data-user-id="{token.meta["user_id"]}">{_text_html(token.content)}</a>'


def _call_html(token: Token) -> str:
    return f'<a class="mention" data-call="{token.meta["call"]}">{_text_html(token.content)}</a>'


def _room_html(token: Token) -> str:
    return f'<a class="roomref" href="/rooms/{token.meta["room_id"]}">{_text_html(token.content)}</a>'


def _code_html(token: Token) -> str:
    """Return the figure that clients give a copy button; the caption is the language, or what stands in its place."""
    name = token.info.strip()
    label, lexer_name = _LANGUAGES.get(name.split(" ")[0].lower(), (name, ""))
    code = "".join(_coloured(token.content.removesuffix("\n"), lexer_name))
    return (
        f'<figure class="codeblock"><figcaption>{_text_html(label)}</figcaption><pre><code>{code}</code></pre></figure>'
    )


_WRITERS: dict[str, Callable[[Token], str]] = {
    "text": lambda token: _text_html(token.content),
    "code_inline": lambda token: f"<code>{_text_html(token.content)}</code>",
    "link_open": _link_html,
    "ordered_list_open": _list_html,
    "list_item_open": _item_html,
    "table_open": lambda _: '<div class="table"><table>',
    "table_close": lambda _: "</table></div>",
    "cell_open": _cell_html,
    "emoji": lambda token: token.content,
    "mention": _mention_html,
    "call": _call_html,
    "room_link": _room_html,
    "fence": _code_html,
}


# --- Blocks ---

# Deeper marks stay text: the parser itself would drop what lies below its own limit.
_DEEPEST_LEVEL = 8


def _quote(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Start a quote at `> ` only, so that `>_<` and `>=` stay text."""
    begin = state.bMarks[start_line] + state.tShift[start_line]
    if state.level >= _DEEPEST_LEVEL or not _QUOTE.match(state.src, begin, state.eMarks[start_line]):
        return False
    return blockquote(state, start_line, end_line, silent)


_QUOTE = re.compile(r">[> \t]*[ \t][^> \t]")


def _quote_end(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:  # noqa: ARG001 - a rule
    """End a quote at the first line without a mark; CommonMark would take the answer below it into the quote."""
    return silent


def _list(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Start a list only if the first item has text and is no Korean date, `2026. 10. 14.`."""
    begin = state.bMarks[start_line] + state.tShift[start_line]
    if state.level >= _DEEPEST_LEVEL or not _LIST_ITEM.match(state.src, begin, state.eMarks[start_line]):
        return False
    return list_block(state, start_line, end_line, silent)


_LIST_ITEM = re.compile(r"(?:[-+*]|[0-9]{1,9}[.)](?![ \t]+[0-9]{1,2}\.(?:[ \t]|\Z)))[ \t]+[^ \t]")


def _heading(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:  # noqa: ARG001 - a rule
    """Read one to six `#`, a space and a text as a heading of one of three sizes."""
    begin = state.bMarks[start_line] + state.tShift[start_line]
    found = _HEADING.match(state.src, begin, state.eMarks[start_line])
    if not found:
        return False
    if not silent:
        tag = f"h{min(len(found[1]), 3) + 2}"
        state.push("heading_open", tag, 1).map = [start_line, start_line + 1]
        _push_inline(state, start_line, start_line + 1, found[2])
        state.push("heading_close", tag, -1)
        state.line = start_line + 1
    return True


_HEADING = re.compile(r"(#{1,6})[ \t]+([^\s#].*?)(?:[ \t]+#+)?[ \t]*\Z")


def _paragraph(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:  # noqa: ARG001 - a rule
    """Take lines up to a blank one, another block, or the end of the list item; inner indentation is kept."""
    enders = state.md.block.ruler.getRules("paragraph")
    old_parent, state.parentType = state.parentType, "paragraph"
    line = start_line + 1
    while (
        line < state.lineMax
        and not state.isEmpty(line)
        and state.sCount[line] >= state.blkIndent
        and not any(rule(state, line, state.lineMax, True) for rule in enders)
    ):
        line += 1
    _push_paragraph(state, start_line, line)
    state.line = line
    state.parentType = old_parent
    return True


def _push_paragraph(state: StateBlock, start_line: int, end_line: int) -> None:
    state.push("paragraph_open", "p", 1).map = [start_line, end_line]
    text = state.getLines(start_line, end_line, state.blkIndent, False).rstrip(" \t\n")
    _push_inline(state, start_line, end_line, text)
    state.push("paragraph_close", "p", -1)


def _push_inline(state: StateBlock, start_line: int, end_line: int, text: str) -> None:
    inline = state.push("inline", "", 0)
    inline.content = text
    inline.map = [start_line, end_line]
    inline.children = []


def _tasks(state: StateCore) -> None:
    """Turn list items that start with `[ ]` or `[x]` into tasks, before their text is read."""
    for place, token in enumerate(state.tokens):
        if token.type != "list_item_open" or place + 2 >= len(state.tokens):
            continue
        text = state.tokens[place + 2]
        found = _TASK.match(text.content) if text.type == "inline" and text.map else None
        if found and text.map:
            token.meta.update(is_done=found[1] != " ", line=text.map[0])
            text.content = text.content[found.end() :]


_TASK = re.compile(r"\[([ xX])\][ \t]+(?=\S)")


# --- Inside a paragraph ---


class _InlineParser(ParserInline):
    """The inline rules in the order in which they are tried."""

    def __init__(self) -> None:
        super().__init__()
        self.ruler.before("text", "bare_link", _inline_rule(_bare_link))
        self.ruler.at("text", _inline_rule(_text))
        self.ruler.at("newline", _inline_rule(_newline))
        self.ruler.at("link", _inline_rule(_link))
        self.ruler.at("image", _inline_rule(_image_as_link))
        self.ruler.push("call", _inline_rule(_call))
        self.ruler.push("mention", _inline_rule(_mention))
        self.ruler.push("emoji", _inline_rule(_emoji))
        self.ruler.push("room_link", _inline_rule(_room_link))
        self.ruler.enableOnly(
            [
                *["bare_link", "text", "newline", "escape", "backticks", "strikethrough", "emphasis"],
                *["link", "image", "autolink", "call", "mention", "room_link", "emoji"],
            ]
        )

    def parse(self, src: str, md: MarkdownIt, env: Any, tokens: list[Token]) -> list[Token]:
        state = _Inline(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens


def _inline_rule(rule: "Callable[[_Inline, bool], bool]") -> RuleFuncInlineType:
    """Tell the type checker what `parse` above ensures: our rules get our state."""
    return cast("RuleFuncInlineType", rule)


class _Inline(StateInline):
    """One paragraph's text, with its bare links found beforehand."""

    def __init__(self, src: str, md: MarkdownIt, env: Any, tokens: list[Token]) -> None:
        super().__init__(src, md, env, tokens)
        self.link_ends = dict(_bare_links(src))
        self.link_starts = list(self.link_ends)
        self.last_link_middle = src.rfind("](")
        self._folded_src: str | None = None

    @property
    def folded_src(self) -> str:
        if self._folded_src is None:
            self._folded_src = _folded(self.src)
        return self._folded_src

    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:  # noqa: N802, N803 - theirs
        """Find out whether a run of `*`, `_` or `~` can open or close emphasis.

        CommonMark's rule lets `**"인용"**은` fail, because no space follows the mark as it does in English. Here a
        Chinese, Japanese or Korean neighbour outside counts like a space, and its punctuation inside like a letter.
        A single `*` inside a Latin word or a number (`2*3*4`) is no mark.
        """
        marker = self.src[start]
        end = start
        while end < self.posMax and self.src[end] == marker:
            end += 1
        before = _Neighbour(self.src[start - 1] if start > 0 else " ")
        after = _Neighbour(self.src[end] if end < self.posMax else " ")
        can_follow = not after.is_space and (not after.blocks or before.frees)
        can_precede = not before.is_space and (not before.blocks or after.frees)
        splits = canSplitWord and not (end - start == 1 and before.is_latin and after.is_latin)
        return Scanned(
            can_follow and (splits or not can_precede or before.is_punctuation),
            can_precede and (splits or not can_follow or after.is_punctuation or after.is_cjk),
            end - start,
        )


class _Neighbour:
    """What a character beside a mark is."""

    __slots__ = ("blocks", "frees", "is_cjk", "is_latin", "is_punctuation", "is_space")

    def __init__(self, char: str) -> None:
        self.is_space = isWhiteSpace(ord(char))
        self.is_punctuation = isMdAsciiPunct(ord(char)) or isPunctChar(char)
        self.is_cjk = _is_cjk(char)
        self.is_latin = char.isascii() and char.isalnum()
        self.blocks = self.is_punctuation and not self.is_cjk
        self.frees = self.is_space or self.is_punctuation or self.is_cjk


def _is_cjk(char: str) -> bool:
    """Tell whether a character belongs to a script whose words are not parted by spaces alone."""
    return _CJK.match(char) is not None


_CJK = re.compile(
    r"[\u1100-\u11ff\u2e80-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]"
)


def _text(state: _Inline, silent: bool) -> bool:
    """Take text up to the next character that may be a mark, or the next bare link."""
    mark = state.md.inline.terminator_re.search(state.src, state.pos, state.posMax)
    end = mark.start() if mark else state.posMax
    next_link = bisect_right(state.link_starts, state.pos)
    if next_link < len(state.link_starts):
        end = min(end, state.link_starts[next_link])
    if end == state.pos:
        return False
    if not silent:
        state.append_pending(state.src[state.pos : end])
    state.pos = end
    return True


def _newline(state: _Inline, silent: bool) -> bool:
    """Break the line; spaces at its end go, those at the start of the next one stay."""
    if state.src[state.pos] != "\n":
        return False
    if not silent:
        state.pending = state.pending.rstrip(" \t")
        state.push("softbreak", "br", 0)
    state.pos += 1
    return True


def _link(state: _Inline, silent: bool) -> bool:
    """Read `[x](y)`, the one form of link; without `](` ahead the search for its end is spared."""
    if state.src[state.pos] != "[" or state.pos >= state.last_link_middle or not link(state, silent):
        return False
    if not silent:
        _undo_if_empty(state)
    return True


def _undo_if_empty(state: _Inline) -> None:
    """Turn `[x]()` back into text: the rule that we build on makes a link to nowhere of it."""
    closing = state.tokens[-1]
    opening = next(token for token in reversed(state.tokens) if token.type == "link_open")
    if opening.attrs["href"]:
        return
    middle = state.src.rindex("](", 0, state.pos)
    for token, content in ((opening, "["), (closing, state.src[middle : state.pos])):
        token.type, token.tag, token.nesting, token.content = "text", "", 0, content


def _image_as_link(state: _Inline, silent: bool) -> bool:
    """Turn `![x](y)` into a link; after a word the `!` is the sentence's and stays."""
    start = state.pos
    if not state.src.startswith("![", start) or (start > 0 and state.src[start - 1].isalnum()):
        return False
    state.pos += 1
    if _link(state, silent):
        return True
    state.pos = start
    return False


def _mention(state: _Inline, silent: bool) -> bool:
    """Turn `@` and a name into a mention; after a letter or digit it is part of an address."""
    start = state.pos
    if state.src[start] != "@" or state.linkLevel or (start > 0 and state.src[start - 1].isalnum()):
        return False
    found: Mention | None = state.env["people"].find(state.folded_src, start + 1)
    if not found or found.end > state.posMax:
        return False
    if not silent:
        state.env["mentioned"].update(dict.fromkeys(found.user_ids))
        token = state.push("mention", "a", 0)
        token.content = state.src[start : found.name_end]
        token.meta["user_id"] = found.user_ids[0]
    state.pos = found.end
    return True


def _emoji(state: _Inline, silent: bool) -> bool:
    """Turn `:tada:` into its emoji; after a letter or digit the colon is part of a time or an address."""
    start = state.pos
    if state.src[start] != ":" or (start > 0 and state.src[start - 1].isalnum()):
        return False
    found = _NAMED_EMOJI.match(state.src, start, state.posMax)
    emoji = found and _named_emoji(found, state.env["own_emoji"])
    if not found or not emoji:
        return False
    if not silent:
        state.push("emoji", "", 0).content = emoji
    state.pos = found.end()
    return True


def _call(state: _Inline, silent: bool) -> bool:
    """Turn `@here` and `@room` into a call, unless somebody's longer name begins like that."""
    start = state.pos
    if state.src[start] != "@" or not state.env["takes_calls"] or not _starts_name(state):
        return False
    found = _find_call(state.folded_src, start + 1)
    if not found or found[0] > state.posMax:
        return False
    end, call = found
    named: Mention | None = state.env["people"].find(state.folded_src, start + 1)
    if named and named.name_end > end:
        return False
    if not silent:
        state.env["calls"].add(call)
        token = state.push("call", "a", 0)
        token.content = state.src[start:end]
        token.meta["call"] = call
    state.pos = end
    return True


def _room_link(state: _Inline, silent: bool) -> bool:
    """Turn `#` and the name of a room into a link to it."""
    start = state.pos
    if state.src[start] != "#" or state.env["rooms"] is None or not _starts_name(state):
        return False
    found = state.env["rooms"].find(state.folded_src, start + 1)
    if not found or found[0] > state.posMax:
        return False
    end, room_id = found
    if not silent:
        token = state.push("room_link", "a", 0)
        token.content = state.src[start:end]
        token.meta["room_id"] = room_id
    state.pos = end
    return True


def _starts_name(state: _Inline) -> bool:
    """Tell whether the mark here is neither in a link nor right behind a letter or digit."""
    return not state.linkLevel and not (state.pos > 0 and state.src[state.pos - 1].isalnum())


# --- Bare links ---


def _bare_link(state: _Inline, silent: bool) -> bool:
    """Link an address that was found beforehand, so that no mark inside it is read as Markdown."""
    end = state.link_ends.get(state.pos)
    if end is None or end > state.posMax or state.linkLevel:
        return False
    shown = state.src[state.pos : end]
    href = state.md.normalizeLink(_with_scheme(shown))
    if not _is_safe_link(href):
        return False
    if not silent:
        state.push("link_open", "a", 1).attrs = {"href": href}
        state.push("text", "", 0).content = shown
        state.push("link_close", "a", -1)
    state.pos = end
    return True


def _with_scheme(address: str) -> str:
    if _SAFE_LINK.match(address):
        return address
    return ("mailto:" if _MAIL.fullmatch(address) else "https://") + address


def _bare_links(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of every address in `text`."""
    if not _MAYBE_LINK.search(text):
        return
    for found in _BARE_LINK.finditer(text):
        address = found[0].rstrip(_TRAILING)
        particle = _PARTICLE.search(address)
        yield found.start(), found.start() + (particle.start(1) if particle else len(address))


_MAYBE_LINK = re.compile(r"\.[A-Za-z0-9]|://")
_TRAILING = ".,:;!?'*_~-"

# Endings of file names (py, md, sh, rs, zip) are no domains here, although the root zone has them.
_DOMAINS = "com|net|org|edu|gov|info|biz|io|dev|app|ai|cloud|co|me|kr|jp|cn|tw|uk|de|fr|nl|eu|us|ca|au"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_CHAR = r"(?!\*\*|~~)[^\s<>\"`\\(){}\[\]|\u2018-\u201f\u2026\u3001-\u3011\uff08\uff09\uff0c\uff1b]"
_REST = rf"(?:{_CHAR}|\([^\s()<>]*\)|\[[^\s\[\]<>]*\])*"
_MAIL_ADDRESS = rf"[a-z0-9][a-z0-9._%+-]{{0,63}}@(?:{_LABEL}\.){{1,8}}[a-z]{{2,24}}(?![a-z0-9_-])"
_MAIL = re.compile(_MAIL_ADDRESS, re.IGNORECASE)
_BARE_LINK = re.compile(
    rf"(?<![a-z0-9])https?://(?=[^\s/]){_REST}"
    rf"|(?<![a-z0-9._%+-])(?:mailto:)?{_MAIL_ADDRESS}"
    rf"|(?<![a-z0-9@._/=-])(?:{_LABEL}\.){{1,8}}(?:{_DOMAINS})(?![a-z0-9_@-]|\.[a-z0-9])(?::[0-9]{{1,5}})?(?:[/?#]{_REST})?",
    re.IGNORECASE,
)

# Korean particles stand right behind an address, `https://example.com에서`, and are no part of it.
_PARTICLE = re.compile(
    r"(?:(?<=[A-Za-z0-9])|\A(?:https?://)?[^/]+/)"
    r"(은|는|이|가|을|를|의|에|도|만|와|과|로|나|요|야|에서|에게|에는|에도|에서는|에서도|으로|으로는|로는|까지|부터|보다|처럼|이나|하고|이랑|랑"
    r"|인데|이고|이며|이라고|라고|입니다|이에요|예요|이요|이야|인가요|이죠)\Z"
)


# --- Code colours ---


def _coloured(code: str, lexer_name: str) -> Iterator[str]:
    """Yield escaped code, coloured if its language was named and colouring is quick and loses nothing."""
    parts = list(_lexer(lexer_name).get_tokens(code)) if lexer_name and _is_quick_to_colour(code) else []
    if "".join(value for _, value in parts) != code:
        yield _text_html(code)
        return
    for colour, run in groupby(parts, key=lambda part: _colour(part[0])):
        text = _text_html("".join(value for _, value in run))
        yield f'<span class="{colour}">{text}</span>' if colour else text


def _is_quick_to_colour(code: str) -> bool:
    """Tell whether no lexer needs long: theirs go back and forth over long lines and long runs of white space."""
    return (
        len(code) <= _COLOURED_CHARACTERS
        and max(map(len, code.split("\n"))) <= _COLOURED_LINE_CHARACTERS
        and not _LONG_SPACE.search(code)
    )


_COLOURED_CHARACTERS = 2_000
_COLOURED_LINE_CHARACTERS = 200
_LONG_SPACE = re.compile(r"\s{33}")


@cache
def _lexer(name: str) -> "Lexer":
    # Heavy, and most messages have no code.
    from pygments.lexers import (  # type: ignore[import-untyped, unused-ignore]
        get_lexer_by_name,
    )

    return get_lexer_by_name(name, stripnl=False, ensurenl=False)


@cache
def _colour(token_type: Any) -> Literal["k", "s", "n", "f", "c", ""]:
    """Return the class of a kind of token: keyword, string, number, function or other defined name, comment."""
    from pygments import token as kinds_of  # type: ignore[import-untyped, unused-ignore]

    groups: list[tuple[Literal["k", "s", "n", "f", "c"], tuple[Any, ...]]] = [
        ("c", (kinds_of.Comment, kinds_of.Generic.Prompt)),
        ("s", (kinds_of.String, kinds_of.Generic.Inserted)),
        ("n", (kinds_of.Number, kinds_of.Generic.Deleted)),
        ("k", (kinds_of.Keyword, kinds_of.Operator.Word, kinds_of.Name.Tag)),
        (
            "f",
            (
                kinds_of.Name.Function,
                kinds_of.Name.Class,
                kinds_of.Name.Decorator,
                kinds_of.Name.Builtin,
                kinds_of.Name.Attribute,
                kinds_of.Generic.Subheading,
            ),
        ),
    ]
    return next((name for name, kinds in groups if any(token_type in kind for kind in kinds)), "")


# Caption, the lexer's name, then every word that may follow the fence. The lexers for C# and Java take seconds over
# `a a a a`; the one for TypeScript colours both well enough.
_LANGUAGE_TABLE = """
Bash|bash|bash sh shell zsh console terminal
C|c|c h
C++|cpp|cpp c++ cc hpp
C#|typescript|csharp cs c#
CSS|css|css
Clojure|clojure|clojure clj
Dart|dart|dart
Diff|diff|diff patch
Dockerfile|docker|dockerfile docker
Elixir|elixir|elixir ex
Go|go|go golang
GraphQL|graphql|graphql gql
HTML|html|html
Haskell|haskell|haskell hs
INI|ini|ini cfg
JSON|json|json
Java|typescript|java
JavaScript|javascript|javascript js jsx mjs
Kotlin|kotlin|kotlin kt
Lua|lua|lua
Makefile|make|makefile make
Markdown|markdown|markdown md
Nginx|nginx|nginx
PHP|php|php
Perl|perl|perl pl
PowerShell|powershell|powershell ps1
Python|python|python py python3
R|r|r
Ruby|ruby|ruby rb
Rust|rust|rust rs
SCSS|scss|scss
SQL|sql|sql postgres mysql sqlite
Scala|scala|scala
Swift|swift|swift
TOML|toml|toml
TypeScript|typescript|typescript ts tsx
XML|xml|xml svg
YAML|yaml|yaml yml
"""


def _languages(table: str) -> dict[str, tuple[str, str]]:
    """Return `{word: (caption, lexer name)}`."""
    rows = (line.split("|") for line in table.split("\n") if line)
    return {word: (caption, lexer) for caption, lexer, words in rows for word in words.split(" ")}


_LANGUAGES = _languages(_LANGUAGE_TABLE)
