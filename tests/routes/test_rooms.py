"""Rooms: make, list, look at, change, join."""

import unicodedata

import pytest

from chat.clock import now_text
from chat.extensions import db
from chat.models import Room, User
from chat.unit_of_work import unit_of_work
from tests.conftest import created, post, sign_up
from tests.values import HUGE_IDS, NOT_AN_OBJECT, NOT_TEXT, at_once, keyed, statuses

WRONG_IDS = [{}, "x", 1, True, None, ["1"], [None], [{}], [True], [1.5], [0], [-1], [2**63], [2**64], [4_242]]


def make(client, **fields):
    return client.post("/api/rooms", json={"kind": "closed", "name": "launch", **fields})


def made(client, **fields):
    return created(make(client, **fields))["room"]


def change(client, room, **fields):
    return client.patch(f"/api/rooms/{room['id']}", json=fields)


def shown(client, room):
    return created(client.get(f"/api/rooms/{room['id']}"))["room"]


def names(client, query=""):
    return [room["name"] for room in created(client.get(f"/api/rooms{query}"))["rooms"]]


@pytest.fixture
def default_room(app, alice):
    """Make a room that everybody is in, as the first run does."""
    found = made(alice, kind="open", name="general")
    with app.app_context(), unit_of_work():
        db.session.get_one(Room, found["id"]).is_default = True
    return found


def leave_the_workspace(app, client):
    with app.app_context(), unit_of_work():
        db.session.get_one(User, client.user_id).deactivated_at = now_text()


# Making


def test_whoever_makes_a_room_owns_it(alice, bob):
    room = made(alice, name="  launch  ", topic="one thing", member_ids=[bob.user_id, bob.user_id, alice.user_id])

    assert (room["name"], room["topic"], room["kind"], room["role"]) == ("launch", "one thing", "closed", "owner")
    assert (room["created_by"], room["member_count"], room["member_ids"]) == (alice.user_id, 2, None)
    assert shown(bob, room)["role"] == "member"


def test_a_room_has_exactly_the_documented_keys(alice):
    assert set(made(alice)) == {
        *("id", "stream", "kind", "name", "topic", "created_by", "created_at", "archived_at", "member_count"),
        *("member_ids", "role", "unread_count", "mention_count", "read_message_id", "last_message_at", "is_default"),
        *("level", "is_muted", "is_starred", "section_id", "read_seq"),
    }


def test_nobody_makes_rooms_signed_out(anonymous):
    assert make(anonymous).status_code == 401


@pytest.mark.parametrize(
    "name",
    ["launch", "LAUNCH", " launch ", "lau\u200bnch", "lau\u00adnch"],
)
def test_no_two_rooms_read_the_same(alice, bob, name):
    made(bob, name="launch")

    refused = make(alice, name=name)

    assert refused.status_code == 409
    assert refused.get_json()["code"] == "room_name_taken"


def test_hangul_reads_the_same_composed_and_decomposed(alice):
    made(alice, name=unicodedata.normalize("NFD", "공지사항"))

    assert names(alice) == ["공지사항"]
    assert make(alice, name="공지사항").status_code == 409


def test_letters_that_only_fold_to_the_same_are_the_same_name(alice):
    made(alice, name="Straße")

    assert make(alice, name="STRASSE").status_code == 409


def test_of_two_rooms_made_at_once_with_one_name_one_is_refused(alice, bob):
    people = [alice, bob]

    answers = at_once(2, lambda index: make(people[index], name="launch"))

    assert sorted(answer.status_code for answer in answers) == [201, 409]


def test_a_room_needs_a_name_that_can_be_seen(alice):
    wrong = [*NOT_TEXT, "", "  ", "\u200b", "\u3164", "x" * 81, "a\x00b", "a\nb", "a\u202eb", "\u2028"]

    assert statuses(wrong, lambda name: make(alice, name=name)) == {422}
    assert alice.post("/api/rooms", json={"kind": "open"}).status_code == 422
    assert make(alice, name="x" * 80).status_code == 201


def test_a_name_that_is_too_long_is_called_so(alice):
    assert make(alice, name="x" * 81).get_json()["errors"] == {"name": "This is too long."}


def test_a_topic_is_one_line_of_250_characters(alice):
    assert statuses([*NOT_TEXT, "x" * 251, "a\nb", "\x00"], lambda topic: make(alice, topic=topic)) == {422}
    assert make(alice, topic="x" * 250).status_code == 201


def test_a_kind_that_is_none_is_refused(alice):
    assert statuses([*NOT_TEXT, "secret", "", "OPEN"], lambda kind: make(alice, kind=kind)) == {422}


def test_people_who_are_none_are_refused(alice):
    assert statuses(WRONG_IDS, lambda ids: make(alice, member_ids=ids)) == {422}
    assert statuses(WRONG_IDS, lambda ids: make(alice, kind="direct", member_ids=ids)) == {422}


def test_somebody_who_was_deactivated_is_not_added(app, alice, bob):
    leave_the_workspace(app, bob)

    assert make(alice, member_ids=[bob.user_id]).get_json()["errors"] == {
        "member_ids": "One of these people is not here."
    }
    assert make(alice, kind="direct", member_ids=[bob.user_id]).status_code == 422


def test_a_refused_room_leaves_nothing_behind(alice):
    make(alice, member_ids=[4_242])

    assert names(alice) == []
    assert make(alice).status_code == 201


def test_a_body_that_is_no_object_is_refused(alice, room):
    def sent(method, where):
        return lambda body: alice.open(where, method=method, data=body, content_type="application/json")

    assert statuses(NOT_AN_OBJECT, sent("POST", "/api/rooms")) == {400}
    assert statuses(NOT_AN_OBJECT, sent("PATCH", f"/api/rooms/{room['id']}")) == {400}


def test_what_a_client_may_not_choose_is_ignored(alice, bob):
    room = made(alice, is_default=True, created_by=bob.user_id, id=99, archived_at="now", role="member")

    assert (room["is_default"], room["created_by"], room["archived_at"], room["role"]) == (
        False,
        alice.user_id,
        None,
        "owner",
    )
    assert room["id"] != 99


def test_a_room_made_twice_with_one_key_is_one_room(alice):
    key = keyed()
    body = {"kind": "closed", "name": "launch"}

    first = alice.post("/api/rooms", json=body, headers=key)
    second = alice.post("/api/rooms", json=body, headers=key)
    third = alice.post("/api/rooms", json={**body, "name": "another"}, headers=key)

    assert first.get_json() == second.get_json()
    assert third.status_code == 422
    assert names(alice) == ["launch"]


def test_fifty_rooms_at_once_with_one_key_are_one_room(alice):
    key = keyed()

    answers = at_once(50, lambda _: alice.post("/api/rooms", json={"kind": "closed", "name": "x"}, headers=key))

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.get_data() for answer in answers}) == 1


def test_a_key_of_somebody_else_is_another_key(alice, bob):
    key = keyed()

    alices = alice.post("/api/rooms", json={"kind": "closed", "name": "hers"}, headers=key)
    bobs = bob.post("/api/rooms", json={"kind": "closed", "name": "his"}, headers=key)

    assert (alices.status_code, bobs.status_code) == (201, 201)


def test_a_refused_write_does_not_use_its_key_up(alice, bob):
    made(bob, name="taken")
    key = keyed()
    body = {"kind": "closed", "name": "taken"}
    refused = alice.post("/api/rooms", json=body, headers=key)
    created(change(bob, created(bob.get("/api/rooms"))["rooms"][0], name="free"))

    assert refused.status_code == 409
    assert alice.post("/api/rooms", json=body, headers=key).status_code == 201


# Direct rooms


def test_the_same_people_are_the_same_direct_room(alice, bob, carol):
    three = [alice.user_id, bob.user_id, carol.user_id]

    first = make(alice, kind="direct", member_ids=three[1:])
    again = make(carol, kind="direct", member_ids=[*reversed(three), bob.user_id])

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.get_json()["room"]["id"] == again.get_json()["room"]["id"]
    assert first.get_json()["room"]["member_ids"] == three


def test_fewer_people_are_another_direct_room(alice, bob, carol):
    three = made(alice, kind="direct", member_ids=[bob.user_id, carol.user_id])
    two = made(alice, kind="direct", member_ids=[bob.user_id])

    assert three["id"] != two["id"]
    assert carol.get(f"/api/rooms/{two['id']}").status_code == 404


def test_a_direct_room_opened_by_two_at_once_is_one_room(alice, bob):
    answers = at_once(
        2,
        lambda index: [alice, bob][index].post("/api/rooms", json={"kind": "direct", "member_ids": [[2], [1]][index]}),
    )

    assert sorted(answer.status_code for answer in answers) == [200, 201]
    assert len({answer.get_json()["room"]["id"] for answer in answers}) == 1


def test_alone_it_is_a_notebook(alice):
    notebook = made(alice, kind="direct")
    again = make(alice, kind="direct", member_ids=[alice.user_id])

    assert notebook["member_ids"] == [alice.user_id]
    assert (again.status_code, again.get_json()["room"]["id"]) == (200, notebook["id"])
    assert post(alice, notebook, "remember")["message"]["text"] == "remember"


def test_a_direct_room_takes_nine_people_and_not_ten(app, alice):
    others = [sign_up(app, f"{name} Xu").user_id for name in "BCDEFGHIJ"]

    assert make(alice, kind="direct", member_ids=others).status_code == 422
    assert make(alice, kind="direct", member_ids=others[1:]).status_code == 201


def test_a_direct_room_has_no_name_of_its_own(alice, bob):
    room = made(alice, kind="direct", member_ids=[bob.user_id], name="secret club", topic="ours")

    assert (room["name"], room["topic"]) == (None, "")


def test_a_direct_room_cannot_be_renamed_or_archived(alice, bob):
    room = made(alice, kind="direct", member_ids=[bob.user_id])

    changes = [{"name": "x"}, {"topic": "x"}, {"archived": True}]

    assert statuses(changes, lambda fields: change(alice, room, **fields)) == {409}


def test_an_outsider_cannot_tell_that_a_direct_room_exists(alice, bob, carol):
    room = made(alice, kind="direct", member_ids=[bob.user_id])

    answers = [carol.get(f"/api/rooms/{room['id']}"), carol.post(f"/api/rooms/{room['id']}/join"), change(carol, room)]

    assert {answer.status_code for answer in answers} == {404}


# Listing and looking


def test_everybody_lists_their_own_rooms(alice, bob, carol, room):
    direct = made(alice, kind="direct", member_ids=[carol.user_id])

    assert names(alice) == ["launch", None]
    assert names(bob) == ["launch"]
    assert [found["id"] for found in created(carol.get("/api/rooms"))["rooms"]] == [direct["id"]]


def test_open_rooms_can_be_browsed_and_others_cannot(alice, carol, room):
    made(alice, kind="open", name="hall")

    assert names(carol, "?scope=open") == ["hall"]
    assert names(alice, "?scope=open") == ["hall"]


def test_an_open_room_seen_from_outside_has_no_role_and_no_counts(alice, carol):
    hall = made(alice, kind="open", name="hall")
    post(alice, hall, "hello @Carol Park")

    seen = shown(carol, hall)

    assert (seen["role"], seen["unread_count"], seen["mention_count"], seen["last_message_at"]) == (None, 0, 0, None)


def test_a_closed_room_does_not_exist_for_an_outsider(carol, room):
    assert carol.get(f"/api/rooms/{room['id']}").get_json() == carol.get("/api/rooms/9999").get_json()
    assert carol.get(f"/api/rooms/{room['id']}").status_code == 404


@pytest.mark.parametrize(("method", "tail"), [("GET", ""), ("PATCH", ""), ("POST", "/join"), ("GET", "/members")])
def test_a_room_id_that_nothing_has_is_not_found(alice, method, tail):
    assert statuses(HUGE_IDS, lambda none: alice.open(f"/api/rooms/{none}{tail}", method=method, json={})) == {404}


# Changing


def test_who_made_the_room_renames_it(bob, carol):
    room = made(bob, name="before", member_ids=[carol.user_id])

    renamed = created(change(bob, room, name="after", topic="new"))["room"]

    assert (renamed["name"], renamed["topic"], renamed["role"]) == ("after", "new", "owner")
    assert shown(carol, room)["name"] == "after"


def test_a_member_sets_the_topic_and_not_the_name(alice, bob, room):
    assert created(change(bob, room, topic="by Bob"))["room"]["topic"] == "by Bob"
    assert change(bob, room, name="by Bob").status_code == 403
    assert change(bob, room, archived=True).status_code == 403
    assert change(bob, room, topic="again", name="sneaky").status_code == 403
    assert shown(alice, room)["topic"] == "by Bob"


def test_an_admin_in_the_room_manages_it_and_one_outside_does_not_find_it(app, alice, bob):
    admin = sign_up(app, "Dana Cho", role="admin")
    inside = made(bob, name="inside", member_ids=[admin.user_id])
    outside = made(bob, name="outside")

    assert change(admin, inside, name="renamed").status_code == 200
    assert change(admin, outside, name="renamed").status_code == 404
    assert change(alice, outside, name="renamed").status_code == 404


def test_an_outsider_changes_nothing(alice, carol, room):
    hall = made(alice, kind="open", name="hall")

    assert change(carol, room, topic="x").status_code == 404
    assert change(carol, hall, topic="x").status_code == 404


def test_a_change_of_another_type_is_refused(alice, room):
    not_a_bool = [{}, [], "true", 1, 0, None]

    assert statuses(NOT_TEXT, lambda name: change(alice, room, name=name)) == {422}
    assert statuses(NOT_TEXT, lambda topic: change(alice, room, topic=topic)) == {422}
    assert statuses(not_a_bool, lambda archived: change(alice, room, archived=archived)) == {422}


def test_a_change_sets_named_fields_only(alice, bob, room):
    body = {"topic": "x", "kind": "open", "created_by": bob.user_id, "is_default": True, "id": 9, "direct_key": "1,2"}

    changed = created(change(alice, room, **body))["room"]

    assert changed == {**room, "topic": "x"}


def test_a_room_keeps_its_own_name_when_it_is_written_differently(alice, room):
    assert created(change(alice, room, name="LAUNCH"))["room"]["name"] == "LAUNCH"


def test_a_room_cannot_take_the_name_of_another(alice, room):
    made(alice, name="other")

    assert change(alice, room, name="Other").status_code == 409


def test_a_change_that_changes_nothing_says_nothing(alice, room):
    before = created(alice.get(f"/api/streams/{room['stream']}/snapshot"))["stream_seq"]

    created(change(alice, room))
    created(change(alice, room, name="launch", topic="", archived=False))

    assert created(alice.get(f"/api/streams/{room['stream']}/snapshot"))["stream_seq"] == before


# Archiving


def test_an_archived_room_takes_no_messages_and_stays_readable(alice, bob, room):
    post(alice, room, "before")

    archived = created(change(alice, room, archived=True))["room"]
    refused = bob.post(f"/api/rooms/{room['id']}/messages", json={"text": "after"})

    assert archived["archived_at"] is not None
    assert (refused.status_code, refused.get_json()["code"]) == (409, "room_archived")
    assert len(created(bob.get(f"/api/rooms/{room['id']}/messages"))["messages"]) == 1


def test_a_post_that_was_stored_before_the_archiving_is_still_answered(alice, room):
    key = keyed()
    first = created(alice.post(f"/api/rooms/{room['id']}/messages", json={"text": "x"}, headers=key))
    created(change(alice, room, archived=True))

    assert created(alice.post(f"/api/rooms/{room['id']}/messages", json={"text": "x"}, headers=key)) == first


def test_an_archived_room_is_brought_back(alice, bob, room):
    created(change(alice, room, archived=True))

    restored = created(change(alice, room, archived=False))["room"]

    assert restored == room
    assert post(bob, room, "again")["message"]["text"] == "again"


def test_the_name_of_an_archived_room_stays_taken(alice, room):
    created(change(alice, room, archived=True))

    assert make(alice).status_code == 409


def test_the_default_room_stays_open(alice, default_room):
    refused = change(alice, default_room, archived=True)

    assert (refused.status_code, refused.get_json()["code"]) == (409, "default_room")


# Joining


def test_anybody_joins_an_open_room_and_starts_at_its_end(alice, carol):
    hall = made(alice, kind="open", name="hall")
    post(alice, hall, "before")

    joined = created(carol.post(f"/api/rooms/{hall['id']}/join"))["room"]

    assert (joined["role"], joined["member_count"], joined["unread_count"]) == ("member", 2, 0)


def test_joining_twice_is_joining_once(alice, carol):
    hall = made(alice, kind="open", name="hall")

    first = created(carol.post(f"/api/rooms/{hall['id']}/join"))
    second = created(carol.post(f"/api/rooms/{hall['id']}/join"))

    assert first == second


def test_an_outsider_cannot_join_a_closed_room(carol, room):
    assert carol.post(f"/api/rooms/{room['id']}/join").status_code == 404


def test_nobody_joins_an_archived_room(alice, carol):
    hall = made(alice, kind="open", name="hall")
    created(change(alice, hall, archived=True))

    assert carol.post(f"/api/rooms/{hall['id']}/join").status_code == 409
