"""Web Push: readable by the one browser alone, signed, once, and only while there is something to tell."""

import datetime as dt
import json

import http_ece
import pytest
import sqlalchemy as sa
from py_vapid import Vapid02

from chat import failpoints
from chat.clock import clock_at, now
from chat.extensions import db
from chat.models import Delivery, PushSubscription
from chat.outgoing import client as outgoing
from chat.outgoing.push import from_base64, in_base64
from chat.outgoing.push_services import is_accepted
from tests.conftest import created, post
from tests.people import invite_code, join, sign_in
from tests.push_phones import HELD_BACK_HOURS, Phone, go, subscribe


def own(browser):
    return created(browser.get("/api/push"))["subscriptions"]


def waiting(app, **having):
    with app.app_context():
        return db.session.scalars(sa.select(sa.func.count()).select_from(Delivery).filter_by(**having)).one()


def test_a_mention_reaches_the_browser_that_alone_can_read_it(app, alice, dana, hall, phone, subscription):
    answer = post(alice, hall, "**@Dana** 안녕하세요\n다음 주")
    go(app, after_hours=0)
    assert phone.requests == []

    go(app)
    go(app, after_hours=1)

    [request] = phone.requests
    assert phone.read(request.body) == {
        "v": 1,
        "kind": "message",
        "tag": f"stet-room-{hall['id']}",
        "parent_id": None,
        "closed": [],
        "badge": 1,
        "must_show": False,
        "room_id": hall["id"],
        "message_id": answer["message"]["id"],
        "title": "Alice Kim in #launch",
        "body": "**@Dana** 안녕하세요 다음 주",
        "url": f"/rooms/{hall['id']}/messages/{answer['message']['id']}",
        "at": answer["message"]["created_at"],
    }
    assert "안녕".encode() not in request.body
    with pytest.raises(http_ece.ECEException):
        Phone(phone.service).read(request.body)
    headers = request.headers
    assert (headers["ttl"], headers["urgency"], headers["content-encoding"]) == ("86400", "high", "aes128gcm")
    assert len(from_base64(headers["topic"])) == 16
    assert len(request.body) < 4096
    [line] = own(dana)
    assert (line["device"], line["is_current"], line["last_error"]) == ("Firefox on Linux", True, None)
    assert line["last_ok_at"] is not None
    assert waiting(app, carrier="push") == 0


def test_the_push_service_can_tell_who_sends(app, alice, dana, hall, phone, subscription):
    post(alice, hall, "@Dana")
    go(app)

    header = phone.requests[0].headers["authorization"]
    assert Vapid02.verify(header)
    parts = dict(part.split("=", 1) for part in header.removeprefix("vapid ").split(","))
    assert parts["k"] == created(dana.get("/api/push"))["public_key"]
    claims = json.loads(from_base64(parts["t"].split(".")[1]))
    assert claims["aud"] == phone.service.url.rpartition("/")[0]
    assert claims["sub"] == "mailto:alice@example.com"
    assert 0 < claims["exp"] - now().timestamp() <= 24 * 3600
    head, _, tail = header.partition(".")
    assert not Vapid02.verify(f"{head}.{'A' if tail[0] != 'A' else 'B'}{tail[1:]}")


def test_while_the_push_service_is_down_nothing_is_lost(app, alice, dana, hall, phone, service, subscription):
    for status, wait, after_hours in ((503, "10", HELD_BACK_HOURS), (429, "1800", 0.01)):
        service.status, service.answer_headers = status, {"Retry-After": wait}
        post(alice, hall, f"@Dana {status}")
        go(app, after_hours=after_hours)
        assert own(dana)[0]["last_error"] == f"HTTP {status}"
    service.status = 201

    post(alice, hall, "@Dana said more")
    go(app, after_hours=0.5)
    assert phone.pushes == []
    go(app, after_hours=1)

    assert [push["body"] for push in phone.pushes] == ["@Dana said more"]
    assert own(dana)[0]["last_error"] is None


def test_killed_between_the_effect_and_its_mark_it_comes_again(app, alice, hall, phone, subscription):
    post(alice, hall, "@Dana")
    failpoints.arm("before_mark=raise")
    go(app)
    failpoints.arm("")

    go(app, after_hours=0.1)

    first, second = phone.requests
    assert phone.read(first.body) == phone.read(second.body)
    assert first.headers["topic"] == second.headers["topic"]


def test_a_browser_that_is_gone_is_forgotten(app, alice, dana, hall, phone, service, subscription):
    for status in (404, 410):
        service.status = status
        subscribe(dana, phone)
        post(alice, hall, "@Dana")
        go(app)
        assert own(dana) == []
        assert waiting(app, carrier="push") == 0


def test_what_is_refused_is_given_up_on_and_the_next_goes(app, alice, dana, hall, phone, service, subscription):
    service.status = 413
    post(alice, hall, "@Dana one")
    go(app)
    service.status = 201
    post(alice, hall, "@Dana two")

    go(app)

    assert [push["body"] for push in phone.pushes] == ["@Dana two"]
    assert waiting(app, carrier="push", state="failed") == 1


def test_what_comes_together_from_a_room_is_one_push_and_hides_no_mention(app, alice, dana, hall, phone, subscription):
    first = post(alice, hall, "@Dana one")["message"]
    app.extensions["listeners"].drain("push")
    second = post(alice, hall, "@Dana two")["message"]
    post(alice, hall, "nobody is called")
    app.extensions["listeners"].drain("push")
    assert waiting(app, carrier="push") == 1
    created(alice.delete(f"/api/messages/{second['id']}"))

    go(app)

    assert [push["message_id"] for push in phone.pushes] == [first["id"]]


def test_who_talks_without_end_does_not_hold_a_push_back(app, alice, hall, phone, subscription):
    start = now()
    for seconds in range(0, 12, 3):
        with clock_at(start + dt.timedelta(seconds=seconds)):
            post(alice, hall, f"@Dana {seconds}")
            go(app, after_hours=0)

    assert [push["body"] for push in phone.pushes] == ["@Dana 6"]


def test_it_falls_away_when_it_has_become_needless(app, alice, dana, hall, phone, subscription):
    def is_told(meanwhile):
        message = post(alice, hall, "@Dana")["message"]
        app.extensions["listeners"].drain("push")
        meanwhile(message)
        go(app)
        return message["id"] in [push.get("message_id") for push in phone.pushes]

    room = f"/api/rooms/{hall['id']}"
    assert is_told(lambda _: None)
    assert not is_told(lambda message: created(dana.put(f"{room}/read", json={"message_id": message["id"]})))
    assert not is_told(lambda message: created(alice.delete(f"/api/messages/{message['id']}")))
    assert not is_told(lambda _: created(dana.patch(f"{room}/preferences", json={"is_muted": True})))
    assert not is_told(lambda _: None)
    created(dana.patch(f"{room}/preferences", json={"is_muted": False}))
    rest = {"dnd_until": (now() + dt.timedelta(hours=2)).isoformat()}
    assert not is_told(lambda _: created(dana.patch("/api/me/preferences", json=rest)))
    created(dana.patch("/api/me/preferences", json={"dnd_until": None}))
    assert is_told(lambda _: None)
    assert not is_told(lambda _: created(alice.delete(f"{room}/members/{dana.user_id}")))
    assert waiting(app, carrier="push") == 0


def test_who_looks_at_stet_anywhere_is_not_pushed_to(app, alice, hall, phone, subscription, dana_connects):
    socket = dana_connects()
    post(alice, hall, "@Dana one")
    go(app)
    assert phone.pushes == []
    socket.emit("presence", {"state": "away"}, callback=True)
    post(alice, hall, "@Dana two")

    go(app)

    assert [push["body"] for push in phone.pushes] == ["@Dana two"]


def test_a_browser_is_wanted_until_its_person_says_otherwise(app, alice, dana, hall, phone, service):
    def standing(browser):
        found = created(browser.get("/api/push"))
        return found["is_wanted"], found["endpoint"]

    other = sign_in(app, "Dana")
    assert standing(dana) == (False, None)
    made = subscribe(dana, phone)
    assert standing(dana) == (True, phone.endpoint)
    assert (standing(other), standing(alice)) == ((False, None), (False, None))
    service.status = 410
    post(alice, hall, "@Dana")
    go(app)
    assert standing(dana) == (True, None)
    made = subscribe(dana, phone)

    created(other.delete(f"/api/push/subscriptions/{made['id']}"))

    assert standing(dana) == (False, None)


def test_the_badge_counts_what_is_meant_for_the_person(app, alice, dana, hall, phone, subscription):
    body = {"kind": "direct", "member_ids": [dana.user_id]}
    direct = created(alice.post("/api/rooms", json=body))["room"]
    parent = post(alice, hall, "nobody is called")["message"]
    for text in ("one", "two"):
        post(alice, direct, text)
    reply = {"text": "@Dana", "parent_id": parent["id"]}
    created(alice.post(f"/api/rooms/{hall['id']}/messages", json=reply))
    post(alice, hall, "@Dana")
    go(app)
    assert [push["badge"] for push in phone.pushes] == [4, 4]
    snapshot = created(dana.get(f"/api/streams/user-{dana.user_id}/snapshot"))
    in_rooms = sum(room["unread_count" if room["kind"] == "direct" else "mention_count"] for room in snapshot["rooms"])
    assert in_rooms + sum(thread["mention_count"] for thread in snapshot["threads"]) == 4

    created(dana.patch(f"/api/rooms/{direct['id']}/preferences", json={"is_muted": True}))
    post(alice, hall, "@Dana")
    go(app)

    assert phone.pushes[-1]["badge"] == 3


def test_it_ends_with_the_session(app, alice, dana, hall, phone, subscription):
    other = sign_in(app, "Dana")
    tablet = Phone(phone.service, "/tablet")
    subscribe(other, tablet)
    assert [line["is_current"] for line in own(dana)] == [True, False]
    post(alice, hall, "@Dana")
    app.extensions["listeners"].drain("push")
    created(other.delete("/api/session"))

    go(app)

    assert (len(phone.pushes), tablet.pushes) == (1, [])
    assert len(own(dana)) == 1


def test_a_session_that_has_run_out_gets_nothing(app, alice, dana, hall, phone, subscription):
    post(alice, hall, "@Dana")
    app.extensions["listeners"].drain("push")
    with clock_at(now() + dt.timedelta(days=400)):
        app.extensions["postman"].drain("push")

    assert phone.pushes == []
    with app.app_context():
        assert db.session.scalars(sa.select(PushSubscription)).all() == []


def test_text_and_language_are_the_persons_own_choice(app, alice, dana, hall, phone, subscription):
    created(dana.patch("/api/me", json={"language": "ko"}))
    created(dana.patch("/api/me/preferences", json={"push_text": False}))
    post(alice, hall, "@Dana secret")

    go(app)

    [push] = phone.pushes
    assert (push["title"], push["body"]) == ("#launch의 Alice Kim님", "새 메시지")


def test_a_test_comes_at_once_whatever_the_person_looks_at(app, dana, phone, subscription, dana_connects):
    dana_connects()
    assert dana.post(f"/api/push/subscriptions/{subscription['id']}/test").status_code == 202

    go(app, after_hours=0)

    assert [(push["room_id"], push["url"]) for push in phone.pushes] == [(None, "/settings/notifications")]


def test_another_person_on_the_same_browser_takes_it_over(app, alice, dana, hall, phone, subscription):
    post(alice, hall, "@Dana")
    app.extensions["listeners"].drain("push")
    erin = join(app, invite_code(alice), "Erin")
    subscribe(erin, phone)

    go(app)

    assert (own(dana), len(own(erin)), phone.pushes) == ([], 1, [])


def test_nobody_elses_subscription_can_be_seen_tried_or_removed(app, alice, dana, hall, phone, subscription):
    erin = join(app, invite_code(alice), "Erin")
    path = f"/api/push/subscriptions/{subscription['id']}"

    assert own(erin) == []
    assert {erin.delete(path).status_code, erin.post(f"{path}/test").status_code} == {404}
    created(dana.delete(path))
    post(alice, hall, "@Dana")
    go(app)
    assert (own(dana), phone.pushes) == ([], [])


def test_only_a_browser_can_subscribe_at_a_public_address_with_real_keys(alice, dana, phone):
    good = phone.body
    assert alice.post("/api/push/subscriptions", json=good).status_code == 403
    for field, wrong in {
        "endpoint": ["", "ftp://127.0.0.1/", "http://10.0.0.1/", "http://169.254.169.254/", "no", 7, None],
        "keys": [
            None,
            {},
            {**good["keys"], "auth": "short"},
            {**good["keys"], "auth": 7},
            {**good["keys"], "p256dh": in_base64(b"\x04" + bytes(64))},
            {**good["keys"], "p256dh": "한글"},
        ],
    }.items():
        for value in wrong:
            answer = dana.post("/api/push/subscriptions", json={**good, field: value})
            assert (answer.status_code, answer.get_json()["code"]) == (422, "invalid"), (field, value)
            assert field in answer.get_json()["errors"]


def test_an_unknown_push_service_is_refused_and_one_that_is_allowed_no_more_is_sent_nothing(
    app, alice, dana, hall, phone, subscription
):
    for endpoint in (
        "https://push.example.com/x",
        "https://fcm.googleapis.com.example.com/x",
        "https://example.com#.push.apple.com",
        "https://evilpush.apple.com/x",
        "https://push.apple.com@example.com/x",
        "https://fcm.googleapis.com:8443/x",
        "http://fcm.googleapis.com/x",
    ):
        answer = dana.post("/api/push/subscriptions", json={**phone.body, "endpoint": endpoint})
        assert (answer.status_code, answer.get_json()["code"]) == (422, "push_service_refused"), endpoint
    for host in ("fcm.googleapis.com", "updates.push.services.mozilla.com", "web.push.apple.com"):
        assert is_accepted(f"https://{host}/x")
    assert is_accepted("https://db5p.notify.windows.com/w/?token=x")
    post(alice, hall, "@Dana")

    app.config["SETTINGS"] = app.config["SETTINGS"].model_copy(update={"push_services": ""})
    go(app)

    assert phone.pushes == []
    assert "STET_PUSH_SERVICES" in own(dana)[0]["last_error"]
    assert waiting(app, carrier="push") == 0


def test_an_address_that_became_private_gets_nothing(app, alice, dana, hall, phone, subscription, monkeypatch):
    post(alice, hall, "@Dana")
    monkeypatch.setattr(outgoing, "is_allowed", lambda *_: False)

    go(app)

    assert phone.pushes == []
    assert own(dana)[0]["last_error"] == "127.0.0.1 is not a public address"
    assert waiting(app, carrier="push", state="failed") == 1
