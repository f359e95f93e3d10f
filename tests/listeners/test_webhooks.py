"""Outgoing webhooks: signed, in order, once; to those who may hear it, and as it stands when it is sent."""

import datetime as dt
import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from chat import failpoints
from chat.clock import clock_at, moment_of, now
from chat.config import Settings
from chat.outgoing import client as outgoing
from tests.conftest import created, post, sign_up
from tests.consumers import consumer


@pytest.fixture
def settings(tmp_path):
    return Settings(data=tmp_path / "data", rate_limits=False, allowed_networks="127.0.0.0/8")


@pytest.fixture(autouse=True)
def following(app):
    """Let the listener begin: before that it hears nothing."""
    app.extensions["listeners"].drain("webhooks")


@pytest.fixture
def near():
    with consumer() as made:
        yield made


@pytest.fixture
def far():
    with consumer() as made:
        yield made


@pytest.fixture
def hall(alice, bob):
    """Return an open room with Alice and Bob in it."""
    body = {"kind": "open", "name": "hall", "member_ids": [bob.user_id]}
    return created(alice.post("/api/rooms", json=body))["room"]


def hook_for(client, end, **fields):
    body = {"name": "Archive", "url": end.url, "types": ["message_posted", "message_edited", "message_deleted"]}
    return created(client.post("/api/hooks/outgoing", json={**body, **fields}))


def go(app, *, after_hours=0.0):
    with clock_at(now() + dt.timedelta(hours=after_hours)):
        app.extensions["listeners"].drain("webhooks")
        app.extensions["postman"].drain("webhooks")


def is_signed(request, secret):
    """Check as the documentation says."""
    text = (Path(__file__).parents[2] / "docs" / "webhooks.md").read_text()
    names: dict[str, Any] = {}
    exec(re.search(r"```python\n(.*?)```", text, re.DOTALL).group(1), names)
    names["time"] = SimpleNamespace(time=lambda: int(request.headers["webhook-timestamp"]) + 1)
    return names["is_from_stet"](request.headers, request.body, secret)


def texts(end):
    return [json.loads(request.body)["data"]["event"]["data"]["message"]["text"] for request in end.taken]


def test_a_consumer_that_is_down_for_fifty_deliveries_gets_all_of_them_once_in_order(app, alice, hall, near, far):
    secret = hook_for(alice, far)["secret"]
    hook_for(alice, near)
    far.status = 503
    answers = []
    for number in range(50):
        answers.append(post(alice, hall, f"number {number}"))
        go(app)
    assert texts(near) == [f"number {number}" for number in range(50)]
    assert far.taken == []

    far.status = 200
    go(app, after_hours=0.5)

    assert texts(far) == [f"number {number}" for number in range(50)]
    assert [request.headers["webhook-id"] for request in far.taken] == [
        f"{answer['epoch']}:{answer['seq']}:webhooks:1" for answer in answers
    ]
    assert len(near.taken) == 50
    assert all(is_signed(request, secret) for request in far.taken + far.refused)


def test_what_is_sent_is_the_event_with_its_room(app, alice, hall, near):
    hook_for(alice, near)
    answer = post(alice, hall, "안녕하세요")

    go(app)

    [request] = near.taken
    body = json.loads(request.body)
    assert (request.headers["content-type"], request.headers["user-agent"]) == ("application/json", outgoing.AGENT)
    assert (body["type"], body["timestamp"]) == ("message_posted", body["data"]["event"]["at"])
    assert body["data"]["workspace"] == "Saebom Studio"
    assert body["data"]["room"] == {"id": hall["id"], "kind": "open", "name": "hall"}
    assert body["data"]["event"]["seq"] == answer["seq"]
    assert body["data"]["event"]["data"]["message"]["text"] == "안녕하세요"


def test_killed_between_the_effect_and_its_mark_the_same_id_comes_again(app, alice, hall, near):
    hook_for(alice, near)
    post(alice, hall, "one")
    failpoints.arm("before_mark=raise")
    go(app)
    failpoints.arm("")

    go(app, after_hours=0.1)

    assert len(near.taken) == 2
    assert len({request.headers["webhook-id"] for request in near.taken}) == 1


def test_what_was_deleted_before_it_was_sent_goes_without_its_text(app, alice, hall, near):
    hook_for(alice, near)
    near.status = 500
    message = post(alice, hall, "secret")["message"]
    go(app)
    created(alice.delete(f"/api/messages/{message['id']}"))
    near.status = 200

    go(app, after_hours=0.1)

    assert [json.loads(request.body)["type"] for request in near.taken] == ["message_posted", "message_deleted"]
    assert json.loads(near.taken[0].body)["data"]["event"]["data"] is None
    assert not any(b"secret" in request.body for request in near.taken)


def test_it_hears_only_what_was_chosen(app, alice, hall, room, near):
    hook_for(alice, near, types=["message_posted"])
    hook_for(alice, near, types=["reaction_added"], room_ids=[room["id"]])
    message = post(alice, room, "closed room")["message"]
    created(alice.put(f"/api/messages/{message['id']}/reactions/👍"))
    created(
        alice.patch(
            f"/api/messages/{post(alice, hall, 'first')['message']['id']}", json={"text": "second", "base_version": 1}
        )
    )

    go(app)

    assert sorted(json.loads(request.body)["type"] for request in near.taken) == ["message_posted", "reaction_added"]


def test_it_hears_nothing_of_a_room_that_whoever_answers_for_it_has_left(app, alice, bob, room, near):
    admin = sign_up(app, "Ada Admin", role="admin")
    created(alice.post(f"/api/rooms/{room['id']}/members", json={"user_id": admin.user_id}))
    hook = hook_for(admin, near, room_ids=[room["id"]])["hook"]
    near.status = 500
    post(alice, room, "before")
    go(app)
    created(alice.delete(f"/api/rooms/{room['id']}/members/{admin.user_id}"))
    near.status = 200
    post(alice, room, "after")

    go(app, after_hours=0.1)

    assert near.taken == []
    sent = created(alice.get(f"/api/hooks/outgoing/{hook['id']}/deliveries"))["deliveries"]
    assert [line["state"] for line in sent] == ["failed"]


def test_whoever_changes_where_it_goes_answers_for_it(app, alice, room, near, far):
    admin = sign_up(app, "Ada Admin", role="admin")
    created(alice.post(f"/api/rooms/{room['id']}/members", json={"user_id": admin.user_id}))
    hook = hook_for(alice, near, room_ids=[room["id"]])["hook"]
    changed = created(admin.patch(f"/api/hooks/outgoing/{hook['id']}", json={"url": far.url}))["hook"]
    assert changed["user_id"] == admin.user_id
    created(alice.delete(f"/api/rooms/{room['id']}/members/{admin.user_id}"))
    post(alice, room, "not for the admin")

    go(app)

    assert far.taken + near.taken == []


def test_a_room_that_one_may_not_see_cannot_be_chosen_and_its_hook_is_nobody_elses(app, alice, room, near):
    other = sign_up(app, "Ada Admin", role="admin")
    hook = hook_for(alice, near, room_ids=[room["id"]])["hook"]
    direct = created(alice.post("/api/rooms", json={"kind": "direct", "member_ids": [other.user_id]}))["room"]
    body = {"name": "x", "url": near.url, "types": ["message_posted"], "room_ids": [room["id"]]}

    assert other.post("/api/hooks/outgoing", json=body).status_code == 404
    assert other.post("/api/hooks/outgoing", json={**body, "room_ids": [direct["id"]]}).status_code == 404
    assert created(other.get("/api/hooks/outgoing"))["hooks"] == []
    path = f"/api/hooks/outgoing/{hook['id']}"
    assert {
        other.patch(path, json={"url": near.url}).status_code,
        other.delete(path).status_code,
        other.post(f"{path}/rotate").status_code,
        other.post(f"{path}/ping").status_code,
        other.get(f"{path}/deliveries").status_code,
        alice.post(f"{path}/deliveries/99/replay").status_code,
    } == {404}


def test_bad_input_is_refused_with_the_field(alice, near):
    good = {"name": "x", "url": near.url, "types": ["message_posted"]}
    for field, wrong in {
        "name": ["", 7, None, []],
        "url": ["", "ftp://127.0.0.1/", "http://10.0.0.1/", "http://169.254.169.254/", "http://[::1]/", "no", 7, None],
        "types": [[], ["typing"], "message_posted", None, [7]],
        "room_ids": [[], ["a"], [0], 7, list(range(1, 102))],
    }.items():
        for value in wrong:
            answer = alice.post("/api/hooks/outgoing", json={**good, field: value})
            assert (answer.status_code, answer.get_json()["code"]) == (422, "invalid"), (field, value)
            assert field in answer.get_json()["errors"]


def test_an_address_that_became_private_gets_nothing(app, alice, hall, near, monkeypatch):
    hook_for(alice, near)
    post(alice, hall, "one")
    monkeypatch.setattr(outgoing, "is_allowed", lambda *_: False)

    go(app)

    assert near.taken == []
    [line] = created(alice.get("/api/hooks/outgoing/1/deliveries"))["deliveries"]
    assert (line["state"], line["note"]) == ("waiting", "ForbiddenAddressError: 127.0.0.1 is not a public address")


def reminders(person):
    return [reminder["text"] for reminder in created(person.get("/api/reminders"))["reminders"]]


def fail_for_days(app):
    """Let three days pass, and ten tries, and ten more."""
    for after_hours in (*range(1, 10), 73):
        go(app, after_hours=after_hours)
    for after_hours in range(74, 84):
        go(app, after_hours=after_hours)


def test_an_end_that_is_away_for_days_is_switched_off_and_gets_what_waited_when_it_is_on_again(app, alice, hall, near):
    admin, other = sign_up(app, "Ada Admin", role="admin"), sign_up(app, "Otto Admin", role="admin")
    hook = hook_for(admin, near)["hook"]
    near.status = 503
    for text in ("one", "two", "three"):
        post(alice, hall, text)
    for after_hours in range(1, 72, 6):
        go(app, after_hours=after_hours)
    [line] = created(admin.get("/api/hooks/outgoing"))["hooks"]
    assert (line["is_enabled"], line["waiting"], reminders(admin)) == (True, 3, [])
    fail_for_days(app)

    [shown] = created(admin.get("/api/hooks/outgoing"))["hooks"]
    assert (shown["is_enabled"], shown["note"], shown["waiting"], shown["held"]) == (False, "unreachable", 0, 3)
    told = "The webhook Archive is switched off: nothing could be delivered for 3 days. What waits is kept."
    assert [reminders(person) for person in (admin, alice, other)] == [[told], [told], []]
    tries = len(near.refused)
    near.status = 200
    path = f"/api/hooks/outgoing/{hook['id']}"
    held = created(admin.get(f"{path}/deliveries"))["deliveries"][0]
    assert admin.post(f"{path}/deliveries/{held['id']}/replay").get_json()["delivery"]["state"] == "held"
    post(alice, hall, "while it is off")
    go(app, after_hours=90)
    assert (len(near.refused), near.taken) == (tries, [])

    shown = created(admin.patch(path, json={"is_enabled": True}))["hook"]
    post(alice, hall, "four")
    go(app)

    assert (shown["note"], shown["waiting"], shown["held"]) == (None, 3, 0)
    assert texts(near) == ["one", "two", "three", "four"]


def test_one_event_that_an_end_cannot_take_costs_its_time_and_not_the_webhook(app, alice, hall, near):
    hook = hook_for(alice, near)["hook"]
    near.status = 500
    post(alice, hall, "poison")
    post(alice, hall, "after it")
    for after_hours in (*range(1, 10), 73):
        go(app, after_hours=after_hours)
    near.status = 200
    go(app, after_hours=74)
    near.status = 500
    post(alice, hall, "later")
    for after_hours in range(75, 95):
        go(app, after_hours=after_hours)

    [shown] = created(alice.get("/api/hooks/outgoing"))["hooks"]
    lines = created(alice.get(f"/api/hooks/outgoing/{hook['id']}/deliveries"))["deliveries"]
    assert (shown["is_enabled"], texts(near)) == (True, ["after it"])
    assert [line["state"] for line in lines] == ["waiting", "sent", "failed"]


def test_what_is_held_is_kept_for_a_month(app, alice, hall, near):
    hook = hook_for(alice, near)["hook"]
    near.status = 503
    post(alice, hall, "one")
    post(alice, hall, "two")
    fail_for_days(app)
    for days, left in ((29, 2), (36, 0)):
        with app.app_context(), clock_at(now() + dt.timedelta(days=days)):
            app.extensions["postman"].forget_old()
        assert len(created(alice.get(f"/api/hooks/outgoing/{hook['id']}/deliveries"))["deliveries"]) == left


def test_a_secret_that_became_known_ends_at_once(app, alice, near):
    made = hook_for(alice, near)
    path = f"/api/hooks/outgoing/{made['hook']['id']}"
    changed = created(alice.post(f"{path}/rotate", json={"ends_former": True}))["secret"]
    assert alice.post(f"{path}/ping").status_code == 202
    go(app)

    [request] = near.taken
    assert [is_signed(request, made["secret"]), is_signed(request, changed)] == [False, True]
    assert alice.post(f"{path}/rotate", json={"ends_former": 7}).status_code == 422


def test_who_left_the_room_sees_and_does_nothing_with_the_hook_and_is_not_told_of_it(app, alice, bob, room, near):
    admin = sign_up(app, "Ada Admin", role="admin")
    created(alice.post(f"/api/rooms/{room['id']}/members", json={"user_id": admin.user_id}))
    types = ["message_posted", "message_edited", "member_removed", "room_updated"]
    hook = hook_for(admin, near, room_ids=[room["id"]], types=types)["hook"]
    message = post(alice, room, "before")["message"]
    go(app)
    created(alice.delete(f"/api/rooms/{room['id']}/members/{admin.user_id}"))
    created(alice.patch(f"/api/messages/{message['id']}", json={"text": "secret", "base_version": 1}))
    created(alice.patch(f"/api/rooms/{room['id']}", json={"name": "secret-name"}))
    go(app)

    assert texts(near) == ["before"]
    assert created(admin.get("/api/hooks/outgoing"))["hooks"] == []
    path = f"/api/hooks/outgoing/{hook['id']}"
    sent = f"{path}/deliveries/1/replay"
    answers = [
        admin.get(f"{path}/deliveries"),
        admin.post(sent),
        admin.post(f"{path}/ping"),
        admin.post(f"{path}/rotate"),
    ]
    answers.append(admin.patch(path, json={"types": types}))
    assert {answer.status_code for answer in answers} == {404}
    near.status = 410
    assert alice.post(f"{path}/ping").status_code == 202
    go(app)
    assert [len(reminders(person)) for person in (admin, alice)] == [0, 1]


def test_two_secrets_sign_for_a_day_after_a_change(app, alice, near):
    made = hook_for(alice, near)
    path = f"/api/hooks/outgoing/{made['hook']['id']}"
    changed = created(alice.post(f"{path}/rotate"))["secret"]
    assert alice.post(f"{path}/ping").status_code == 202
    go(app)
    assert alice.post(f"{path}/ping").status_code == 202
    go(app, after_hours=25)

    both, one = near.taken
    assert [is_signed(both, made["secret"]), is_signed(both, changed)] == [True, True]
    assert [is_signed(one, made["secret"]), is_signed(one, changed)] == [False, True]
    assert json.loads(one.body)["type"] == "ping"


def test_what_was_sent_is_on_record_and_can_be_sent_again(app, alice, hall, near):
    hook = hook_for(alice, near)["hook"]
    post(alice, hall, "one")
    go(app)
    path = f"/api/hooks/outgoing/{hook['id']}/deliveries"
    [line] = created(alice.get(path))["deliveries"]
    assert (line["type"], line["state"], line["attempts"], line["note"]) == ("message_posted", "sent", 1, "HTTP 200")

    assert alice.post(f"{path}/{line['id']}/replay").status_code == 202
    go(app)

    assert [request.headers["webhook-id"] for request in near.taken] == [line["key"]] * 2


def test_an_end_that_says_gone_is_switched_off_and_on_again_by_hand(app, alice, hall, near):
    hook = hook_for(alice, near)["hook"]
    near.status = 410
    post(alice, hall, "one")
    post(alice, hall, "behind it")
    go(app)
    [shown] = created(alice.get("/api/hooks/outgoing"))["hooks"]
    kept = created(alice.get(f"/api/hooks/outgoing/{hook['id']}/deliveries"))["deliveries"]
    assert [line["state"] for line in kept] == ["failed", "failed"]
    assert (shown["is_enabled"], shown["note"]) == (False, "gone")
    near.status = 200
    post(alice, hall, "nobody hears this")
    go(app)

    shown = created(alice.patch(f"/api/hooks/outgoing/{hook['id']}", json={"is_enabled": True}))["hook"]
    post(alice, hall, "two")
    go(app)

    assert (shown["is_enabled"], shown["note"], texts(near)) == (True, None, ["two"])


def test_an_end_that_says_when_to_come_again_is_left_alone_until_then(app, alice, hall, near):
    hook = hook_for(alice, near)["hook"]
    near.status, near.answer_headers = 429, {"Retry-After": "1800"}
    post(alice, hall, "one")
    before = now()
    go(app)
    near.status = 200
    go(app, after_hours=0.49)
    assert near.taken == []
    [line] = created(alice.get(f"/api/hooks/outgoing/{hook['id']}/deliveries"))["deliveries"]
    facts = next(one for one in created(alice.get("/api/delivery"))["carriers"] if one["name"] == "webhooks")
    assert facts["failing"][0]["next_attempt_at"] == line["next_attempt_at"]
    assert 1800 <= (moment_of(line["next_attempt_at"]) - before).total_seconds() < 1860

    go(app, after_hours=0.55)

    assert texts(near) == ["one"]


def test_a_deleted_hook_leaves_nothing_behind(app, alice, hall, near):
    hook = hook_for(alice, near)["hook"]
    near.status = 500
    post(alice, hall, "one")
    go(app)
    created(alice.delete(f"/api/hooks/outgoing/{hook['id']}"))
    near.status = 200

    go(app, after_hours=0.1)

    assert near.taken == []
    facts = next(one for one in created(alice.get("/api/delivery"))["carriers"] if one["name"] == "webhooks")
    assert (facts["waiting"], facts["given_up_count"]) == (0, 0)
