"""Reactions."""

from urllib.parse import quote

import pytest

from tests.conftest import created, post
from tests.values import HUGE_IDS, at_once, keyed, statuses

EMOJI = [
    "👍",
    "❤️",
    "👩‍💻",
    "👍🏽",
    "🇰🇷",
    "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "1️⃣",
    "#️⃣",
    "©️",
    "✅",
    "⭐",
    "ℹ️",
]
NOT_EMOJI = [
    "x",
    "ok",
    ":+:",
    "::",
    ":A B:",
    "가",
    "é",
    "中",
    "1",
    "#",
    " ",
    "\x00",
    "\u202e",
    "\u200b",
    "\ufe0f",
    "👍x",
    "x👍",
    "👍" * 17,
]
NOT_EMOJI += ["<b>", "👍\n", "\u3164", "\ufffd", "..", "%"]


@pytest.fixture
def message(alice, room):
    """Return a message of Alice's."""
    return post(alice, room, "hello")["message"]


def path(message, emoji="👍"):
    return f"/api/messages/{message['id']}/reactions/{quote(emoji, safe='')}"


def reactions(client, message):
    return created(client.get(f"/api/messages/{message['id']}"))["message"]["reactions"]


def head(client, room):
    return created(client.get(f"/api/streams/{room['stream']}/snapshot"))["stream_seq"]


def test_people_react_in_the_order_in_which_they_came(alice, bob, message):
    created(bob.put(path(message, "🎉")))
    created(alice.put(path(message, "👍")))
    answer = created(alice.put(path(message, "🎉")))

    assert answer["message"]["reactions"] == [
        {"emoji": "🎉", "user_ids": [bob.user_id, alice.user_id]},
        {"emoji": "👍", "user_ids": [alice.user_id]},
    ]
    assert answer["message"]["version"] == 1
    assert reactions(bob, message) == answer["message"]["reactions"]


def test_an_outsider_reacts_to_nothing(carol, message):
    assert carol.put(path(message)).get_json() == carol.put(path({"id": 9_999})).get_json()
    assert carol.put(path(message)).status_code == 404
    assert carol.delete(path(message)).status_code == 404


def test_reacting_twice_is_reacting_once_and_says_nothing_more(alice, bob, room, message):
    first = created(bob.put(path(message)))
    before = head(bob, room)

    second = created(bob.put(path(message)))

    assert first == second
    assert head(bob, room) == before


def test_reacting_at_once_is_reacting_once(alice, bob, room, message):
    before = head(bob, room)

    answers = at_once(20, lambda _: bob.put(path(message)))

    assert {answer.status_code for answer in answers} == {200}
    assert reactions(bob, message) == [{"emoji": "👍", "user_ids": [bob.user_id]}]
    assert head(bob, room) == before + 1


def test_a_reaction_is_taken_back_by_who_gave_it(alice, bob, message):
    created(alice.put(path(message)))
    created(bob.put(path(message)))

    created(bob.delete(path(message)))

    assert reactions(alice, message) == [{"emoji": "👍", "user_ids": [alice.user_id]}]


def test_taking_back_what_is_not_there_changes_nothing(bob, room, message):
    before = head(bob, room)

    created(bob.delete(path(message)))

    assert head(bob, room) == before


def test_a_repeat_with_the_same_key_does_not_react_again(bob, message):
    key = keyed()
    created(bob.put(path(message), headers=key))
    created(bob.delete(path(message)))

    created(bob.put(path(message), headers=key))

    assert reactions(bob, message) == []


def test_a_key_of_one_reaction_is_refused_for_another(bob, message):
    key = keyed()
    created(bob.put(path(message), headers=key))

    assert bob.put(path(message, "🎉"), headers=key).get_json()["code"] == "idempotency_key_reused"
    assert bob.delete(path(message), headers=key).get_json()["code"] == "idempotency_key_reused"


def test_all_sorts_of_emoji_are_reactions(bob, message):
    assert statuses(EMOJI, lambda emoji: bob.put(path(message, emoji))) == {200}
    assert [reaction["emoji"] for reaction in reactions(bob, message)] == EMOJI


def test_what_is_no_emoji_is_refused(bob, message):
    assert statuses(NOT_EMOJI, lambda emoji: bob.put(path(message, emoji))) == {422}
    assert statuses(NOT_EMOJI, lambda emoji: bob.delete(path(message, emoji))) == {422}


def test_bytes_that_are_no_text_are_refused(bob, message):
    assert bob.put(f"/api/messages/{message['id']}/reactions/%ff%fe").status_code == 422
    assert bob.put(f"/api/messages/{message['id']}/reactions/%ed%a0%80").status_code == 422


def test_a_message_takes_30_kinds_and_more_people_under_each(alice, bob, message):
    kinds = [chr(0x1F600 + number) for number in range(31)]
    assert statuses(kinds[:15], lambda emoji: bob.put(path(message, emoji))) == {200}
    assert statuses(kinds[15:30], lambda emoji: alice.put(path(message, emoji))) == {200}

    assert alice.put(path(message, kinds[30])).status_code == 422
    assert alice.put(path(message, kinds[0])).status_code == 200


def test_one_person_gives_a_message_20_reactions_at_most(alice, bob, message):
    kinds = [chr(0x1F600 + number) for number in range(21)]
    assert statuses(kinds[:20], lambda emoji: bob.put(path(message, emoji))) == {200}

    assert list(bob.put(path(message, kinds[20])).get_json()["errors"]) == ["emoji"]
    assert alice.put(path(message, kinds[20])).status_code == 200
    created(bob.delete(path(message, kinds[0])))
    assert bob.put(path(message, kinds[20])).status_code == 200


def test_a_deleted_message_takes_no_reactions(alice, bob, message):
    created(bob.put(path(message)))
    created(alice.delete(f"/api/messages/{message['id']}"))

    refused = bob.put(path(message, "🎉"))

    assert (refused.status_code, refused.get_json()["code"]) == (409, "message_deleted")
    assert reactions(bob, message) == []


def test_an_edit_keeps_the_reactions(alice, bob, message):
    created(bob.put(path(message)))

    edited = created(alice.patch(f"/api/messages/{message['id']}", json={"text": "new", "base_version": 1}))

    assert edited["message"]["reactions"] == [{"emoji": "👍", "user_ids": [bob.user_id]}]


def test_an_id_that_nothing_has_is_not_found(alice):
    assert statuses(HUGE_IDS, lambda none: alice.put(path({"id": none}))) == {404}
    assert statuses(HUGE_IDS, lambda none: alice.delete(path({"id": none}))) == {404}
