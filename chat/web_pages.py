"""What a web page says of itself: Open Graph, Twitter's names, title and description. Nothing of it is trusted."""

import codecs
import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

LONGEST_TITLE = 200
LONGEST_DESCRIPTION = 400
LONGEST_SITE = 80
LONGEST_ADDRESS = 2_000
HEAD_BYTES = 4_096
MOST_CHARACTERS = 1_000_000
PIECE = 16_384
LONGEST_TOKEN = 65_536
"""A tag that has not ended by then is no tag; scripts may be longer."""
LONGEST_SCRIPT = 600_000
CHARSETS = {
    *{"utf-8", "ascii", "iso8859-1", "cp1252", "cp949", "euc_kr", "johab", "shift_jis", "cp932", "euc_jp"},
    *{"iso2022_jp", "gb2312", "gbk", "gb18030", "big5", "cp1250", "cp1251", "koi8-r", "iso8859-2", "iso8859-15"},
    *{"utf-16", "utf-16-le", "utf-16-be"},
}
"""Those of the web: Python knows more, some of them slow on what is made for it."""
WIDER = {"euc_kr": "cp949", "ascii": "cp1252", "iso8859-1": "cp1252", "gb2312": "gb18030", "gbk": "gb18030"}
"""What pages say that they are, and what they are."""
IN_ADDRESSES = "%/:=&?~+!$,;'@()*[]"


@dataclass(frozen=True, slots=True)
class Page:
    """What is shown of a page; an empty title shows nothing."""

    title: str
    description: str = ""
    site: str = ""
    image_url: str | None = None
    oembed_url: str | None = None


def read_page(body: bytes, url: str, content_type: str) -> Page:
    """Return what a page at `url` says of itself; never raises, whatever the bytes, of which some may be missing."""
    reader = _reader_of(_decoded(body, content_type))
    said = reader.said
    return Page(
        title=_line(_first(said, "og:title", "twitter:title", "title"), LONGEST_TITLE),
        description=_line(_first(said, "og:description", "twitter:description", "description"), LONGEST_DESCRIPTION),
        site=_line(said.get("og:site_name", ""), LONGEST_SITE),
        image_url=_joined(url, _first(said, "og:image:secure_url", "og:image", "og:image:url", "twitter:image")),
        oembed_url=_joined(url, said.get("oembed", "")),
    )


def clean_line(text: object, longest: int) -> str:
    """Return what somebody else's JSON says, as one line; anything but text is none."""
    return _line(text, longest) if isinstance(text, str) else ""


def outside_links(markup: str, own_url: str = "") -> list[str]:
    """Return the addresses that a message's HTML links to, those of this server left out, in order, each once."""
    finder = _LinkFinder()
    finder.feed(markup)
    own = f"{own_url.rstrip('/')}/" if own_url else None
    found = (ascii_address(link) for link in finder.links if own is None or not f"{link}/".startswith(own))
    return list(dict.fromkeys(link for link in found if link))


def ascii_address(address: str) -> str | None:
    """Return an http address as it is asked for, without its fragment; None for one that is not."""
    try:
        parts = urlsplit(address.strip())
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username is not None:
            return None
        host = parts.netloc if parts.netloc.isascii() else parts.netloc.encode("idna").decode()
    except ValueError:
        return None
    path, query = quote(parts.path, safe=IN_ADDRESSES), quote(parts.query, safe=IN_ADDRESSES)
    made = urlunsplit((parts.scheme, host.lower(), path or "/", query, ""))
    return made if len(made) <= LONGEST_ADDRESS else None


class _LinkFinder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "a" and "data-user-id" not in found:
            self.links.append(found.get("href") or "")


class _Reader(HTMLParser):
    """Keeps what is said first under each name."""

    def __init__(self) -> None:
        super().__init__()
        self.said: dict[str, str] = {}
        self.is_over = False
        self._is_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # Of a repeated attribute the first counts, as in browsers.
        found = {name: value or "" for name, value in reversed(attrs)}
        if tag == "meta":
            name = (found.get("property") or found.get("name") or "").strip().lower()
            self._keep(name, found.get("content", ""))
            if "charset" in found:
                self._keep("charset", found["charset"])
            elif found.get("http-equiv", "").lower() == "content-type":
                self._keep("charset", found.get("content", "").lower().partition("charset=")[2])
        elif tag == "title":
            self._is_title = "title" not in self.said
        elif tag == "link" and found.get("type", "").lower() == "application/json+oembed":
            self._keep("oembed", found.get("href", ""))

    def handle_data(self, data: str) -> None:
        if self._is_title:
            self.said["title"] = self.said.get("title", "") + data

    def handle_endtag(self, tag: str) -> None:
        self._is_title = self._is_title and tag != "title"
        self.is_over = self.is_over or (tag == "head" and ("title" in self.said or "og:title" in self.said))

    def _keep(self, name: str, value: str) -> None:
        if value.strip():
            self.said.setdefault(name, value)


def _reader_of(text: str) -> _Reader:
    reader = _Reader()
    for start in range(0, min(len(text), MOST_CHARACTERS), PIECE):
        longest = LONGEST_SCRIPT if reader.cdata_elem else LONGEST_TOKEN
        if reader.is_over or len(reader.rawdata) > longest:
            break
        # The library's parser gives up on some markup in ways of its own; what was read until then stays.
        with suppress(AssertionError, ValueError):
            reader.feed(text[start : start + PIECE])
    return reader


def _decoded(body: bytes, content_type: str) -> str:
    if body.startswith(codecs.BOM_UTF8):
        return body.decode("utf-8-sig", "replace")
    declared = content_type.lower().partition("charset=")[2]
    named = _charset(declared) or _charset(_reader_of(body[:HEAD_BYTES].decode("latin-1")).said.get("charset", ""))
    if named:
        return body.decode(named, "replace")
    for charset in ("utf-8", "cp949"):
        try:
            # The last character may be cut.
            return codecs.getincrementaldecoder(charset)().decode(body)
        except UnicodeDecodeError:
            continue
    return body.decode("cp1252", "replace")


def _charset(name: str) -> str | None:
    try:
        known = codecs.lookup(name.partition(";")[0].strip(" \t\"'")).name
    except (LookupError, ValueError):
        return None
    return WIDER.get(known, known) if known in CHARSETS else None


def _first(said: dict[str, str], *names: str) -> str:
    return next((said[name] for name in names if said.get(name, "").strip()), "")


def _joined(url: str, address: str) -> str | None:
    try:
        return ascii_address(urljoin(url, address.strip())) if address.strip() else None
    except ValueError:
        return None


def _line(text: str, longest: int) -> str:
    """Return one line without what is invisible or turns its surroundings around."""
    line = " ".join("".join(_visible(text[: longest * 8])).split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def _visible(text: str) -> Iterable[str]:
    for char in text:
        category = unicodedata.category(char)
        if char.isspace():
            yield " "
        elif char == "\u200d" or category not in {"Cc", "Cf", "Cs", "Co", "Cn"}:
            yield char
