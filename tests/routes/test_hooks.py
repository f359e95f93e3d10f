"""Incoming webhooks, as owners and admins manage them, and the bots behind them."""

from io import BytesIO

import pytest

from chat.extensions import db
from chat.models import IncomingHook
from tests.conftest import created, post, sign_up
from tests.files import picture
from tests.people import JUNK, event_types
from tests.routes.test_incoming import made, seen, send


@pytest.fixture
def hook(alice, room):
    """Return a webhook of Alice's and Bob's room, and its address."""
    return made(alice, room)


def of(hook):
    return f"/api/hooks/incoming/{hook['hook']['id']}"


def test_its_secret_is_shown_once_and_stored_as_a_hash(app, alice, room, hook):
    secret = hook["url"].rpartition("/")[2]

    assert (hook["hook"]["name"], hook["hook"]["room_id"]) == ("Deploys", room["id"])
    assert (hook["hook"]["may_call"], hook["hook"]["is_enabled"], hook["hook"]["is_in_room"]) == (False, True, True)
    assert secret not in alice.get("/api/hooks/incoming").text
    with app.app_context():
        assert secret not in str([vars(row) for row in db.session.query(IncomingHook)])


def test_everybody_who_sees_the_room_hears_of_its_bot(app, bob, room, hook):
    bot_id = hook["hook"]["bot_id"]
    bot = next(user for user in bob.get("/api/users").get_json()["users"] if user["id"] == bot_id)

    assert (bot["role"], bot["email"], bot["name"]) == ("bot", "", "Deploys")
    assert "user_joined" in event_types(app, f"user-{bob.user_id}")
    assert event_types(app, room["stream"])[-1] == "member_added"
    assert bot_id in [member["user_id"] for member in bob.get(f"/api/rooms/{room['id']}/members").get_json()["members"]]


def test_a_manager_who_is_not_in_the_room_finds_nothing(app, bob, carol, room, hook):
    ada = sign_up(app, "Ada Admin", role="admin")
    acts = [("patch", ""), ("delete", ""), ("post", "/rotate"), ("put", "/avatar"), ("delete", "/avatar")]

    assert ada.get("/api/hooks/incoming").get_json() == {"hooks": []}
    assert [getattr(ada, verb)(of(hook) + tail, json={}).status_code for verb, tail in acts] == [404] * 5
    assert ada.post("/api/hooks/incoming", json={"room_id": room["id"], "name": "x"}).status_code == 404
    for person in (bob, carol):
        assert person.get("/api/hooks/incoming").status_code == 403
        assert [getattr(person, verb)(of(hook) + tail, json={}).status_code for verb, tail in acts] == [403] * 5


def test_names_and_rooms_that_make_no_sense_are_refused(alice, room, hook):
    bodies = [{"room_id": room["id"], "name": junk} for junk in ["", *JUNK]]
    bodies += [{"room_id": junk, "name": "x"} for junk in ["1", 0, -1, 2**60, True, None]]
    changes = [{"name": junk} for junk in ["", *JUNK]]
    changes += [{name: junk} for name in ("may_call", "is_enabled") for junk in ["", 1, None, []]]

    answers = [alice.post("/api/hooks/incoming", json=body) for body in bodies]
    answers += [alice.patch(of(hook), json=change) for change in changes]

    assert {answer.status_code for answer in answers} == {422}
    assert len(alice.get("/api/hooks/incoming").get_json()["hooks"]) == 1


def test_direct_and_archived_rooms_and_full_ones_take_none(alice, bob, room):
    direct = created(alice.post("/api/rooms", json={"kind": "direct", "member_ids": [bob.user_id]}))["room"]
    body = {"room_id": direct["id"], "name": "x"}

    assert alice.post("/api/hooks/incoming", json=body).get_json()["code"] == "direct_room"
    for _ in range(20):
        made(alice, room)
    assert alice.post("/api/hooks/incoming", json=body | {"room_id": room["id"]}).get_json()["code"] == "too_many_hooks"
    created(alice.patch(f"/api/rooms/{room['id']}", json={"archived": True}))
    assert alice.post("/api/hooks/incoming", json=body | {"room_id": room["id"]}).get_json()["code"] == "room_archived"


def test_its_name_and_picture_are_those_of_its_bot(alice, bob, hook):
    created(alice.patch(of(hook), json={"name": "Builds"}))
    shown = created(alice.put(f"{of(hook)}/avatar", data={"file": (BytesIO(picture((64, 64))), "a.png")}))["hook"]

    bot = next(user for user in bob.get("/api/users").get_json()["users"] if user["id"] == hook["hook"]["bot_id"])
    assert (bot["name"], bot["avatar_url"]) == ("Builds", shown["avatar_url"])
    assert bob.get(shown["avatar_url"]).status_code == 200
    assert created(alice.delete(f"{of(hook)}/avatar"))["hook"]["avatar_url"] is None


def test_what_a_deleted_one_said_stays_and_its_bot_leaves(app, alice, bob, room, hook):
    send(app, hook, {"text": "hello"})
    created(alice.delete(of(hook)))

    assert alice.get("/api/hooks/incoming").get_json() == {"hooks": []}
    assert len(bob.get(f"/api/rooms/{room['id']}/messages").get_json()["messages"]) == 1
    members = bob.get(f"/api/rooms/{room['id']}/members").get_json()["members"]
    assert hook["hook"]["bot_id"] not in [member["user_id"] for member in members]
    assert alice.delete(of(hook)).status_code == 404


def test_a_bot_is_nobody_to_talk_to_to_add_or_to_give_a_role(app, alice, bob, room, hook):
    bot_id = hook["hook"]["bot_id"]
    hall = created(alice.post("/api/rooms", json={"kind": "open", "name": "hall"}))["room"]

    assert alice.post("/api/rooms", json={"kind": "direct", "member_ids": [bot_id]}).status_code == 422
    assert alice.post("/api/rooms", json={"kind": "open", "name": "x", "member_ids": [bot_id]}).status_code == 422
    assert alice.post(f"/api/rooms/{hall['id']}/members", json={"user_id": bot_id}).status_code == 422
    assert alice.patch(f"/api/users/{bot_id}", json={"role": "member"}).status_code == 403
    assert alice.patch(f"/api/users/{bob.user_id}", json={"role": "bot"}).status_code == 422
    assert alice.post(f"/api/users/{bot_id}/reset").status_code == 403


def test_putting_its_bot_out_switches_it_off(app, alice, hook):
    created(alice.patch(f"/api/users/{hook['hook']['bot_id']}", json={"deactivated": True}))

    assert seen(alice)["is_enabled"] is False
    assert send(app, hook, {"text": "a"}).status_code == 404


def test_nothing_counts_a_bot_as_a_person(app, alice, bob, room, hook):
    created(alice.patch(of(hook), json={"may_call": True}))
    send(app, hook, {"text": "hello"})
    parent = bob.get(f"/api/rooms/{room['id']}/messages").get_json()["messages"][0]

    called = post(bob, room, "@room and @Deploys")["message"]
    created(bob.post(f"/api/rooms/{room['id']}/messages", json={"text": "thanks", "parent_id": parent["id"]}))

    assert called["mentions"] == [alice.user_id]
    assert created(alice.get(f"/api/rooms/{room['id']}"))["room"]["member_count"] == 2
    assert bob.get(f"/api/messages/{called['id']}/delivery").get_json()["connected"] == 0
    assert event_types(app, f"user-{alice.user_id}").count("thread_followed") == 0


def test_looking_up_addresses_and_sending_by_hand_are_limited(limited):
    owner, other = sign_up(limited, "Alice Kim", role="owner"), sign_up(limited, "Ada Admin", role="admin")
    body = {"name": "Archive", "url": "https://1.1.1.1/in", "types": ["message_posted"]}
    path = f"/api/hooks/outgoing/{created(owner.post('/api/hooks/outgoing', json=body))['hook']['id']}"

    looked_up = [owner.patch(path, json={"url": "https://1.1.1.1/in"}) for _ in range(30)]
    pinged = [owner.post(f"{path}/ping") for _ in range(61)]

    for answers, status in ((looked_up, 200), (pinged, 202)):
        assert {answer.status_code for answer in answers[:-1]} == {status}
        assert (answers[-1].status_code, answers[-1].get_json()["code"]) == (429, "too_many_requests")
        assert 0 < int(answers[-1].headers["Retry-After"]) <= 600
    assert other.post(f"{path}/ping").status_code == 202


def test_a_bot_hears_nothing_of_its_own(app, alice, room, hook):
    bot_id = hook["hook"]["bot_id"]
    message = send(app, hook, {"text": "one"}, headers={"Accept": "application/json"}).get_json()["messages"][0]
    reply = {"text": "a reply", "parent_id": message["id"]}
    created(alice.post(f"/api/rooms/{room['id']}/messages", json=reply))
    created(alice.put(f"/api/messages/{message['id']}/reactions/👍"))
    created(alice.patch(of(hook), json={"name": "Builds", "is_enabled": False}))
    created(alice.patch(of(hook), json={"is_enabled": True}))
    created(alice.delete(f"/api/rooms/{room['id']}/members/{bot_id}"))
    created(alice.patch(of(hook), json={"is_enabled": True}))
    created(alice.delete(of(hook)))

    assert event_types(app, f"user-{bot_id}") == []
    assert event_types(app, f"room-{room['id']}").count("member_added") == 4
