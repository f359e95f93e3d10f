"""The list of what calls me, in all of my rooms."""

import pytest

from tests.conftest import created, post


@pytest.fixture
def hall(alice, bob):
    """Return an open room that Alice and Bob are in."""
    body = {"kind": "open", "name": "hall", "member_ids": [bob.user_id]}
    return created(alice.post("/api/rooms", json=body))["room"]


def listed(client, query=""):
    return created(client.get(f"/api/mentions{query}"))


def texts(client, query=""):
    return [each["message"]["text"] for each in listed(client, query)["mentions"]]


def watch(client, *words):
    created(client.patch("/api/me/preferences", json={"keywords": list(words)}))


def test_mentions_of_all_rooms_stand_with_the_newest_first(alice, bob, room, hall):
    post(alice, room, "first @Bob Lee")
    post(alice, hall, "@room second")
    post(alice, hall, "nobody")
    post(bob, hall, "myself @Bob Lee")

    found = listed(bob)

    assert [each["message"]["text"] for each in found["mentions"]] == ["@room second", "first @Bob Lee"]
    assert [each["kind"] for each in found["mentions"]] == ["room", "name"]
    assert found["mentions"][0]["room"] == {"id": hall["id"], "kind": "open", "name": "hall", "member_ids": None}
    assert found["next"] is None
    assert texts(alice) == []


def test_a_message_in_the_list_is_the_message(alice, bob, room):
    message = post(alice, room, "@Bob Lee")["message"]

    assert listed(bob)["mentions"][0]["message"] == message


def test_nobody_else_finds_them(alice, bob, carol, room):
    post(alice, room, "@Bob Lee @Carol Park")

    assert texts(carol) == []


def test_nobody_finds_them_signed_out(anonymous):
    assert anonymous.get("/api/mentions").status_code == 401


def test_whoever_was_removed_since_finds_nothing(alice, bob, room):
    post(alice, room, "@Bob Lee a secret")
    created(alice.delete(f"/api/rooms/{room['id']}/members/{bob.user_id}"))

    assert texts(bob) == []


def test_what_was_deleted_or_edited_away_is_gone(alice, bob, room):
    deleted = post(alice, room, "@Bob Lee deleted")["message"]
    edited = post(alice, room, "@Bob Lee edited")["message"]
    created(alice.delete(f"/api/messages/{deleted['id']}"))
    created(alice.patch(f"/api/messages/{edited['id']}", json={"text": "nobody", "base_version": 1}))

    assert texts(bob) == []


def test_what_is_edited_in_comes(alice, bob, room):
    message = post(alice, room, "nobody")["message"]
    created(alice.patch(f"/api/messages/{message['id']}", json={"text": "@Bob Lee", "base_version": 1}))

    assert texts(bob) == ["@Bob Lee"]


def test_what_was_read_is_told_from_what_was_not(alice, bob, room):
    first = post(alice, room, "first @Bob Lee")["message"]
    post(alice, room, "second @Bob Lee")
    created(bob.put(f"/api/rooms/{room['id']}/read", json={"message_id": first["id"]}))

    assert [each["is_unread"] for each in listed(bob)["mentions"]] == [True, False]


def test_pages_follow_each_other(alice, bob, room):
    for number in range(5):
        post(alice, room, f"{number} @Bob Lee")

    first = listed(bob, "?limit=2")
    second = listed(bob, f"?limit=2&before={first['next']}")
    third = listed(bob, f"?limit=2&before={second['next']}")

    shown = [each["message"]["text"][0] for page in (first, second, third) for each in page["mentions"]]
    assert shown == ["4", "3", "2", "1", "0"]
    assert third["next"] is None


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "before=-1", "before=x", f"before={10**17}"])
def test_nonsense_is_refused(bob, query):
    assert bob.get(f"/api/mentions?{query}").status_code == 422


# Keywords


def test_keywords_are_listed_too(app, alice, bob, room):
    watch(bob, "outage", "장애")
    post(alice, room, "an Outage")
    post(alice, room, "outages")
    post(alice, room, "장애입니다")
    post(bob, room, "my outage")
    app.extensions["listeners"].drain("search_index")

    assert texts(bob) == ["장애입니다", "an Outage"]
    assert {each["kind"] for each in listed(bob)["mentions"]} == {"keyword"}
    assert created(bob.get(f"/api/rooms/{room['id']}"))["room"]["mention_count"] == 0


def test_a_mention_with_a_keyword_is_a_mention(app, alice, bob, room):
    watch(bob, "outage")
    post(alice, room, "an outage @Bob Lee")
    app.extensions["listeners"].drain("search_index")

    assert [each["kind"] for each in listed(bob)["mentions"]] == ["name"]


def test_keywords_find_nothing_where_one_is_not(app, alice, bob, carol, room):
    watch(carol, "outage")
    watch(bob, "outage")
    post(alice, room, "an outage")
    app.extensions["listeners"].drain("search_index")
    created(alice.delete(f"/api/rooms/{room['id']}/members/{bob.user_id}"))

    assert texts(carol) == []
    assert texts(bob) == []


def test_a_keyword_that_is_not_watched_any_more_lists_nothing(app, alice, bob, room):
    watch(bob, "outage")
    post(alice, room, "an outage")
    app.extensions["listeners"].drain("search_index")
    watch(bob, "billing")

    assert texts(bob) == []


def test_a_keyword_follows_edits_and_deletions(app, alice, bob, room):
    watch(bob, "outage")
    edited = post(alice, room, "an outage")["message"]
    deleted = post(alice, room, "another outage")["message"]
    app.extensions["listeners"].drain("search_index")
    created(alice.patch(f"/api/messages/{edited['id']}", json={"text": "all well", "base_version": 1}))
    created(alice.delete(f"/api/messages/{deleted['id']}"))
    app.extensions["listeners"].drain("search_index")

    assert texts(bob) == []


def test_keywords_find_what_was_said_before_too(app, alice, bob, room):
    post(alice, room, "an outage")
    app.extensions["listeners"].drain("search_index")
    watch(bob, "outage", '"', "C++", "!")

    assert texts(bob) == ["an outage"]


def test_pages_of_keywords_and_mentions_follow_each_other(app, alice, bob, room):
    watch(bob, "art")
    for number in range(4):
        post(alice, room, f"{number} art")
        post(alice, room, f"{number} @Bob Lee")
        post(alice, room, f"{number} arts, in parts")
    app.extensions["listeners"].drain("search_index")

    shown, query = [], "?limit=2"
    while query:
        page = listed(bob, query)
        shown += [each["message"]["text"].removesuffix(" Lee") for each in page["mentions"]]
        query = page["next"] and f"?limit=2&before={page['next']}"

    assert shown == ["3 @Bob", "3 art", "2 @Bob", "2 art", "1 @Bob", "1 art", "0 @Bob", "0 art"]
