"""What somebody typed into the search field, as it is understood."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.errors import SearchEmptyError, SearchTooLongError
from chat.queries.search_query import LONGEST_QUERY, parse, span_of_days

TODAY = dt.date(2026, 11, 24)


def terms(typed):
    return [(term.text, term.is_phrase) for term in parse(typed).terms]


def operations(typed):
    return [(operation.name, operation.value) for operation in parse(typed).operations]


def base(typed):
    [term] = parse(typed).terms
    return " ".join(term.base)


def test_words_and_phrases():
    assert terms('ship it "next week"') == [("ship", False), ("it", False), ("next week", True)]


def test_typographic_quotes_are_quotes():
    assert terms("“next week”") == [("next week", True)]


def test_a_quote_that_does_not_end_ends_with_the_text():
    assert terms('a "next week') == [("a", False), ("next week", True)]


def test_operators_and_quoted_values():
    typed = 'in:#launch from:"Alice Kim" before:2026-11-01 AFTER:2026 on:today has:link'

    assert operations(typed) == [
        ("in", "#launch"),
        ("from", "Alice Kim"),
        ("before", "2026-11-01"),
        ("after", "2026"),
        ("on", "today"),
        ("has", "link"),
    ]
    assert terms(typed) == []


def test_operators_in_korean():
    assert operations("방:배포 보낸사람:나 이전:2026-11-01 이후:2026 날짜:오늘 포함:링크") == [
        ("in", "배포"),
        ("from", "나"),
        ("before", "2026-11-01"),
        ("after", "2026"),
        ("on", "오늘"),
        ("has", "링크"),
    ]


def test_an_operator_that_is_not_finished_is_nothing_yet():
    assert operations("회의 in:") == []
    assert terms("회의 in:") == [("회의", False)]


def test_a_colon_elsewhere_is_no_operator():
    assert operations("http://a.dev std::map 10:30 login:x") == []


def test_the_same_word_twice_is_one():
    assert len(parse("회의 회의").terms) == 1


@pytest.mark.parametrize("typed", ["", " ", "\n\t", "in:"])
def test_nothing_typed_is_refused(typed):
    with pytest.raises(SearchEmptyError):
        parse(typed)


@pytest.mark.parametrize("typed", ["x" * 501, "\u0301" * 10_000, "e\u0301" * 501])
def test_too_much_typed_is_refused(typed):
    with pytest.raises(SearchTooLongError):
        parse(typed)


def test_the_length_counts_what_is_seen():
    assert len(parse("각" * LONGEST_QUERY).terms) == 1
    assert len(parse("\u1100\u1161\u11a8" * LONGEST_QUERY).terms) == 1


@given(st.text(max_size=LONGEST_QUERY))
def test_nothing_that_is_typed_is_an_error(typed):
    try:
        found = parse(typed)
    except (SearchEmptyError, SearchTooLongError):
        return
    assert all(term.base and set(term.base) <= set(term.keys) for term in found.terms)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("회의", "회의"),
        ("회의에서", "회의"),
        ("회의를", "회의"),
        ("배포했습니다", "배포"),
        ("재배포", "재배 배포"),
        ("스프린트2회의는", "스프 프린 린트 2 회 회의"),
        ("PR을", "pr"),
        ("server에서", "server"),
        ("데이터가?", "데이 이터"),
        ("3시", "3 시"),
        ("밥", "밥"),
        ("밥을", "밥을"),
        ("을", "을"),
        ("@을", "을"),
        ("에서", "에서"),
        ('"회의에서"', "회의 의에 에서"),
        ("deployed", "deploy"),
    ],
)
def test_a_korean_ending_is_not_asked_for(typed, expected):
    assert base(typed) == expected


@pytest.mark.parametrize(
    ("text", "first", "after"),
    [
        ("2026-11-24", "2026-11-24", "2026-11-25"),
        ("2026.2.28.", "2026-02-28", "2026-03-01"),
        ("2026/12", "2026-12-01", "2027-01-01"),
        ("2026-02", "2026-02-01", "2026-03-01"),
        ("2025", "2025-01-01", "2026-01-01"),
        ("today", "2026-11-24", "2026-11-25"),
        ("어제", "2026-11-23", "2026-11-24"),
    ],
)
def test_a_date_is_a_day_a_month_or_a_year(text, first, after):
    assert span_of_days(text, TODAY) == (dt.date.fromisoformat(first), dt.date.fromisoformat(after))


@pytest.mark.parametrize(
    "text", ["", "soon", "2026-13", "2026-02-30", "0000", "9999", "1-1-1", "2026-00-01", "2026-11-00", "٢٠٢٦"]
)
def test_what_is_no_date_names_nothing(text):
    assert span_of_days(text, TODAY) is None
