"""English words without their endings, by the Snowball stemmer for English.

Not by the tokenizer of SQLite, which does much the same: what was found is shown too, and marked by the rule by which
the index keeps it.
"""

import threading
from functools import lru_cache

import snowballstemmer

SHORTEST = 3

_english = snowballstemmer.stemmer("english")
_taken = threading.Lock()


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """Return the stem of a word in small ASCII letters; other words, and those of one or two letters, as they are."""
    if len(word) < SHORTEST or not (word.isascii() and word.isalpha()):
        return word
    # A stemmer works on one word at a time and keeps it in itself.
    with _taken:
        stemmed: str = _english.stemWord(word)
    return stemmed
