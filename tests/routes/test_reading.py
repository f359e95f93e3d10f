"""Read marks, and the counts of unread messages and mentions."""

from chat.clock import now_text
from chat.extensions import db
from chat.models import Membership
from tests.conftest import created, post
from tests.values import NOT_AN_ID, NOT_AN_OBJECT, at_once, keyed, statuses


def read(client, room, message_id, **headers):
    return client.put(f"/api/rooms/{room['id']}/read", json={"message_id": message_id}, headers=headers)


def said(client, room, text):
    return post(client, room, text)["message"]["id"]


def counts(client, room):
    seen = created(client.get(f"/api/rooms/{room['id']}"))["room"]
    return seen["unread_count"], seen["mention_count"]


def edit(client, message_id, text, base_version=1):
    created(client.patch(f"/api/messages/{message_id}", json={"text": text, "base_version": base_version}))


def test_what_others_say_is_unread_and_what_i_say_is_not(alice, bob, room):
    said(alice, room, "one")
    said(alice, room, "two @Bob Lee")
    said(bob, room, "mine @Bob Lee")

    assert counts(bob, room) == (2, 1)
    assert counts(alice, room) == (1, 0)


def test_reading_moves_the_mark_and_answers_with_what_is_left(alice, bob, room):
    first = said(alice, room, "one @Bob Lee")
    said(alice, room, "two @Bob Lee")

    answer = created(read(bob, room, first))

    assert answer == {"room_id": room["id"], "message_id": first, "unread_count": 1, "mention_count": 1}
    assert counts(bob, room) == (1, 1)


def test_an_outsider_marks_nothing(alice, carol, room):
    message_id = said(alice, room, "one")

    assert read(carol, room, message_id).status_code == 404
    assert read(carol, room, message_id).get_json() == read(carol, {"id": 9_999}, message_id).get_json()


def test_the_mark_never_moves_back(alice, bob, room):
    first, second = said(alice, room, "one"), said(alice, room, "two")
    created(read(bob, room, second))
    before = created(bob.get(f"/api/streams/user-{bob.user_id}/snapshot"))["stream_seq"]

    answer = created(read(bob, room, first))

    assert answer["message_id"] == second
    assert created(bob.get(f"/api/streams/user-{bob.user_id}/snapshot"))["stream_seq"] == before


def test_marks_at_once_end_at_the_furthest(alice, bob, room):
    ids = [said(alice, room, str(number)) for number in range(10)]

    at_once(10, lambda index: read(bob, room, ids[index]))

    assert created(bob.get(f"/api/rooms/{room['id']}"))["room"]["read_message_id"] == ids[-1]
    assert counts(bob, room) == (0, 0)


def test_reading_is_each_persons_own(alice, bob, carol, room):
    created(alice.post(f"/api/rooms/{room['id']}/members", json={"user_id": carol.user_id}))
    message_id = said(alice, room, "one")

    created(read(bob, room, message_id))

    assert (counts(bob, room), counts(carol, room)) == ((0, 0), (1, 0))


def test_a_deleted_message_is_not_unread(alice, bob, room):
    kept, lost = said(alice, room, "kept"), said(alice, room, "lost @Bob Lee")
    before = counts(bob, room)

    created(alice.delete(f"/api/messages/{lost}"))

    assert before == (2, 1)
    assert counts(bob, room) == (1, 0)
    assert created(read(bob, room, kept))["unread_count"] == 0


def test_an_edit_adds_and_takes_mentions(alice, bob, room):
    message_id = said(alice, room, "nobody")

    edit(alice, message_id, "hello @Bob Lee")
    added = counts(bob, room)
    edit(alice, message_id, "nobody again", base_version=2)

    assert added == (1, 1)
    assert counts(bob, room) == (1, 0)


def test_a_mention_in_what_was_read_already_does_not_count(alice, bob, room):
    message_id = said(alice, room, "nobody")
    created(read(bob, room, message_id))

    edit(alice, message_id, "hello @Bob Lee")

    assert counts(bob, room) == (0, 0)


def test_mentioning_somebody_outside_mentions_nobody(alice, carol, room):
    message = post(alice, room, "hello @Carol Park")["message"]

    assert message["mentions"] == []


def test_mentioning_twice_counts_once(alice, bob, room):
    said(alice, room, "@Bob Lee and @Bob Lee")

    assert counts(bob, room) == (1, 1)


def test_coming_back_to_a_room_starts_at_its_end(alice, bob, room):
    said(alice, room, "one @Bob Lee")
    created(bob.delete(f"/api/rooms/{room['id']}/members/{bob.user_id}"))
    said(alice, room, "two")
    created(alice.post(f"/api/rooms/{room['id']}/members", json={"user_id": bob.user_id}))

    assert counts(bob, room) == (0, 0)


def test_a_message_of_another_room_marks_nothing(alice, bob, room):
    other = created(alice.post("/api/rooms", json={"kind": "closed", "name": "x", "member_ids": [bob.user_id]}))["room"]
    elsewhere = said(alice, other, "elsewhere")
    said(alice, room, "here")

    assert read(bob, room, elsewhere).status_code == 404
    assert counts(bob, room) == (1, 0)


def test_a_message_that_nothing_is_marks_nothing(alice, room):
    assert read(alice, room, 4_242).status_code == 404
    assert statuses(NOT_AN_ID, lambda message_id: read(alice, room, message_id)) == {422}


def test_a_body_that_is_no_object_is_refused(alice, room):
    where = f"/api/rooms/{room['id']}/read"

    assert statuses(NOT_AN_OBJECT, lambda body: alice.put(where, data=body, content_type="application/json")) == {400}


def test_a_mark_sets_the_mark_and_nothing_else(app, alice, bob, room):
    message_id = said(alice, room, "one")
    body = {"message_id": message_id, "user_id": alice.user_id, "role": "owner", "joined_at": now_text()}

    created(bob.put(f"/api/rooms/{room['id']}/read", json=body))

    with app.app_context():
        marks = {row.user_id: (row.role, row.read_message_id) for row in db.session.query(Membership)}
    assert marks == {alice.user_id: ("owner", 0), bob.user_id: ("member", message_id)}


def test_a_repeated_mark_gets_the_same_answer(alice, bob, room):
    message_id = said(alice, room, "one")
    key = keyed()

    first = read(bob, room, message_id, **key)
    said(alice, room, "two")

    assert read(bob, room, message_id, **key).get_json() == first.get_json()
    assert read(bob, room, message_id + 1, **key).get_json()["code"] == "idempotency_key_reused"


def test_deleting_and_reading_at_once_leaves_exact_counts(alice, bob, room):
    ids = [said(alice, room, f"{number} @Bob Lee") for number in range(8)]
    works = [
        lambda: read(bob, room, ids[3]),
        *[lambda id_=id_: alice.delete(f"/api/messages/{id_}") for id_ in ids[2:6]],
    ]

    at_once(len(works), lambda index: works[index]())

    assert counts(bob, room) == (2, 2)


def test_an_archived_room_can_still_be_read(alice, bob, room):
    message_id = said(alice, room, "one")
    created(alice.patch(f"/api/rooms/{room['id']}", json={"archived": True}))

    assert created(read(bob, room, message_id))["unread_count"] == 0


def test_the_list_of_rooms_carries_the_same_counts(alice, bob, room):
    said(alice, room, "one @Bob Lee")

    (listed,) = created(bob.get("/api/rooms"))["rooms"]

    assert (listed["unread_count"], listed["mention_count"]) == counts(bob, room) == (1, 1)


def test_unread_counts_do_not_see_rooms_that_i_am_not_in(alice, carol, room):
    said(alice, room, "one @Carol Park")

    assert created(carol.get("/api/rooms"))["rooms"] == []
