"""Who is in a room: see, add, remove, leave."""

import pytest

from chat.clock import now_text
from chat.extensions import db
from chat.models import Room, User
from chat.unit_of_work import unit_of_work
from tests.conftest import created, post, sign_up
from tests.values import HUGE_IDS, NOT_AN_ID, NOT_AN_OBJECT, at_once, keyed, statuses


def path(room):
    return f"/api/rooms/{room['id']}/members"


def add(client, room, person, **headers):
    return client.post(path(room), json={"user_id": person.user_id}, headers=headers)


def remove(client, room, person):
    return client.delete(f"{path(room)}/{person.user_id}")


def member_ids(client, room):
    return [member["user_id"] for member in created(client.get(path(room)))["members"]]


@pytest.fixture
def direct(alice, bob):
    """Return the direct room of Alice and Bob."""
    return created(alice.post("/api/rooms", json={"kind": "direct", "member_ids": [bob.user_id]}))["room"]


@pytest.fixture
def default_room(app, alice, bob):
    """Return an open room that everybody is in."""
    body = {"kind": "open", "name": "general", "member_ids": [bob.user_id]}
    found = created(alice.post("/api/rooms", json=body))["room"]
    with app.app_context(), unit_of_work():
        db.session.get_one(Room, found["id"]).is_default = True
    return found


def test_members_see_who_is_in_the_room(alice, bob, room):
    found = created(bob.get(path(room)))

    assert [(member["user_id"], member["role"]) for member in found["members"]] == [
        (alice.user_id, "owner"),
        (bob.user_id, "member"),
    ]
    assert [user["name"] for user in found["users"]] == ["Alice Kim", "Bob Lee"]
    assert set(found["members"][0]) == {"user_id", "room_id", "role", "joined_at"}


def test_an_outsider_does_not_see_who_is_in_the_room_not_even_an_open_one(alice, carol, room):
    hall = created(alice.post("/api/rooms", json={"kind": "open", "name": "hall"}))["room"]

    assert carol.get(path(room)).status_code == 404
    assert carol.get(path(hall)).status_code == 404


def test_any_member_adds_people(bob, carol, room):
    answer = add(bob, room, carol)

    assert answer.status_code == 201
    assert answer.get_json()["member"]["user_id"] == carol.user_id
    assert carol.user_id in member_ids(carol, room)


def test_an_outsider_cannot_add_themselves(carol, room):
    refused = add(carol, room, carol)

    assert refused.status_code == 404
    assert refused.get_json() == carol.post("/api/rooms/9999/members", json={"user_id": carol.user_id}).get_json()


def test_somebody_new_reads_the_history_and_has_nothing_unread(alice, carol, room):
    post(alice, room, "before @Carol Park")
    created(add(alice, room, carol))

    seen = created(carol.get(f"/api/rooms/{room['id']}"))["room"]

    assert (seen["unread_count"], seen["mention_count"]) == (0, 0)
    assert len(created(carol.get(f"/api/rooms/{room['id']}/messages"))["messages"]) == 1


def test_adding_twice_is_adding_once(alice, carol, room):
    first = created(add(alice, room, carol))
    second = created(add(alice, room, carol))

    assert first == second
    assert member_ids(alice, room).count(carol.user_id) == 1


def test_adding_at_once_is_adding_once(alice, bob, carol, room):
    answers = at_once(10, lambda index: add([alice, bob][index % 2], room, carol))

    assert {answer.status_code for answer in answers} == {201}
    assert member_ids(alice, room).count(carol.user_id) == 1


def test_a_repeat_with_the_same_key_does_not_bring_somebody_back(alice, carol, room):
    key = keyed()
    created(add(alice, room, carol, **key))
    created(remove(alice, room, carol))

    repeated = add(alice, room, carol, **key)

    assert repeated.status_code == 201
    assert carol.user_id not in member_ids(alice, room)


def test_a_person_who_is_none_is_refused(alice, room):
    wrong = [*NOT_AN_ID, 4_242]

    assert statuses(wrong, lambda user_id: alice.post(path(room), json={"user_id": user_id})) == {422}
    assert list(alice.post(path(room), json={"user_id": 4_242}).get_json()["errors"]) == ["user_id"]


def test_a_body_that_is_no_object_is_refused(alice, room):
    assert statuses(NOT_AN_OBJECT, lambda body: alice.post(path(room), data=body, content_type="application/json")) == {
        400
    }


def test_somebody_who_was_deactivated_is_not_added(app, alice, carol, room):
    with app.app_context(), unit_of_work():
        db.session.get_one(User, carol.user_id).deactivated_at = now_text()

    assert add(alice, room, carol).status_code == 422


def test_nobody_is_added_to_an_archived_room(alice, carol, room):
    created(alice.patch(f"/api/rooms/{room['id']}", json={"archived": True}))

    assert add(alice, room, carol).get_json()["code"] == "room_archived"


def test_nobody_is_added_to_a_direct_room(alice, carol, direct):
    refused = add(alice, direct, carol)

    assert (refused.status_code, refused.get_json()["code"]) == (409, "direct_room")


def test_nobody_makes_themselves_owner_of_a_room(alice, carol, room):
    body = {"user_id": carol.user_id, "role": "owner", "from_seq": 0}

    assert created(alice.post(path(room), json=body))["member"]["role"] == "member"


def test_who_made_the_room_removes_people(alice, bob, room):
    removed = remove(alice, room, bob)

    assert (removed.status_code, removed.get_json()) == (200, {})
    assert member_ids(alice, room) == [alice.user_id]
    assert bob.get(f"/api/rooms/{room['id']}").status_code == 404


def test_a_member_removes_nobody_else(alice, bob, carol, room):
    created(add(alice, room, carol))

    assert remove(bob, room, alice).status_code == 403
    assert remove(bob, room, carol).status_code == 403
    assert len(member_ids(alice, room)) == 3


def test_an_admin_in_the_room_removes_people(app, alice, bob, room):
    admin = sign_up(app, "Dana Cho", role="admin")
    created(add(alice, room, admin))

    assert remove(admin, room, bob).status_code == 200


def test_an_outsider_removes_nobody(bob, carol, room):
    assert remove(carol, room, bob).status_code == 404
    assert remove(carol, room, carol).status_code == 404
    assert bob.get(f"/api/rooms/{room['id']}").status_code == 200


def test_everybody_may_leave(alice, bob, room):
    assert remove(bob, room, bob).status_code == 200
    assert member_ids(alice, room) == [alice.user_id]


def test_who_left_sees_nothing_any_more(alice, bob, room):
    message = post(alice, room, "hello")["message"]
    created(remove(bob, room, bob))

    wheres = [f"/api/rooms/{room['id']}", path(room), f"/api/rooms/{room['id']}/messages"]
    wheres += [f"/api/messages/{message['id']}", f"/api/streams/{room['stream']}/snapshot"]

    assert statuses(wheres, bob.get) == {404}


def test_leaving_twice_is_not_found(bob, room):
    created(remove(bob, room, bob))

    assert remove(bob, room, bob).status_code == 404


def test_somebody_who_is_not_in_the_room_is_not_removed(alice, carol, room):
    assert remove(alice, room, carol).status_code == 404


def test_nobody_leaves_a_direct_room(alice, bob, direct):
    assert remove(bob, direct, bob).get_json()["code"] == "direct_room"
    assert remove(alice, direct, bob).get_json()["code"] == "direct_room"


def test_nobody_leaves_the_default_room(alice, bob, default_room):
    assert remove(bob, default_room, bob).get_json()["code"] == "default_room"
    assert remove(alice, default_room, bob).get_json()["code"] == "default_room"


def test_an_id_that_nothing_has_is_not_found(alice, room):
    assert statuses(HUGE_IDS, lambda none: alice.post(f"/api/rooms/{none}/members", json={"user_id": 1})) == {404}
    assert statuses(HUGE_IDS, lambda none: alice.delete(f"/api/rooms/{none}/members/1")) == {404}
    assert statuses(HUGE_IDS, lambda none: alice.delete(f"{path(room)}/{none}")) == {404}
