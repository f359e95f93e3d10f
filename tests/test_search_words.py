"""What of a text can be searched for."""

import unicodedata
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.search_words import composed, keys_of, tokens_of
from chat.stemmer import stem


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("회의를", ["회", "회의", "의를"]),
        ("밥", ["밥"]),
        ("스프린트2회의", ["스", "스프", "프린", "린트", "2", "회", "회의"]),
        ("東京都", ["東", "東京", "京都"]),
        ("データ", ["デ", "デー", "ータ"]),
        ("ﾃﾞｰﾀ", ["デ", "デー", "ータ"]),
        ("Deployed, deploying DEPLOYS", ["deploy", "deploy", "deploy"]),
        ("Café STRASSE straße", ["cafe", "strass", "strass"]),
        ("don't Alice’s", ["dont", "alic"]),
        ("unit_of_work.py", ["unit", "of", "work", "py"]),
        ("v1.2.3", ["v", "1", "2", "3"]),
        ("kim.min@example.com", ["kim", "min", "exampl", "com"]),
        ("https://a.dev/x-1?q=y#z", ["https", "a", "dev", "x", "1", "q", "y", "z"]),
        ("１２ｋｇ", ["12kg"]),
        ("🎉👍🏽", ["🎉", "👍"]),
        ("हिन्दी", ["हिन्दी"]),
        ("йод ёлка", ["иод", "елка"]),
        ("", []),
        ("… !? — \u0301\u0301", []),
    ],
)
def test_the_keys_of_a_text(text, words):
    assert keys_of(text).words == words


def test_syllables_inside_a_run_are_kept_without_an_order():
    assert keys_of("아침밥 비빔밥").syllables == {"침", "밥", "빔"}


@pytest.mark.parametrize("text", ["배포했습니다 café", "한글 데이터が", "ㅋㅋㅋ 회의"])
def test_what_macos_takes_apart_has_the_same_keys(text):
    assert keys_of(unicodedata.normalize("NFD", text)) == keys_of(text)


def test_the_letters_of_keyboards_are_those_of_which_syllables_are_made():
    assert keys_of("ㅋㅋ").words == keys_of("\u110f\u110f").words


def test_very_long_words_are_cut():
    assert keys_of("x" * 10_000).words == ["x" * 64]


@given(st.text())
def test_the_places_of_the_keys_are_those_of_the_text(text):
    text = composed(text)
    tokens = tokens_of(text)

    assert [token.key for token in tokens] == keys_of(text).words
    assert all(0 <= token.start < token.end <= len(text) for token in tokens)
    assert [token.start for token in tokens] == sorted(token.start for token in tokens)


@given(st.text())
def test_keys_pass_the_tokenizer_of_the_index_as_they_are(text):
    keys = keys_of(text)
    found = [*keys.words, *keys.syllables]

    assert not any(set(key) & set(' "\0') or not key for key in found)
    assert all(key.isalnum() or not key.isascii() for key in found)


FORMS = [
    "deploy deploys deployed deploying",
    "review reviews reviewed reviewing",
    "schedule schedules scheduled scheduling",
    "meeting meetings",
    "possible possibly",
    "technology technologies",
    "plan plans planned planning",
    "cry cries cried",
    "general generally generals",
]


@pytest.mark.parametrize("forms", FORMS)
def test_the_forms_of_a_word_have_one_stem(forms):
    assert len({stem(word) for word in forms.split()}) == 1


@pytest.mark.parametrize("words", ["policy police", "news new", "sing single", "cat cats1", "is i"])
def test_different_words_have_different_stems(words):
    assert len({stem(word) for word in words.split()}) == 2


def test_many_threads_stem_at_once():
    words = [word for forms in FORMS for word in forms.split()]
    expected = [stem(word) for word in words]

    def stem_anew(_):
        return [stem.__wrapped__(word) for word in words]

    with ThreadPoolExecutor(8) as pool:
        assert all(found == expected for found in pool.map(stem_anew, range(40)))
