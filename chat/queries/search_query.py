"""What somebody typed into the search field: words, phrases and operators. Whatever it is, it is no error."""

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import Literal

from chat.errors import SearchEmptyError, SearchTooLongError
from chat.search_words import composed, folded, is_syllable, keys_of

LONGEST_QUERY = 500
MOST_TERMS = 32
"""More words than that narrow nothing any more."""

Operator = Literal["in", "from", "before", "after", "on", "has"]
OPERATORS: dict[str, Operator] = {
    "in": "in",
    "from": "from",
    "before": "before",
    "after": "after",
    "on": "on",
    "has": "has",
    "방": "in",
    "보낸사람": "from",
    "이전": "before",
    "이후": "after",
    "날짜": "on",
    "포함": "has",
}


@dataclass(frozen=True, slots=True)
class Term:
    """Something that a message must say."""

    text: str
    is_phrase: bool
    keys: tuple[str, ...]
    """As it was typed, one behind the other."""
    base: tuple[str, ...]
    """Without a Korean ending: what a message must say at the least."""

    @property
    def is_syllable(self) -> bool:
        """Tell whether this is one syllable, which is kept without an order."""
        return len(self.base) == 1 and is_syllable(self.base[0])


@dataclass(frozen=True, slots=True)
class Operation:
    """An operator and its value, and how they were typed."""

    name: Operator
    value: str
    typed: str


@dataclass
class SearchQuery:
    """A query as it was understood, before anybody's rooms and people are looked at."""

    terms: list[Term] = field(default_factory=list)
    operations: list[Operation] = field(default_factory=list)
    asks_for_nothing: bool = False
    """There are words, but none with a letter, a number or a picture: nothing is found."""


def parse(typed: str) -> SearchQuery:
    """Return what was typed as terms and operations.

    Raises:
        SearchEmptyError: there is neither.
        SearchTooLongError: it is over 500 characters.
    """
    # A syllable of Hangul comes as three characters from some systems.
    if len(typed) > 4 * LONGEST_QUERY or len(text := composed(typed)) > LONGEST_QUERY:
        raise SearchTooLongError
    found = SearchQuery()
    has_words = False
    for item in _ITEM.finditer(text.translate(_QUOTES)):
        if item["name"]:
            value = (item["quoted"] or item["plain"] or "").strip()
            if value:
                found.operations.append(Operation(OPERATORS[item["name"].lower()], value, item[0].strip()))
            continue
        has_words = True
        term = _term(item["word"]) if item["word"] else _phrase(item["phrase"])
        if term is not None and term not in found.terms:
            found.terms.append(term)
    if not has_words and not found.operations:
        raise SearchEmptyError
    found.asks_for_nothing = has_words and not found.terms
    del found.terms[MOST_TERMS:]
    return found


_QUOTES = str.maketrans(dict.fromkeys("\u201c\u201d\u201e\u201f\uff02", '"'))
_NAMES = "|".join(OPERATORS)
_ITEM = re.compile(
    rf'(?<!\S)(?P<name>{_NAMES}):(?:"(?P<quoted>[^"]*)"?|(?P<plain>[^\s"]*))'
    r'|"(?P<phrase>[^"]*)"?'
    r'|(?P<word>[^\s"]+)',
    re.IGNORECASE,
)


def _phrase(text: str) -> Term | None:
    keys = _keys(text)
    return Term(text.strip(), True, keys, keys) if keys else None  # noqa: FBT003 - is_phrase


def _term(text: str) -> Term | None:
    keys = _keys(text)
    return Term(text, False, keys, _base(text, keys)) if keys else None  # noqa: FBT003 - is_phrase


def _keys(text: str) -> tuple[str, ...]:
    keys = keys_of(text).words
    starts_with_run = len(keys) > 1 and len(keys[1]) > 1 and is_syllable(keys[0]) and keys[1].startswith(keys[0])
    # A word may begin in the middle of a run: 배포 in 재배포.
    return tuple(keys[1:] if starts_with_run else keys)


def _base(text: str, keys: tuple[str, ...]) -> tuple[str, ...]:
    found = _LAST_RUN.search(folded(text))
    if found is None:
        return keys
    run = found[1]
    if len(keys) > len(run) and _WHOLE_ENDING.fullmatch(run):
        return keys[: -len(run)]  # PR을, server에서
    ending = _ENDING.search(run)
    return keys[: -len(ending[0])] if ending else keys


_ENDING_TABLE = """
은 는 이 가 을 를 의 에 도 만 와 과 로 나 랑 들
에서 에게 한테 께서 으로 부터 까지 보다 처럼 이나 이랑 하고 마다 밖에 조차 대로 로서 로써 이고 이며 이면 인데 라고
에는 에도 에서는 에서도 에서의 에게는 으로는 으로도 로는 로도 부터는 까지는 까지도 만은 만을 이라고 이라서 이라도
들이 들은 들을 들의 들에게 들도 입니다 이에요 예요 인가요 이죠 이었습니다 였습니다
했습니다 합니다 하겠습니다 했어요 해요 했어 했다 했음 했던 했는데 했나요 했네요
한다 하는 하는데 하면 하면서 하며 하자 하기 하기로 하려고 해서 해야 하지 하세요 할게요 할까요 하나요 하네요 해주세요
한 할 함 해
됐습니다 됩니다 되었습니다 되겠습니다 됐어요 돼요 됐다 됐나요 된다 되는 되면 되어 되지 되나요 돼서 된 될 됨 돼
시켰습니다 시킵니다 시키는
"""
"""Particles, and the forms of 하다, 되다 and 시키다, which make verbs of nouns."""
_ENDINGS = "|".join(sorted(_ENDING_TABLE.split(), key=len, reverse=True))
_LAST_RUN = re.compile(r"([가-힣]+)[\s!-/:-@\[-`{-~\u3001\u3002]*\Z")
# Two syllables must be left: 회의 is no 회 with a particle.
_ENDING = re.compile(rf"(?<=[가-힣][가-힣])(?:{_ENDINGS})\Z")
_WHOLE_ENDING = re.compile(_ENDINGS)


def span_of_days(text: str, today: dt.date) -> tuple[dt.date, dt.date] | None:
    """Return the first day of what a date names, and the day after its last; None when it names nothing.

    A date is 2026-11-24, 2026-11 or 2026 (or with dots or slashes), today or yesterday, 오늘 or 어제.
    """
    if (back := _NEAR_DAYS.get(text.lower())) is not None:
        return today - dt.timedelta(days=back), today - dt.timedelta(days=back - 1)
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    year, month, day = found.group("year", "month", "day")
    try:
        first = dt.date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None
    if day:
        return first, first + dt.timedelta(days=1)
    # Far enough to be in the next month or year, and not in the one after it.
    later = first + dt.timedelta(days=31 if month else 366)
    return first, later.replace(day=1) if month else later.replace(month=1, day=1)


_NEAR_DAYS = {"today": 0, "yesterday": 1, "오늘": 0, "어제": 1}
_DATE = re.compile(
    r"(?P<year>(?:19[7-9]|2[0-9][0-9])[0-9])(?:[-./](?P<month>[01]?[0-9])(?:[-./](?P<day>[0-3]?[0-9]))?)?\.?"
)
