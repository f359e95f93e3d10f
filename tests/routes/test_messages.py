"""Posting, showing, editing and deleting messages."""

import json
import unicodedata

import pytest

from tests.conftest import created, post
from tests.values import (
    HUGE_IDS,
    INVISIBLE_TEXTS,
    NOT_AN_ID,
    NOT_AN_OBJECT,
    NOT_TEXT,
    UNSTORABLE_TEXTS,
    at_once,
    keyed,
    statuses,
)


def path(room):
    return f"/api/rooms/{room['id']}/messages"


def message_path(answer):
    return f"/api/messages/{answer['message']['id']}"


def edit(client, answer, text, base_version=1, **headers):
    return client.patch(message_path(answer), json={"text": text, "base_version": base_version}, headers=headers)


# Posting


def test_a_posted_message_comes_back_with_its_place_in_the_log(alice, room):
    answer = post(alice, room, "안녕하세요 **all**")

    assert answer["message"]["html"] == "<p>안녕하세요 <strong>all</strong></p>"
    assert answer["message"]["version"] == 1
    assert answer["stream"] == room["stream"]


def test_a_message_has_exactly_the_documented_keys(alice, room):
    assert set(post(alice, room, "hello")["message"]) == {
        *("id", "room_id", "parent_id", "author_id", "client_id", "text", "html", "version", "created_at"),
        *("edited_at", "deleted_at", "mentions", "mentions_room", "reactions", "attachments", "also_in_room", "thread"),
        *("quoted_id", "poll", "previews"),
    }


def test_an_outsider_cannot_tell_that_the_room_exists(carol, room):
    closed = carol.post(path(room), json={"text": "hello"})
    absent = carol.post("/api/rooms/9999/messages", json={"text": "hello"})

    assert closed.status_code == absent.status_code == 404
    assert closed.get_json() == absent.get_json()


def test_nobody_posts_signed_out(anonymous, room):
    assert anonymous.post(path(room), json={"text": "hello"}).status_code == 401


def test_a_text_of_another_type_is_refused(alice, room):
    assert statuses(NOT_TEXT, lambda text: alice.post(path(room), json={"text": text})) == {422}


def test_a_body_that_is_no_object_is_refused(alice, room):
    answers = [alice.post(path(room), data=body, content_type="application/json") for body in NOT_AN_OBJECT]

    assert {(answer.status_code, answer.get_json()["code"]) for answer in answers} == {(400, "malformed_json")}


def test_a_text_that_cannot_be_stored_or_seen_is_refused(alice, room):
    bodies = [json.dumps({"text": text}) for text in [*UNSTORABLE_TEXTS, *INVISIBLE_TEXTS]]
    answers = [alice.post(path(room), data=body, content_type="application/json") for body in bodies]

    assert {(answer.status_code, *answer.get_json()["errors"]) for answer in answers} == {(422, "text")}


def test_a_parent_that_is_no_id_is_refused(alice, room):
    wrong = [value for value in NOT_AN_ID if value is not None]

    assert statuses(wrong, lambda parent: alice.post(path(room), json={"text": "x", "parent_id": parent})) == {422}


def test_attachments_that_are_none_are_refused(alice, room):
    wrong = ["x", 1, {}, ["x"], [0], [1, 1], True, None]

    assert statuses(wrong, lambda ids: alice.post(path(room), json={"text": "x", "attachment_ids": ids})) == {422}


def test_a_room_id_that_nothing_has_is_not_found(alice):
    assert statuses(HUGE_IDS, lambda none: alice.post(f"/api/rooms/{none}/messages", json={"text": "x"})) == {404}


def test_4000_characters_fit_and_4001_do_not(alice, room):
    fitting = alice.post(path(room), json={"text": "x" * 4_000})
    too_long = alice.post(path(room), json={"text": "x" * 4_001})

    assert fitting.status_code == 201
    assert too_long.status_code == 422
    assert too_long.get_json()["errors"] == {"text": "This is too long."}


def test_the_length_is_counted_in_the_characters_that_are_stored(alice, room):
    decomposed = unicodedata.normalize("NFD", "한" * 4_000)

    stored = post(alice, room, decomposed)["message"]["text"]

    assert stored == "한" * 4_000


def test_one_visible_character_is_a_message_also_an_emoji_newer_than_this_python(alice, room):
    texts = ["👍", "?", "ㅋ", "1", "。", "🇰🇷", "👩‍💻", "é", "\U0001fae9", "\U0001fac8"]

    assert [post(alice, room, text)["message"]["text"] for text in texts] == texts


def test_what_a_client_may_not_choose_is_ignored(alice, bob, room):
    body = {"text": "x", "author_id": bob.user_id, "id": 77, "version": 9, "html": "<b>", "created_at": "1970"}

    message = created(alice.post(path(room), json=body))["message"]

    assert (message["author_id"], message["version"], message["html"]) == (alice.user_id, 1, "<p>x</p>")
    assert message["id"] != 77


def test_a_reply_hangs_under_its_parent(alice, bob, room):
    parent = post(alice, room, "question")["message"]

    reply = created(bob.post(path(room), json={"text": "answer", "parent_id": parent["id"]}))["message"]

    assert reply["parent_id"] == parent["id"]


def test_a_reply_to_a_reply_is_refused(alice, room):
    parent = post(alice, room, "question")["message"]
    reply = created(alice.post(path(room), json={"text": "answer", "parent_id": parent["id"]}))["message"]

    assert alice.post(path(room), json={"text": "more", "parent_id": reply["id"]}).status_code == 422


def test_a_parent_in_another_room_is_refused_like_one_that_does_not_exist(alice, bob, room):
    other = created(bob.post("/api/rooms", json={"kind": "closed", "name": "bobs own"}))["room"]
    hidden = post(bob, other, "a whisper")["message"]

    elsewhere = alice.post(path(room), json={"text": "x", "parent_id": hidden["id"]})
    nowhere = alice.post(path(room), json={"text": "x", "parent_id": 4_242})

    assert elsewhere.status_code == nowhere.status_code == 422
    assert elsewhere.get_json() == nowhere.get_json()


def test_a_refused_post_leaves_no_message_behind(alice, room):
    alice.post(path(room), json={"text": "x", "parent_id": 4_242})

    assert created(alice.get(path(room)))["messages"] == []


def test_a_body_over_the_limit_is_refused_with_a_problem(alice, room):
    answer = alice.post(path(room), data=b"x" * (7 * 1024 * 1024), content_type="application/json")

    assert answer.status_code == 413
    assert answer.get_json()["code"] == "too_large"


# Repeating a post


def test_a_repeat_gets_the_same_body_with_200_and_stores_nothing(alice, room):
    key = keyed()

    first = alice.post(path(room), json={"text": "once"}, headers=key)
    second = alice.post(path(room), json={"text": "once"}, headers=key)

    assert (first.status_code, second.status_code) == (201, 200)
    assert first.get_json() == second.get_json()
    assert first.get_json()["message"]["client_id"] == key["Idempotency-Key"]
    assert len(created(alice.get(path(room)))["messages"]) == 1


@pytest.mark.parametrize("change", [{"text": "another"}, {"parent_id": 1}])
def test_a_key_stands_for_one_request_only(alice, room, change):
    post(alice, room, "parent")
    key = keyed()
    alice.post(path(room), json={"text": "once"}, headers=key)

    answer = alice.post(path(room), json={"text": "once", **change}, headers=key)

    assert answer.status_code == 422
    assert answer.get_json()["code"] == "idempotency_key_reused"


def test_a_key_that_was_used_in_another_room_is_refused(alice, room):
    other = created(alice.post("/api/rooms", json={"kind": "closed", "name": "other"}))["room"]
    key = keyed()
    alice.post(path(room), json={"text": "once"}, headers=key)

    assert alice.post(path(other), json={"text": "once"}, headers=key).status_code == 422


def test_the_same_key_of_another_person_is_another_key(alice, bob, room):
    key = keyed()

    alices = alice.post(path(room), json={"text": "hers"}, headers=key)
    bobs = bob.post(path(room), json={"text": "his"}, headers=key)

    assert (alices.status_code, bobs.status_code) == (201, 201)
    assert alices.get_json()["message"]["id"] != bobs.get_json()["message"]["id"]


def test_a_repeat_after_an_edit_gets_the_message_as_it_is_now(alice, room):
    key = keyed()
    first = created(alice.post(path(room), json={"text": "before"}, headers=key))
    created(edit(alice, first, "after"))

    again = created(alice.post(path(room), json={"text": "before"}, headers=key))

    assert (again["message"]["text"], again["message"]["version"]) == ("after", 2)
    assert (again["seq"], again["stream_seq"]) == (first["seq"], first["stream_seq"])


def test_a_repeat_after_the_deletion_brings_nothing_of_the_text_back(alice, room):
    key = keyed()
    first = created(alice.post(path(room), json={"text": "a whisper"}, headers=key))
    created(alice.delete(message_path(first)))

    again = alice.post(path(room), json={"text": "a whisper"}, headers=key)

    assert again.status_code == 200
    assert "whisper" not in again.get_data(as_text=True)
    assert len(created(alice.get(path(room)))["messages"]) == 1


def test_a_key_that_is_no_uuid_is_refused(alice, room):
    wrong = ["x", "1", "", "0" * 31, "not-a-uuid-at-all", "00000000-0000-0000-0000-00000000000g", "-" * 999 + "0" * 32]
    wrong += ["urn:uuid:{" + "0" * 32 + "}", "0_0" + "0" * 29]
    answers = [alice.post(path(room), json={"text": "x"}, headers={"Idempotency-Key": key}) for key in wrong]

    assert {(answer.status_code, *answer.get_json()["errors"]) for answer in answers} == {(422, "idempotency_key")}


def test_fifty_posts_at_once_with_one_key_are_one_message(alice, room):
    key = keyed()

    answers = at_once(50, lambda _: alice.post(path(room), json={"text": "once"}, headers=key))

    assert sorted(answer.status_code for answer in answers) == [200] * 49 + [201]
    assert len({answer.get_data() for answer in answers}) == 1
    assert len(created(alice.get(path(room)))["messages"]) == 1


def test_posts_at_once_get_ids_in_the_order_of_a_dense_stream(alice, bob, room):
    before = created(alice.get(f"/api/streams/{room['stream']}/snapshot"))["stream_seq"]
    people = [alice, bob]

    answers = at_once(40, lambda index: post(people[index % 2], room, str(index)))

    in_order = sorted(answers, key=lambda answer: answer["stream_seq"])
    assert [answer["stream_seq"] for answer in in_order] == list(range(before + 1, before + 41))
    assert in_order == sorted(answers, key=lambda answer: answer["message"]["id"])
    assert in_order == sorted(answers, key=lambda answer: answer["seq"])


# Showing


def test_a_member_sees_a_message(alice, bob, room):
    answer = post(alice, room, "hello")

    assert created(bob.get(message_path(answer))) == {"message": answer["message"]}


def test_an_outsider_sees_no_message(alice, carol, room):
    answer = post(alice, room, "hello")

    assert carol.get(message_path(answer)).get_json() == carol.get("/api/messages/9999").get_json()
    assert carol.get(message_path(answer)).status_code == 404


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_a_message_id_that_nothing_has_is_not_found(alice, method):
    body = {"text": "x", "base_version": 1}

    assert statuses(HUGE_IDS, lambda none: alice.open(f"/api/messages/{none}", method=method, json=body)) == {404}


def test_a_message_id_that_is_no_number_is_not_found(alice, room):
    post(alice, room, "the first")

    assert statuses(["-1", "x", "1.5", "1e3", "%00", "١"], lambda none: alice.get(f"/api/messages/{none}")) == {404}


# Editing


def test_an_edit_changes_text_html_and_version(alice, bob, room):
    answer = post(alice, room, "before")

    edited = created(edit(alice, answer, "**after**"))

    assert (edited["message"]["text"], edited["message"]["version"]) == ("**after**", 2)
    assert edited["message"]["html"] == "<p><strong>after</strong></p>"
    assert edited["message"]["edited_at"] is not None
    assert edited["stream_seq"] == answer["stream_seq"] + 1
    assert created(bob.get(message_path(answer)))["message"] == edited["message"]


def test_an_outsider_cannot_tell_that_the_message_exists_by_editing(alice, carol, room):
    answer = post(alice, room, "hello")

    refused = edit(carol, answer, "mine")

    assert refused.status_code == 404
    assert created(alice.get(message_path(answer)))["message"]["text"] == "hello"


def test_a_fellow_member_cannot_edit_not_even_the_owner(alice, bob, room):
    answer = post(bob, room, "bobs")

    refused = edit(alice, answer, "mine")

    assert refused.status_code == 403
    assert refused.get_json()["code"] == "not_your_message"


def test_an_edit_on_an_older_version_conflicts_and_brings_the_present_one(alice, room):
    answer = post(alice, room, "one")
    current = created(edit(alice, answer, "two"))["message"]

    refused = edit(alice, answer, "three", base_version=1)

    assert refused.status_code == 409
    assert refused.get_json()["code"] == "edit_conflict"
    assert refused.get_json()["message"] == current


def test_an_edit_on_a_version_that_is_not_there_yet_conflicts(alice, room):
    assert edit(alice, post(alice, room, "one"), "two", base_version=7).status_code == 409


def test_of_two_edits_at_once_one_wins_and_the_other_conflicts(alice, room):
    answer = post(alice, room, "start")

    answers = at_once(2, lambda index: edit(alice, answer, f"edit {index}"))

    by_status = {edited.status_code: edited.get_json() for edited in answers}
    assert sorted(by_status) == [200, 409]
    assert by_status[409]["message"] == by_status[200]["message"]


def test_the_same_text_again_is_no_new_version(alice, room):
    answer = post(alice, room, "same")

    assert created(edit(alice, answer, "same")) == answer


def test_a_deleted_message_cannot_be_edited(alice, room):
    answer = post(alice, room, "hello")
    created(alice.delete(message_path(answer)))

    refused = edit(alice, answer, "again", base_version=2)

    assert refused.status_code == 409
    assert refused.get_json()["code"] == "message_deleted"


def test_an_edit_with_a_text_of_another_type_is_refused(alice, room):
    answer = post(alice, room, "x")

    assert statuses(NOT_TEXT, lambda text: edit(alice, answer, text)) == {422}


def test_an_edit_with_a_version_that_is_none_is_refused(alice, room):
    answer = post(alice, room, "x")

    assert statuses(NOT_AN_ID, lambda version: edit(alice, answer, "y", base_version=version)) == {422}


def test_an_edit_holds_the_rules_of_a_post(alice, room):
    where = message_path(post(alice, room, "x"))
    texts = ["x" * 4_001, *UNSTORABLE_TEXTS, *INVISIBLE_TEXTS]
    bodies = [json.dumps({"text": text, "base_version": 1}) for text in texts]

    assert statuses(bodies, lambda body: alice.patch(where, data=body, content_type="application/json")) == {422}


def test_an_edit_without_an_object_is_refused(alice, room):
    where = message_path(post(alice, room, "x"))

    assert statuses(NOT_AN_OBJECT, lambda body: alice.patch(where, data=body, content_type="application/json")) == {400}


def test_an_edit_sets_the_text_and_nothing_else(alice, bob, room):
    answer = post(alice, room, "x")
    body = {"text": "y", "base_version": 1, "author_id": bob.user_id, "room_id": 99, "deleted_at": "now", "version": 50}

    edited = created(alice.patch(message_path(answer), json=body))["message"]

    assert (edited["author_id"], edited["room_id"], edited["deleted_at"], edited["version"]) == (
        alice.user_id,
        room["id"],
        None,
        2,
    )


def test_a_repeated_edit_changes_nothing_and_gets_the_same_answer(alice, room):
    answer = post(alice, room, "x")
    key = keyed()

    first = edit(alice, answer, "y", **key)
    second = edit(alice, answer, "y", **key)

    assert (first.status_code, second.status_code) == (200, 200)
    assert first.get_json() == second.get_json()


def test_a_key_of_one_edit_is_refused_for_another(alice, room):
    answer = post(alice, room, "x")
    key = keyed()
    created(edit(alice, answer, "y", **key))

    assert edit(alice, answer, "z", base_version=2, **key).get_json()["code"] == "idempotency_key_reused"


def test_a_repeated_edit_after_the_deletion_brings_nothing_of_the_text_back(alice, room):
    answer = post(alice, room, "x")
    key = keyed()
    created(edit(alice, answer, "a whisper", **key))
    created(alice.delete(message_path(answer)))

    again = edit(alice, answer, "a whisper", **key)

    assert again.status_code == 200
    assert "whisper" not in again.get_data(as_text=True)


def test_a_repeated_reaction_after_the_deletion_brings_nothing_of_the_text_back(alice, bob, room):
    answer = post(alice, room, "a whisper")
    key = keyed()
    created(bob.put(f"{message_path(answer)}/reactions/👍", headers=key))
    created(alice.delete(message_path(answer)))

    again = bob.put(f"{message_path(answer)}/reactions/👍", headers=key)

    assert "whisper" not in again.get_data(as_text=True)


def test_a_repeated_write_shows_nothing_to_somebody_who_was_removed_since(alice, bob, room):
    answer = post(alice, room, "a whisper")
    key = keyed()
    created(bob.put(f"{message_path(answer)}/reactions/👍", headers=key))
    created(alice.delete(f"/api/rooms/{room['id']}/members/{bob.user_id}"))

    again = bob.put(f"{message_path(answer)}/reactions/👍", headers=key)

    assert again.status_code == 404
    assert "whisper" not in again.get_data(as_text=True)


# Deleting


def test_a_deletion_leaves_a_tombstone(alice, bob, room):
    answer = post(alice, room, "hello @Bob Lee")
    bob.put(f"{message_path(answer)}/reactions/👍")

    deleted = created(alice.delete(message_path(answer)))

    tombstone = deleted["message"]
    assert tombstone["deleted_at"] is not None
    assert (tombstone["text"], tombstone["html"], tombstone["version"]) == ("", "", 2)
    assert (tombstone["mentions"], tombstone["reactions"], tombstone["attachments"]) == ([], [], [])
    assert set(deleted) == {"message", "stream", "stream_seq", "seq", "epoch"}
    assert created(bob.get(message_path(answer)))["message"] == tombstone


def test_an_outsider_cannot_tell_that_the_message_exists_by_deleting(alice, carol, room):
    answer = post(alice, room, "hello")

    assert carol.delete(message_path(answer)).status_code == 404
    assert created(alice.get(message_path(answer)))["message"]["text"] == "hello"


def test_a_fellow_member_cannot_delete(alice, bob, room):
    answer = post(alice, room, "hello")

    assert bob.delete(message_path(answer)).status_code == 403


def test_a_deletion_that_rests_on_an_older_version_conflicts(alice, room):
    answer = post(alice, room, "one")
    current = created(edit(alice, answer, "two"))["message"]

    refused = alice.delete(message_path(answer), json={"base_version": 1})

    assert refused.status_code == 409
    assert refused.get_json()["message"] == current


def test_a_deletion_with_a_version_that_is_none_is_refused(alice, room):
    where = message_path(post(alice, room, "x"))

    assert statuses(NOT_AN_ID, lambda version: alice.delete(where, json={"base_version": version})) == {422}


def test_deleting_twice_is_deleting_once(alice, room):
    answer = post(alice, room, "hello")

    first = created(alice.delete(message_path(answer)))
    second = created(alice.delete(message_path(answer)))

    assert second["message"] == first["message"]


def test_of_an_edit_and_a_deletion_at_once_the_deletion_stands(alice, room):
    answer = post(alice, room, "start")
    changes = [lambda: edit(alice, answer, "edited"), lambda: alice.delete(message_path(answer))]

    at_once(2, lambda index: changes[index]())

    message = created(alice.get(message_path(answer)))["message"]
    assert (message["text"], message["deleted_at"] is None) == ("", False)


def test_after_a_deletion_the_text_is_nowhere_in_the_database(app, alice, room, settings):
    answer = post(alice, room, "first whisper")
    created(edit(alice, answer, "second whisper", **keyed()))
    created(alice.put(f"{message_path(answer)}/reactions/👍", headers=keyed()))
    created(alice.delete(message_path(answer)))

    dump = "\n".join(app.extensions["writer"].sqlite.iterdump())

    assert "whisper" not in dump
