"""How well a message answers a search: by what it says, and by how new it is.

All words are in every result, so that it does not matter how rare a word is. What counts, in this order: whether it
says it as it was typed, with the Korean ending; how often, with less for each time and in long messages, as in BM25;
whether the words stand alone, and together; and its age, by which a message loses up to 70 percent.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from chat.queries.search_query import Term
from chat.search_words import composed, folded

SATURATION = 1.2
LENGTH_SHARE = 0.6
USUAL_LENGTH = 16
"""In keys; Korean has about one per syllable."""
ALONE = 0.3
TOGETHER = 0.4
OLDEST_SHARE = 0.3
HALF_LIFE_DAYS = 60.0
SCALE = 1_000_000


def relevance(words: str, text: str, terms: Sequence[Term], *, age_days: float) -> int:
    """Return the score of a message; `words` are its keys in the index, with spaces between them."""
    keys = f" {words} "
    plain = folded(composed(text))
    weight = SATURATION * (1 - LENGTH_SHARE + LENGTH_SHARE * (words.count(" ") + 1) / USUAL_LENGTH)
    as_typed = said = alone = 0.0
    for term in terms:
        count = plain.count(term.base[0]) if term.is_syllable else keys.count(_run(term.base))
        said += count / (count + weight)
        as_typed += term.base == term.keys or _run(term.keys) in keys
        alone += _alone(term.text).search(plain) is not None
    score = (said + ALONE * alone) / len(terms)
    if len(terms) > 1 and _run([key for term in terms for key in term.keys]) in keys:
        score += TOGETHER
    share: float = OLDEST_SHARE + (1 - OLDEST_SHARE) * 0.5 ** (age_days / HALF_LIFE_DAYS)
    return round(SCALE * (2 * as_typed / len(terms) + score * share))


def _run(keys: Sequence[str]) -> str:
    return f" {' '.join(keys)} "


@lru_cache(maxsize=256)
def _alone(text: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![^\W_]){re.escape(folded(composed(text)))}(?![^\W_])")
