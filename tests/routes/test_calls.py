"""`@here`, `@room` and `#room` in messages: whom they reach, and what they give away."""

import datetime as dt

import pytest

from chat.clock import clock_at, in_hours, now
from chat.extensions import socketio
from tests.conftest import created, post, sign_up


@pytest.fixture
def dana(app, carol):
    return sign_up(app, "Dana Cho")


@pytest.fixture
def team(alice, bob, dana):
    """Return a room with Alice, Bob and Dana in it; Carol is outside."""
    body = {"kind": "closed", "name": "team", "member_ids": [bob.user_id, dana.user_id]}
    return created(alice.post("/api/rooms", json=body))["room"]


def connect(app, *people):
    return [socketio.test_client(app, auth={"v": 1, "device": "d", "token": person.token}) for person in people]


def edited(client, message, text):
    body = {"text": text, "base_version": message["version"]}
    return created(client.patch(f"/api/messages/{message['id']}", json=body))["message"]


def mention_count(client, room):
    return created(client.get(f"/api/rooms/{room['id']}"))["room"]["mention_count"]


def test_room_calls_everybody_in_it_but_the_author(alice, bob, dana, team):
    message = post(alice, team, "lunch, @room")["message"]

    assert message["mentions"] == [bob.user_id, dana.user_id]
    assert message["mentions_room"] == "room"
    assert [mention_count(client, team) for client in (alice, bob, dana)] == [0, 1, 1]


def test_here_calls_those_who_are_here(app, alice, bob, carol, dana, team):
    sockets = connect(app, alice, bob, carol)

    message = post(alice, team, "anybody @here?")["message"]

    assert message["mentions"] == [bob.user_id]
    assert message["mentions_room"] == "here"
    assert mention_count(dana, team) == 0
    for socket in sockets:
        socket.disconnect()


def test_here_in_a_scheduled_message_calls_those_who_are_here_when_it_goes_out(app, alice, bob, carol, dana, team):
    body = {"room_id": team["id"], "text": "anybody @here?", "send_at": in_hours(1)}
    left = connect(app, dana)
    for _ in range(2):
        scheduled = created(alice.post("/api/scheduled", json=body))["scheduled"]
    left[0].disconnect()
    sockets = connect(app, alice, bob, carol)

    sent = created(alice.post(f"/api/scheduled/{scheduled['id']}/send"))["message"]
    with clock_at(now() + dt.timedelta(minutes=61)):
        app.extensions["housekeeping"].run("scheduled_messages")

    posted = created(alice.get(f"/api/rooms/{team['id']}/messages"))["messages"]
    assert [message["mentions"] for message in (sent, *posted)] == [[bob.user_id]] * 3
    assert [mention_count(client, team) for client in (bob, dana)] == [2, 0]
    for socket in sockets:
        socket.disconnect()


def test_here_calls_nobody_when_nobody_is_here(alice, team):
    message = post(alice, team, "@여기 누구 있어요?")["message"]

    assert (message["mentions"], message["mentions_room"]) == ([], None)
    assert 'data-call="here"' in message["html"]


def test_who_is_named_besides_is_mentioned_once(alice, bob, dana, team):
    message = post(alice, team, "@모두, and above all @Bob Lee @Alice Kim")["message"]

    assert message["mentions"] == [alice.user_id, bob.user_id, dana.user_id]
    assert mention_count(bob, team) == 1


def test_a_call_is_the_same_on_every_way(alice, team):
    message = post(alice, team, "@room")["message"]

    assert created(alice.get(f"/api/messages/{message['id']}"))["message"] == message
    assert created(alice.get(f"/api/streams/{team['stream']}/snapshot"))["messages"] == [message]


@pytest.mark.parametrize("text", ["`@room`", "```\n@here\n```", r"\@room", "a@room", "@rooms", "room"])
def test_code_and_words_call_nobody(alice, team, text):
    message = post(alice, team, text)["message"]

    assert (message["mentions"], message["mentions_room"]) == ([], None)


def test_two_people_call_each_other_by_writing(alice, bob):
    pair = created(alice.post("/api/rooms", json={"kind": "direct", "member_ids": [bob.user_id]}))["room"]

    message = post(alice, pair, "@room @here")["message"]

    assert (message["mentions"], message["html"]) == ([], "<p>@room @here</p>")


def test_three_people_in_a_direct_room_can_be_called(alice, bob, dana):
    body = {"kind": "direct", "member_ids": [bob.user_id, dana.user_id]}
    group = created(alice.post("/api/rooms", json=body))["room"]

    assert post(alice, group, "@room")["message"]["mentions"] == [bob.user_id, dana.user_id]


def test_somebody_deactivated_is_not_called(alice, bob, dana, team):
    created(alice.patch(f"/api/users/{dana.user_id}", json={"deactivated": True}))

    assert post(alice, team, "@room")["message"]["mentions"] == [bob.user_id]


def test_an_edit_keeps_those_called_whom_it_called(app, alice, bob, carol, team):
    sockets = connect(app, bob)
    message = post(alice, team, "@here helo")["message"]
    sockets[0].disconnect()
    created(alice.post(f"/api/rooms/{team['id']}/members", json={"user_id": carol.user_id}))

    message = edited(alice, message, "@here hello")

    assert message["mentions"] == [bob.user_id]
    assert mention_count(bob, team) == 1


def test_an_edit_can_call_and_call_off(alice, bob, dana, team):
    message = post(alice, team, "nobody")["message"]

    message = edited(alice, message, "@room")
    assert (message["mentions"], mention_count(dana, team)) == ([bob.user_id, dana.user_id], 1)

    message = edited(alice, message, "nobody again")
    assert (message["mentions"], message["mentions_room"], mention_count(dana, team)) == ([], None, 0)


def test_a_deleted_call_calls_nobody(alice, bob, team):
    message = post(alice, team, "@room")["message"]

    tombstone = created(alice.delete(f"/api/messages/{message['id']}"))["message"]

    assert (tombstone["mentions"], tombstone["mentions_room"], mention_count(bob, team)) == ([], None, 0)


def test_a_call_reaches_nobody_outside(alice, carol, team):
    message = post(alice, team, "@room @Carol Park")["message"]

    assert carol.user_id not in message["mentions"]
    assert carol.get(f"/api/messages/{message['id']}").status_code == 404


# Rooms


def test_an_open_room_is_linked_wherever_it_is_named(alice, carol, team):
    hall = created(carol.post("/api/rooms", json={"kind": "open", "name": "Town hall"}))["room"]

    message = post(alice, team, "see #town hall!")["message"]

    assert message["html"] == f'<p>see <a class="roomref" href="/rooms/{hall["id"]}">#town hall</a>!</p>'


def test_a_closed_room_is_not_told_from_one_that_does_not_exist(alice, carol, team):
    hall = created(carol.post("/api/rooms", json={"kind": "open", "name": "hall"}))["room"]

    message = post(carol, hall, "#team #nothing")["message"]

    assert message["html"] == "<p>#team #nothing</p>"
    assert post(alice, team, "#team")["message"]["html"] == "<p>#team</p>"


def test_a_link_to_a_room_is_no_link_for_the_search(alice, team):
    created(alice.post("/api/rooms", json={"kind": "open", "name": "hall"}))
    post(alice, team, "#hall")

    assert "<a href" not in created(alice.get(f"/api/rooms/{team['id']}/messages"))["messages"][0]["html"]
