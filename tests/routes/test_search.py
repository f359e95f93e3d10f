"""Search: what of their rooms people find, in Korean too, and what nobody finds."""

import itertools
import unicodedata

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from chat.models import User
from chat.queries import search as searching
from chat.queries import search_scope
from chat.unit_of_work import execute_sql, unit_of_work
from tests.conftest import created, post, sign_up
from tests.values import statuses


@pytest.fixture
def say(app, alice, room):
    """Return a function that posts to the room and has it indexed."""

    def say(text, client=alice, where=room):
        message_id = post(client, where, text)["message"]["id"]
        app.extensions["listeners"].drain("search_index")
        return message_id

    return say


def ask(client, q, **arguments):
    return client.get("/api/search", query_string={"q": q, **arguments})


def search(client, q, **arguments):
    return created(ask(client, q, **arguments))


def texts(client, q, **arguments):
    return [result["message"]["text"] for result in search(client, q, **arguments)["results"]]


def marked(result):
    return "".join(f"[{part['text']}]" if part["is_match"] else part["text"] for part in result["snippet"])


def date(app, message_id, moment):
    """Let a message have been posted at another time."""
    with app.app_context(), unit_of_work():
        execute_sql("UPDATE message SET created_at = ? WHERE id = ?", (moment, message_id))
    app.extensions["listeners"].replay("search_index")
    app.extensions["listeners"].drain("search_index")


def new_room(client, name, *members, kind="closed"):
    body = {"kind": kind, "name": name, "member_ids": [member.user_id for member in members]}
    return created(client.post("/api/rooms", json=body))["room"]


# --- What is answered ---


def test_a_result_is_the_message_its_room_and_a_snippet(bob, room, say):
    message_id = say("The **second** deploy is at eleven")

    answer = search(bob, "deploying")

    [result] = answer["results"]
    assert result["message"] == created(bob.get(f"/api/messages/{message_id}"))["message"]
    assert {key: result["room"][key] for key in ("id", "name", "kind")} == {
        "id": room["id"],
        "name": "launch",
        "kind": "closed",
    }
    assert result["snippet"] == [
        {"text": "The second ", "is_match": False},
        {"text": "deploy", "is_match": True},
        {"text": " is at eleven", "is_match": False},
    ]
    assert answer["next"] is None


def test_the_answer_says_how_the_query_was_understood(alice, bob, room, say):
    say("hello")

    answer = search(bob, 'hello "next week" in:launch from:alice before:2026-11-01 after:2026-10 has:link has:file')

    assert answer["understood"] == {
        "words": ["hello"],
        "phrases": ["next week"],
        "in": {"id": room["id"], "name": "launch"},
        "from": {"id": alice.user_id, "name": "Alice Kim"},
        "before": "2026-11-01",
        "after": "2026-10-01",
        "has": ["link", "file"],
    }
    assert answer["unknown"] == []


def test_a_direct_room_comes_with_who_is_in_it(alice, bob, say):
    direct = created(alice.post("/api/rooms", json={"kind": "direct", "member_ids": [bob.user_id]}))["room"]
    say("between us", where=direct)

    [result] = search(bob, "between")["results"]

    assert result["room"]["name"] is None
    assert result["room"]["member_ids"] == [alice.user_id, bob.user_id]


def test_nothing_typed_is_refused(alice):
    answers = [ask(alice, q) for q in ("", "  ", "in:")] + [alice.get("/api/search")]

    assert [(answer.status_code, answer.get_json()["code"]) for answer in answers] == [(422, "search_empty")] * 4


def test_too_much_typed_is_refused(alice):
    answer = ask(alice, "x" * 501)

    assert (answer.status_code, answer.get_json()["code"]) == (422, "search_too_long")
    assert ask(alice, "x" * 500).status_code == 200


@pytest.mark.parametrize(
    "arguments", [{"limit": "0"}, {"limit": "51"}, {"limit": "x"}, {"sort": "oldest"}, {"sort": ""}]
)
def test_other_arguments_are_checked(alice, arguments):
    assert ask(alice, "hello", **arguments).status_code == 422


def test_a_cursor_of_ones_own_making_is_refused_or_harmless(alice, carol, say):
    say("hello")
    invented = ["", "x", "W10", "e30", "MQ", "WzEsMiwzLDQsNV0x", "\u00e9", "A" * 10_000, "W1tbW1s", "WzEsMiwzLDQsLTVd"]

    assert statuses(invented, lambda cursor: ask(alice, "hello", cursor=cursor)) == {422}
    assert texts(carol, "hello", cursor="WzksOSw5LDAsMF0") == []


# --- Words ---


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("회의를 시작합니다", "회의"),
        ("회의에서 말했습니다", "회의"),
        ("회의가 길다", "회의에서"),
        ("회의", "회의를"),
        ("오늘 배포했습니다", "배포"),
        ("재배포 합니다", "배포"),
        ("배포 일정", "배포했습니다"),
        ("스프린트2회의", "회의"),
        ("스프린트2회의", "스프린트2"),
        ("스프린트 회의록", "스프린트 회의"),
        ("아침밥 먹자", "밥"),
        ("밥은 먹었어?", "밥"),
        ("3시에 만나요", "3시"),
        ("PR 올렸어요", "PR을"),
        ("PR을 올렸어요", "pr"),
        ("ㅋㅋㅋㅋ 맞아요", "ㅋㅋ"),
        ("東京都に行く", "京都"),
        ("データベース", "ベース"),
        ("ﾃﾞｰﾀﾍﾞｰｽ", "データ"),
        ("deployed it", "deploying"),
        ("the café", "cafe"),
        ("the cafe", "CAFÉ"),
        ("see unit_of_work.py", "unit_of_work.py"),
        ("see unit_of_work.py", "work"),
        ("see unit_of_work.py", "unit_of"),
        ("tag v1.2.3", "v1.2.3"),
        ("tag v1.2.3", "1.2.3"),
        ("mail kim.min@example.com", "kim.min@example.com"),
        ("mail kim.min@example.com", "example"),
        ("https://docs.example.com/setup?x=1", "docs.example.com"),
        ("https://docs.example.com/setup?x=1", "setup"),
        ("it's done", "its"),
        ("shipped 🎉", "🎉"),
        ("👍🏽", "👍"),
        ("what a day", '"a day'),
        ("a -b *c* NEAR(d) AND e: f^2", "NEAR(d) AND e: f^2 -b *c*"),
    ],
)
def test_a_message_is_found(bob, say, said, asked):
    say(said)
    say("something else: 다른 이야기")

    assert texts(bob, asked) == [said]
    assert texts(bob, unicodedata.normalize("NFD", asked)) == [said]


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("회의 자료", "회의록"),
        ("deploy", "employ"),
        ("next big week", '"next week"'),
        ("one", "one two"),
        ("r1 u1", "haslink"),
        ("회사 의자", "회의"),
    ],
)
def test_a_message_is_not_found(bob, say, said, asked):
    say(said)

    assert texts(bob, asked) == []


def test_all_words_must_be_there(bob, say):
    say("배포 일정")
    say("배포 회의 일정")

    assert texts(bob, "일정 회의 배포") == ["배포 회의 일정"]


def test_a_letter_and_number_like_a_mark_of_the_index_is_a_word(alice, bob, room, say):
    say("hello")
    say(f"r{room['id']} is a word")

    assert texts(bob, f"r{room['id']}") == [f"r{room['id']} is a word"]


@pytest.mark.parametrize(
    "typed",
    [
        '"',
        '"""',
        "*",
        "a*",
        "^a",
        "NEAR(a b, 5)",
        "words:a",
        "marks:r1",
        "{words marks}: a",
        "-a",
        "a OR",
        "AND NOT",
        "(",
        "a'; DROP TABLE message --",
        "%_\\",
        "\0",
        "\ud7b0\u3164",
        "🎉🏽\u200d",
        "a " * 250,
        "가" * 500,
        "\u0301" * 500,
        "in:" * 100,
        "from:0 in:0 before:0",
        "in:99999999999999999999 from:99999999999999999999",
        "before:0001-01-01",
        "on:2999-12-31",
        "in:# from:@",
    ],
)
def test_nothing_typed_is_an_error(bob, say, typed):
    say("a hello")

    assert ask(bob, typed).status_code == 200
    assert ask(bob, typed, sort="newest").status_code == 200


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=st.text(max_size=200))
@example(typed='a" OR "b')
def test_whatever_is_typed_gets_an_answer(bob, room, typed):
    answer = ask(bob, typed)

    assert answer.status_code in {200, 422}
    assert answer.status_code == 200 or answer.get_json()["code"] == "search_empty"


WORDS = st.text(st.characters(codec="utf-8", exclude_characters='\0"“”„‟＂'), min_size=1, max_size=20)
KOREAN = st.text(st.sampled_from("가나다라회의배포를에서했습니다 ab12ㅋ東京データé🎉._"), min_size=1, max_size=12)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.lists(st.one_of(WORDS, KOREAN), min_size=1, max_size=5))
def test_a_message_is_found_by_each_of_its_words(app, alice, bob, room, words):
    answer = alice.post(f"/api/rooms/{room['id']}/messages", json={"text": " ".join(words)})
    message = (answer.get_json() or {}).get("message")
    app.extensions["listeners"].drain("search_index")

    for word in message["text"].split() if message else []:
        found = search(bob, f'"{word}"', sort="newest", limit=50)
        ids = [result["message"]["id"] for result in found["results"]]
        assert message["id"] in ids or not has_keys(word)
        assert all(any(part["is_match"] for part in result["snippet"]) for result in found["results"])


def has_keys(word):
    return any(unicodedata.category(char)[0] in "LN" for char in unicodedata.normalize("NFKC", word))


# --- Who finds what ---


def test_an_outsider_finds_nothing_and_cannot_tell_that_there_is_something(carol, room, say):
    say("secret plan")

    inside, nowhere = search(carol, "secret in:launch"), search(carol, "secret in:nosuch")

    assert search(carol, "secret") == {
        "results": [],
        "next": None,
        "unknown": [],
        "understood": dict.fromkeys(["in", "from", "before", "after"])
        | {"words": ["secret"], "phrases": [], "has": []},
    }
    assert inside["unknown"] == ["in:launch"]
    assert nowhere["unknown"] == ["in:nosuch"]
    assert inside["understood"] == nowhere["understood"]
    assert search(carol, f"secret in:{room['id']}")["unknown"] == [f"in:{room['id']}"]


def test_an_outsider_finds_nothing_by_operators_alone(alice, carol, say):
    say("secret https://example.com")

    for q in (f"from:{alice.user_id}", "has:link", "after:2020", "on:today"):
        assert texts(carol, q) == []
        assert texts(carol, q, sort="newest") == []


def test_an_owner_of_the_workspace_finds_nothing_in_rooms_of_others(alice, bob, carol, say):
    private = new_room(bob, "private", carol)
    say("secret plan", client=bob, where=private)

    assert texts(alice, "secret") == []
    assert texts(carol, "secret") == ["secret plan"]


def test_an_open_room_is_searched_by_those_in_it(alice, bob, carol, say):
    hall = new_room(alice, "hall", kind="open")
    say("hello there", where=hall)

    before = texts(carol, "hello")
    created(carol.post(f"/api/rooms/{hall['id']}/join"))

    assert before == []
    assert texts(carol, "hello") == ["hello there"]


def test_after_a_removal_nothing_of_the_room_is_found(alice, bob, room, say):
    say("shared plan", client=bob)
    first = search(bob, "plan from:me")

    created(alice.delete(f"/api/rooms/{room['id']}/members/{bob.user_id}"))

    assert len(first["results"]) == 1
    assert texts(bob, "plan") == []
    assert texts(bob, "from:me") == []
    assert search(bob, "plan in:launch")["unknown"] == ["in:launch"]


def test_the_next_page_is_empty_after_a_removal(alice, bob, room, say):
    for number in range(4):
        say(f"plan {number}")
    cursor = search(bob, "plan", limit=2)["next"]

    created(alice.delete(f"/api/rooms/{room['id']}/members/{bob.user_id}"))

    assert search(bob, "plan", limit=2, cursor=cursor) | {"understood": None} == {
        "results": [],
        "next": None,
        "unknown": [],
        "understood": None,
    }


@pytest.mark.parametrize(("most", "marks"), [(0.0, 200), (100.0, 200), (100.0, 1)])
def test_who_is_in_few_of_many_rooms_finds_what_is_in_them(monkeypatch, alice, bob, say, most, marks):
    monkeypatch.setattr(search_scope, "MOST", most)
    monkeypatch.setattr(searching, "MOST_ROOM_MARKS", marks)
    for number in range(4):
        say(f"plan elsewhere {number}", where=new_room(alice, f"other {number}"))
    ours = new_room(alice, "ours", bob)
    say("plan of ours", where=ours)

    assert texts(bob, "plan") == ["plan of ours"]
    assert texts(bob, "from:alice") == ["plan of ours"]
    assert len(texts(alice, "plan")) == 5


def test_what_was_deleted_is_not_found_even_before_the_index_knows(bob, alice, say):
    message_id = say("secret plan")

    created(alice.delete(f"/api/messages/{message_id}"))

    assert texts(bob, "secret") == []
    assert texts(bob, "from:alice") == []


def test_an_edited_message_is_found_by_what_it_says_now(app, alice, bob, say):
    message_id = say("before")
    created(alice.patch(f"/api/messages/{message_id}", json={"text": "after", "base_version": 1}))

    at_once = texts(bob, "before"), texts(bob, "after")
    app.extensions["listeners"].drain("search_index")

    assert at_once == ([], [])
    assert texts(bob, "before") == []
    assert texts(bob, "after") == ["after"]


def test_signed_out_nobody_searches(anonymous):
    assert ask(anonymous, "hello").status_code == 401


# --- Operators ---


def test_in_names_a_room_by_name_or_number(alice, bob, room, say):
    other = new_room(alice, "디자인 회의", bob)
    say("plan here")
    say("plan there", where=other)

    assert texts(bob, "plan in:#launch") == ["plan here"]
    assert texts(bob, "plan IN:LAUNCH") == ["plan here"]
    assert texts(bob, f"plan in:{room['id']}") == ["plan here"]
    assert texts(bob, 'plan in:"디자인 회의"') == ["plan there"]
    assert texts(bob, "plan 방:디자인회의") == ["plan there"]


def test_in_names_a_direct_room_by_the_other_person(alice, bob, say):
    direct = created(alice.post("/api/rooms", json={"kind": "direct", "member_ids": [bob.user_id]}))["room"]
    say("plan here")
    say("plan there", where=direct)

    answer = search(bob, "plan in:@alice")

    assert [result["message"]["text"] for result in answer["results"]] == ["plan there"]
    assert answer["understood"]["in"] == {"id": direct["id"], "name": "Alice Kim"}


def test_from_names_a_person(alice, bob, say):
    say("plan of mine")
    say("plan of yours", client=bob)

    for who in ("alice", "@Alice", '"Alice Kim"', "@AliceKim", str(alice.user_id), "alice@example.com"):
        assert texts(bob, f"plan from:{who}") == ["plan of mine"]
    assert texts(bob, "plan from:me") == ["plan of yours"]
    assert texts(bob, "plan 보낸사람:나") == ["plan of yours"]


def test_from_a_name_that_two_people_have_names_nobody(app, alice, bob, say):
    sign_up(app, "Alison Kim")
    say("plan")

    assert search(bob, "plan from:ali")["unknown"] == ["from:ali"]
    assert texts(bob, "plan from:ali") == []


def test_what_names_nothing_is_said_and_nothing_is_found(bob, say):
    say("plan")

    answer = search(bob, "plan from:nobody before:soon has:cheese")

    assert answer["unknown"] == ["from:nobody", "before:soon", "has:cheese"]
    assert answer["results"] == []


def test_dates_are_days_where_the_person_is(app, alice, bob, say):
    early, late = say("plan early"), say("plan late")
    date(app, early, "2026-11-01T14:59:59.999Z")
    date(app, late, "2026-11-01T15:00:00.000Z")

    in_utc = texts(bob, "plan on:2026-11-01", sort="newest")
    with app.app_context(), unit_of_work() as _:
        execute_sql(f"UPDATE {User.__tablename__} SET time_zone = 'Asia/Seoul' WHERE id = ?", (bob.user_id,))

    assert in_utc == ["plan late", "plan early"]
    assert texts(bob, "plan on:2026-11-01") == ["plan early"]
    assert texts(bob, "plan before:2026-11-02") == ["plan early"]
    assert texts(bob, "plan after:2026-11-02") == ["plan late"]
    assert texts(bob, "plan on:2026-11", sort="newest") == ["plan late", "plan early"]
    assert texts(bob, "plan before:2026-11") == []
    assert texts(bob, "이전:2026-11-02") == ["plan early"]


def test_dates_hold_when_the_clock_was_set_back(app, bob, say):
    ids = [say(f"plan {number}") for number in range(3)]
    for message_id, day in zip(ids, ("2026-03-03", "2026-03-01", "2026-03-02"), strict=True):
        date(app, message_id, f"{day}T12:00:00.000Z")

    assert texts(bob, "plan before:2026-03-02") == ["plan 1"]
    assert texts(bob, "plan after:2026-03-03") == ["plan 0"]
    assert sorted(texts(bob, "plan after:2026-03-02")) == ["plan 0", "plan 2"]


def test_has_link(bob, say):
    say("plan at https://example.com")
    say("plan of @Bob Lee")

    assert texts(bob, "plan has:link") == ["plan at https://example.com"]
    assert texts(bob, "포함:링크") == ["plan at https://example.com"]
    assert texts(bob, "plan has:file") == []


def test_operators_alone_give_the_newest_first(bob, say):
    for number in range(3):
        say(f"number {number}")

    assert texts(bob, "from:alice") == ["number 2", "number 1", "number 0"]


# --- The order ---


def test_what_is_said_as_it_was_typed_comes_first_however_old(app, bob, say):
    old = say("다음 회의에서 봅시다")
    say("회의 회의 회의")
    say("회의가 길다")
    date(app, old, "2020-01-01T00:00:00.000Z")

    assert texts(bob, "회의에서")[0] == "다음 회의에서 봅시다"
    assert len(texts(bob, "회의에서")) == 3


def test_words_together_come_before_words_apart(bob, say):
    say("release notes for the team")
    say("notes on why the release was late")

    assert texts(bob, "release notes")[0] == "release notes for the team"


def test_a_word_alone_comes_before_a_part_of_one(bob, say):
    say("배포 오늘입니다")
    say("재배포 오늘입니다")

    assert texts(bob, "배포")[0] == "배포 오늘입니다"


def test_of_equals_the_newer_one_comes_first(app, bob, say):
    old = say("plan one")
    say("plan two")
    date(app, old, "2024-01-01T00:00:00.000Z")

    assert texts(bob, "plan") == ["plan two", "plan one"]


def test_newest_first_is_by_when_it_was_stored(bob, say):
    say("plan plan plan")
    say("and a long way to say that there is some plan")

    assert texts(bob, "plan", sort="newest") == ["and a long way to say that there is some plan", "plan plan plan"]


@pytest.mark.parametrize("sort", ["relevance", "newest"])
def test_pages_hold_everything_once_while_people_go_on_talking(monkeypatch, bob, say, sort):
    monkeypatch.setattr(searching, "BLOCK", 5)
    expected = {say(f"plan {'plan ' * (number % 3)}{number}") for number in range(13)}

    found, cursor = [], None
    for turn in itertools.count():
        answer = search(bob, "plan", sort=sort, limit=3, **({"cursor": cursor} if cursor else {}))
        found += [result["message"]["id"] for result in answer["results"]]
        cursor = answer["next"]
        say(f"plan said meanwhile {turn}")
        if cursor is None:
            break

    assert len(found) == len(set(found))
    assert set(found) == expected
    assert sort == "relevance" or found == sorted(found, reverse=True)


def test_a_page_that_holds_the_last_result_is_the_last(bob, say):
    for number in range(4):
        say(f"plan {number}")

    for sort in ("relevance", "newest"):
        first = search(bob, "plan", sort=sort, limit=2)
        assert search(bob, "plan", sort=sort, limit=2, cursor=first["next"])["next"] is None


def test_stretches_of_the_index_leave_nothing_out(monkeypatch, bob, say):
    monkeypatch.setattr(searching, "FIRST_STRETCH", 2)
    monkeypatch.setattr(searching, "LONGEST_STRETCH", 3)
    expected = [f"plan {number}" for number in range(12)]
    for text in expected:
        say(text)

    assert texts(bob, "plan", sort="newest") == expected[::-1]


def test_when_time_is_up_the_next_page_goes_on(monkeypatch, bob, say):
    monkeypatch.setattr(searching, "FIRST_STRETCH", 2)
    monkeypatch.setattr(searching, "LONGEST_STRETCH", 2)
    monkeypatch.setattr(searching, "BUDGET_SECONDS", 0.0)
    expected = [f"plan {number}" for number in range(7)]
    for text in expected:
        say(text)

    answer = search(bob, "plan")
    found = [result["message"]["text"] for result in answer["results"]]
    while answer["next"] is not None:
        answer = search(bob, "plan", cursor=answer["next"])
        found += [result["message"]["text"] for result in answer["results"]]

    assert found == expected[::-1]


# --- Snippets ---


def test_a_snippet_shows_the_best_part_of_a_long_message(bob, say):
    say("x " * 300 + "the release date of the release" + " y" * 300)

    [result] = search(bob, "release date")["results"]

    assert "the [release date] of the [release]" in marked(result) or "[release] [date]" in marked(result)
    assert sum(len(part["text"]) for part in result["snippet"]) <= 242
    assert marked(result).startswith("…")
    assert marked(result).endswith("…")


def test_a_snippet_marks_what_was_found_and_not_only_what_was_typed(bob, say):
    say("Deployed again, café 재배포했습니다")

    assert [marked(result) for result in search(bob, "deploys CAFE 배포")["results"]] == [
        "[Deployed] again, [café] 재[배포]했습니다"
    ]


def test_a_snippet_is_text_and_never_html(bob, say):
    say('<b onclick="x">hello</b> & `code`')

    [result] = search(bob, "hello")["results"]

    assert marked(result) == '<b onclick="x">[hello]</b> & code'


def test_a_snippet_of_a_message_without_spaces_is_cut_between_signs(bob, say):
    say("가" * 400 + "배포" + "나" * 400)

    [result] = search(bob, "배포")["results"]

    assert "[배포]" in marked(result)
    assert len("".join(part["text"] for part in result["snippet"])) <= 242
