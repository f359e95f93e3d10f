"""Guests: in the rooms that they were put into, and nowhere else."""

import pytest

from tests.conftest import created, post, sign_up
from tests.people import browser, invite_code, new_person


@pytest.fixture
def gina(app, alice, bob, carol):
    """Gina is a guest, in a room with Alice and Bob; Carol she does not know."""
    return sign_up(app, "Gina Guest", role="guest")


@pytest.fixture
def parlour(alice, bob, gina):
    """Return the closed room that the guest is in."""
    body = {"kind": "closed", "name": "parlour", "member_ids": [bob.user_id, gina.user_id]}
    return created(alice.post("/api/rooms", json=body))["room"]


@pytest.fixture
def hall(alice):
    """Return an open room that the guest is not in."""
    return created(alice.post("/api/rooms", json={"kind": "open", "name": "hall"}))["room"]


def seen(client):
    return {user["id"] for user in created(client.get("/api/users"))["users"]}


def own(client):
    return created(client.get(f"/api/streams/user-{client.user_id}/snapshot"))


def told(app, client):
    """Return the types and data of what is in the person's own stream."""
    answer = created(client.post("/api/sync", json={"positions": {f"user-{client.user_id}": 0}}))
    return answer["events"][f"user-{client.user_id}"]


def test_a_guest_sees_only_the_people_of_their_rooms(alice, bob, carol, gina, parlour):
    expected = {alice.user_id, bob.user_id, gina.user_id}

    assert seen(gina) == expected
    assert {user["id"] for user in own(gina)["users"]} == expected
    assert seen(carol) == {*expected, carol.user_id}


def test_a_guest_in_no_room_sees_themselves(gina):
    assert seen(gina) == {gina.user_id}


def test_open_rooms_do_not_exist_for_a_guest(gina, parlour, hall):
    answers = [
        gina.get(f"/api/rooms/{hall['id']}"),
        gina.post(f"/api/rooms/{hall['id']}/join"),
        gina.get(f"/api/rooms/{hall['id']}/messages"),
        gina.get(f"/api/streams/{hall['stream']}/snapshot"),
    ]

    assert created(gina.get("/api/rooms?scope=open")) == {"rooms": []}
    assert {answer.status_code for answer in answers} == {404}
    assert [room["id"] for room in created(gina.get("/api/rooms"))["rooms"]] == [parlour["id"]]


def test_a_guest_hears_nothing_of_open_rooms_and_of_strangers(app, alice, carol, gina, parlour, hall):
    created(alice.patch(f"/api/rooms/{hall['id']}", json={"topic": "secret plans"}))
    created(carol.patch("/api/me", json={"name": "Caroline"}))
    created(carol.put("/api/me/status", json={"text": "lunch"}))
    sign_up(app, "Erin Cho")

    events = told(app, gina)

    assert not {"room_listed"} & {event["type"] for event in events}
    assert "secret plans" not in str(events)
    assert "Caroline" not in str(events)
    assert "lunch" not in str(events)


def test_a_guest_hears_of_the_people_of_their_rooms(app, bob, gina, parlour):
    created(bob.put("/api/me/status", json={"text": "lunch"}))

    assert told(app, gina)[-1]["data"]["user"]["status"]["text"] == "lunch"


def test_a_guest_reads_and_writes_in_their_room(bob, gina, parlour):
    post(bob, parlour, "welcome")
    post(gina, parlour, "thank you")

    messages = created(gina.get(f"/api/rooms/{parlour['id']}/messages"))["messages"]
    assert [message["text"] for message in messages] == ["welcome", "thank you"]


def test_a_guest_makes_no_rooms_and_adds_nobody(carol, gina, parlour):
    answers = [
        gina.post("/api/rooms", json={"kind": "closed", "name": "mine"}),
        gina.post("/api/rooms", json={"kind": "open", "name": "everybody's"}),
        gina.post(f"/api/rooms/{parlour['id']}/members", json={"user_id": carol.user_id}),
        gina.patch(f"/api/rooms/{parlour['id']}", json={"name": "salon"}),
        gina.post("/api/invites", json={}),
    ]

    assert [answer.status_code for answer in answers] == [403] * 5


def test_a_guest_talks_directly_only_with_people_of_their_rooms(bob, carol, gina, parlour):
    known = gina.post("/api/rooms", json={"kind": "direct", "member_ids": [bob.user_id]})
    stranger = gina.post("/api/rooms", json={"kind": "direct", "member_ids": [carol.user_id]})
    nobody = gina.post("/api/rooms", json={"kind": "direct", "member_ids": [999_999]})

    assert known.status_code == 201
    assert (stranger.status_code, nobody.status_code) == (422, 422)
    assert stranger.get_json() == nobody.get_json()


def test_whoever_writes_to_a_guest_is_seen_by_them(carol, gina, parlour):
    created(carol.post("/api/rooms", json={"kind": "direct", "member_ids": [gina.user_id]}))

    assert carol.user_id in seen(gina)


def test_a_name_that_a_guest_guesses_stays_a_word(bob, gina, parlour):
    known = post(gina, parlour, "@Bob Lee")["message"]["html"]
    stranger = post(gina, parlour, "@Carol Park")["message"]["html"]
    nobody = post(gina, parlour, "@Nobody Park")["message"]["html"]

    assert "mention" in known
    assert stranger == nobody.replace("Nobody", "Carol")


def test_a_search_tells_a_guest_of_nobody(gina, parlour):
    stranger = created(gina.get("/api/search?q=hello from:@carol"))
    nobody = created(gina.get("/api/search?q=hello from:@nobody"))

    assert (stranger["understood"]["from"], len(stranger["unknown"])) == (None, 1)
    assert (nobody["understood"]["from"], len(nobody["unknown"])) == (None, 1)


def test_who_left_is_remembered_by_name_where_they_wrote(alice, bob, gina, parlour):
    created(bob.patch("/api/me", json={"title": "Engineer", "phone": "1234"}))
    post(bob, parlour, "remember me")

    created(alice.delete(f"/api/rooms/{parlour['id']}/members/{bob.user_id}"))

    (bob_seen,) = [user for user in own(gina)["users"] if user["id"] == bob.user_id]
    assert bob_seen["name"] == "Bob Lee"
    assert (bob_seen["email"], bob_seen["title"], bob_seen["phone"], bob_seen["status"]) == ("", "", "", None)


def test_who_left_without_a_word_is_forgotten(alice, bob, gina, parlour):
    created(alice.delete(f"/api/rooms/{parlour['id']}/members/{bob.user_id}"))

    assert bob.user_id not in seen(gina)


def test_a_guest_who_leaves_forgets_everybody(alice, bob, gina, parlour):
    post(bob, parlour, "hello")

    created(alice.delete(f"/api/rooms/{parlour['id']}/members/{gina.user_id}"))

    assert seen(gina) == {gina.user_id}


def test_whoever_becomes_a_guest_keeps_their_rooms_and_loses_the_others(app, alice, bob, carol, parlour, hall):
    created(alice.patch(f"/api/users/{bob.user_id}", json={"role": "guest"}))

    assert carol.user_id not in seen(bob)
    assert bob.get(f"/api/rooms/{parlour['id']}").status_code == 200
    assert bob.get(f"/api/rooms/{hall['id']}").status_code == 404

    created(alice.patch(f"/api/users/{bob.user_id}", json={"role": "member"}))

    assert carol.user_id in seen(bob)


# Joining


def test_an_invite_for_a_guest_leads_into_its_rooms_alone(app, alice, carol, parlour, hall):
    code = invite_code(alice, role="guest", room_ids=[parlour["id"]])
    guest = browser(app)

    user = guest.enter(guest.post(f"/api/join/{code}", json=new_person("Gustav")))["user"]

    assert user["role"] == "guest"
    assert [room["id"] for room in created(guest.get("/api/rooms"))["rooms"]] == [parlour["id"]]
    assert carol.user_id not in seen(guest)


def test_an_invite_for_a_member_may_lead_into_rooms_too(app, alice, parlour):
    code = invite_code(alice, room_ids=[parlour["id"]])
    member = browser(app)

    user = member.enter(member.post(f"/api/join/{code}", json=new_person("Mats")))["user"]

    assert user["role"] == "member"
    assert parlour["id"] in [room["id"] for room in created(member.get("/api/rooms"))["rooms"]]


def test_an_invite_for_a_guest_needs_a_room(alice):
    answer = alice.post("/api/invites", json={"role": "guest"})

    assert answer.status_code == 422
    assert list(answer.get_json()["errors"]) == ["room_ids"]


def test_nobody_invites_into_a_room_that_they_are_not_in(bob, carol, alice):
    secret = created(carol.post("/api/rooms", json={"kind": "closed", "name": "secret"}))["room"]

    answers = [alice.post("/api/invites", json={"room_ids": [room_id]}) for room_id in (secret["id"], 999_999)]

    assert [answer.status_code for answer in answers] == [422, 422]
    assert answers[0].get_json() == answers[1].get_json()


@pytest.mark.parametrize("room_ids", [{}, "x", 1, None, ["1"], [0], [True], [2**70], [1] * 51])
def test_rooms_of_an_invite_that_are_none_are_refused(alice, room_ids):
    assert alice.post("/api/invites", json={"role": "guest", "room_ids": room_ids}).status_code == 422


@pytest.mark.parametrize("role", ["owner", "admin", "", 1, None, {}])
def test_an_invite_makes_nobody_more_than_a_member(alice, role):
    assert alice.post("/api/invites", json={"role": role}).status_code == 422
