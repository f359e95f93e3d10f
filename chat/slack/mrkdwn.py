"""Slack's mrkdwn as Markdown: `*bold*`, `~struck~`, `<https://…|words>`, `<@U1>`, `&lt;`.

https://docs.slack.dev/messaging/formatting-message-text

What is Markdown already stays: many tools write `**bold**` or `[words](https://…)` to Slack too.
"""

import re
from collections.abc import Callable

CODE = re.compile(r"```(?P<block>.*?)```|`(?P<inline>[^`\n]+)`", re.DOTALL)
ANGLE = re.compile(r"<([@#!][^<>\n]+|(?:https?://|mailto:|tel:)[^<>\n]+)>", re.IGNORECASE)
BOLD = re.compile(r"(?<![A-Za-z0-9_*\\])\*(?=[^\s*])([^*\n]*[^\s*])\*(?![A-Za-z0-9_*])")
STRUCK = re.compile(r"(?<![A-Za-z0-9_~\\])~(?=[^\s~])([^~\n]*[^\s~])~(?![A-Za-z0-9_~])")
BACKSLASH = re.compile(r"\\(?=[!-/:-@\[-`{-~])")
BULLET = re.compile(r"^([ \t]*)[•◦▪‣][ \t]+", re.MULTILINE)
QUOTE = re.compile(r"^(?:>|&gt;)[ \t]*(?!>|&gt;)", re.MULTILINE)
LONG_QUOTE = re.compile(r"^(?:>>>|&gt;&gt;&gt;)[ \t]*", re.MULTILINE)
LANGUAGE = re.compile(r"[A-Za-z0-9_+#-]{1,20}\n(?=.*\n\Z)", re.DOTALL)
KEPT = re.compile("\x00([0-9]+)\x00")
MARKS = re.compile(r"(\*|`|\[|\]|<|~~|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9]))")
LINE_MARKS = re.compile(r"^([ \t]*)([-+>]|#{1,6})(?=[ \t])", re.MULTILINE)
NUMBERED = re.compile(r"^([ \t]*[0-9]+)([.)])(?=[ \t])", re.MULTILINE)
LINKED = re.compile(r"https?://[^\s/]|mailto:[^\s@]+@", re.IGNORECASE)
CALLS = {"here": "@here", "channel": "@room", "everyone": "@room"}


def markdown_of(text: str) -> str:
    """Return a text of mrkdwn as Markdown."""
    kept: list[str] = []

    def keep(made: str) -> str:
        kept.append(made)
        return f"\x00{len(kept) - 1}\x00"

    text = CODE.sub(lambda found: keep(_code(found)), text.replace("\x00", ""))
    found = LONG_QUOTE.search(text)
    if found is None:
        return _restored(_words(text, keep), kept)
    quote = quoted(_restored(_words(text[found.end() :], keep), kept))
    return _restored(_words(text[: found.start()], keep), kept) + quote


def plain_markdown(text: str) -> str:
    """Return Markdown that shows the text as it is, only emoji by name stay emoji."""
    text = MARKS.sub(r"\\\1", BACKSLASH.sub(r"\\\\", unescaped(text)))
    return NUMBERED.sub(r"\1\\\2", LINE_MARKS.sub(r"\1\\\2", text))


def link_markdown(url: str, words: str) -> str:
    """Return a link; an address that is none of the web or of mail is only named."""
    words = " ".join(words.split())
    if LINKED.match(url) is None or re.search(r"[\s<>]", url):
        return plain_markdown(words or url)
    if words in {"", url}:
        return f"<{url}>"
    target = f"<{url}>" if "(" in url or ")" in url else url
    return f"[{plain_markdown(words)}]({target})"


def code_markdown(code: str) -> str:
    """Return code within a line."""
    code = " ".join(code.split("\n"))
    if "`" not in code:
        return f"`{code}`" if code.strip() else code
    fence = "`" * (max(map(len, re.findall("`+", code))) + 1)
    return f"{fence} {code} {fence}"


def block_markdown(code: str) -> str:
    """Return a block of code, on lines of its own."""
    fence = "`" * max(3, *(len(ticks) + 1 for ticks in re.findall("`+", code)), 3)
    return f"{fence}\n{code}\n{fence}"


def quoted(text: str) -> str:
    """Return the text as a quote."""
    return "\n".join(f"> {line}" for line in text.strip("\n").split("\n"))


def unescaped(text: str) -> str:
    """Return the text with the three characters that Slack has escaped."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _words(text: str, keep: Callable[[str], str]) -> str:
    text = ANGLE.sub(lambda found: keep(_angle(found[1])), text)
    text = BACKSLASH.sub(r"\\\\", text)
    text = BOLD.sub(r"**\1**", text)
    text = STRUCK.sub(r"~~\1~~", text)
    return unescaped(BULLET.sub(r"\1- ", QUOTE.sub("> ", text)))


def _restored(text: str, kept: list[str]) -> str:
    """Put back what was kept, blocks of code on lines of their own."""
    pieces = KEPT.split(text)
    made = pieces[0]
    for number, after in zip(pieces[1::2], pieces[2::2], strict=True):
        code = kept[int(number)]
        if "\n" in code:
            made = made if not made or made.endswith("\n") else f"{made}\n"
            after = after if not after or after.startswith("\n") else f"\n{after}"  # noqa: PLW2901 - the same text
        made += code + after
    return made


def _code(found: re.Match[str]) -> str:
    if found["inline"] is not None:
        return code_markdown(_bare(found["inline"]))
    code = _bare(found["block"])
    if "\n" not in code:
        return code_markdown(code) if code.strip() else found[0]
    language = LANGUAGE.match(code)
    if language:
        return f"```{language[0]}{code[language.end() :].strip(chr(10))}\n```"
    return block_markdown(code.strip("\n"))


def _bare(code: str) -> str:
    """Return code without Slack's own marks: addresses are marked up there too."""
    return unescaped(ANGLE.sub(lambda found: found[1].rpartition("|")[2], code))


def _angle(inside: str) -> str:
    target, _, words = inside.partition("|")
    kind, name = target[0], unescaped(target[1:])
    words = unescaped(words)
    if kind == "@":
        return f"@{(words or name).removeprefix('@')}"
    if kind == "#":
        return f"#{(words or name).removeprefix('#')}"
    if kind == "!":
        return CALLS.get(name.partition("^")[0], plain_markdown(words or name))
    return link_markdown(unescaped(target), words)
