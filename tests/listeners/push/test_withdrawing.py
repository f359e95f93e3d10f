"""What a push has shown leaves the screen when it is read elsewhere, deleted, or its room left."""

from ipaddress import ip_address

import pytest
import sqlalchemy as sa

from chat.extensions import db
from chat.models import Delivery, ShownPush
from chat.outgoing import client as outgoing
from tests.conftest import created, post
from tests.people import sign_in
from tests.push_phones import Phone, go, subscribe


@pytest.fixture
def laptop(app, dana):
    """Return another browser of Dana's, which nobody pushes to."""
    return sign_in(app, "Dana")


@pytest.fixture
def iphone(monkeypatch, service):
    """Return a phone whose push service is Apple's; the name leads to the local one."""
    monkeypatch.setattr(outgoing, "resolve", lambda *_: [ip_address("127.0.0.1")])
    made = Phone(service, "/iphone")
    made.endpoint = made.endpoint.replace("127.0.0.1", "web.push.apple.com")
    return made


def read(browser, room, message):
    created(browser.put(f"/api/rooms/{room['id']}/read", json={"message_id": message["id"]}))


def closing(push):
    return [(one["tag"], one["message_id"]) for one in push["closed"]]


def waiting(app):
    with app.app_context():
        return db.session.scalars(sa.select(sa.func.count()).select_from(Delivery)).one()


def shown(app):
    with app.app_context():
        return [(row.room_id, row.message_id) for row in db.session.scalars(sa.select(ShownPush))]


def test_what_was_read_on_another_device_is_withdrawn_once(app, alice, dana, hall, phone, subscription, laptop):
    first = post(alice, hall, "@Dana 안녕하세요")["message"]
    go(app)
    read(laptop, hall, first)
    app.extensions["listeners"].drain("push")
    assert waiting(app) == 1

    go(app)
    read(laptop, hall, post(alice, hall, "nobody is called")["message"])
    go(app)

    message, withdrawal = phone.requests
    push = phone.read(withdrawal.body)
    assert push == {
        "v": 1,
        "kind": "withdrawal",
        "title": "Saebom Studio",
        "body": "You have read it on another device.",
        "url": "/",
        "closed": [{"tag": f"stet-room-{hall['id']}", "message_id": first["id"]}],
        "badge": 0,
        "must_show": False,
    }
    assert withdrawal.headers["urgency"] == "low"
    assert withdrawal.headers["topic"] == message.headers["topic"]
    assert (waiting(app), shown(app)) == (0, [])


def test_nothing_is_withdrawn_that_was_not_sent_or_is_not_read(app, alice, dana, hall, phone, subscription, laptop):
    first = post(alice, hall, "nobody is called")["message"]
    go(app)
    read(laptop, hall, first)
    post(alice, hall, "@Dana")
    go(app)
    read(laptop, hall, first)
    go(app)

    assert [push["kind"] for push in phone.pushes] == ["message"]


def test_a_reply_is_read_in_its_thread(app, alice, dana, hall, phone, subscription, laptop):
    parent = post(alice, hall, "When?")["message"]
    body = {"text": "@Dana, do you know?", "parent_id": parent["id"]}
    reply = created(alice.post(f"/api/rooms/{hall['id']}/messages", json=body))["message"]
    go(app)
    read(laptop, hall, reply)
    go(app)
    assert [push["kind"] for push in phone.pushes] == ["message"]
    assert phone.pushes[0]["parent_id"] == parent["id"]

    created(laptop.put(f"/api/messages/{parent['id']}/thread/read", json={"message_id": reply["id"]}))
    go(app)

    assert closing(phone.pushes[-1]) == [(f"stet-room-{hall['id']}", reply["id"])]


def test_what_was_deleted_or_is_of_a_room_that_was_left_does_not_stay(app, alice, dana, hall, phone, subscription):
    secret = post(alice, hall, "@Dana secret")["message"]
    go(app)
    created(alice.delete(f"/api/messages/{secret['id']}"))
    go(app)
    last = post(alice, hall, "@Dana, farewell")["message"]
    go(app)
    created(alice.delete(f"/api/rooms/{hall['id']}/members/{dana.user_id}"))
    go(app)

    assert [(push["kind"], closing(push)) for push in phone.pushes] == [
        ("message", []),
        ("withdrawal", [(f"stet-room-{hall['id']}", secret["id"])]),
        ("message", []),
        ("withdrawal", [(f"stet-room-{hall['id']}", last["id"])]),
    ]
    assert phone.pushes[1]["body"] == "This is not there any more."
    assert "secret" not in str(phone.pushes[1:])


def test_many_rooms_read_together_are_one_withdrawal(app, alice, dana, hall, phone, subscription, laptop):
    body = {"kind": "closed", "name": "design", "member_ids": [dana.user_id]}
    other = created(alice.post("/api/rooms", json=body))["room"]
    for room in (hall, other):
        post(alice, room, "@Dana")
    go(app)
    created(laptop.post("/api/rooms/read", json={}))
    go(app)

    assert [push["kind"] for push in phone.pushes] == ["message", "message", "withdrawal"]
    assert [tag for tag, _ in closing(phone.pushes[-1])] == [f"stet-room-{hall['id']}", f"stet-room-{other['id']}"]
    assert phone.requests[-1].headers["topic"] not in {request.headers["topic"] for request in phone.requests[:-1]}


def test_what_was_read_while_it_was_on_its_way_is_withdrawn(
    app, alice, dana, hall, phone, service, subscription, laptop
):
    message = post(alice, hall, "@Dana")["message"]

    def read_meanwhile(*_):
        service.on_request = None
        read(laptop, hall, message)
        app.extensions["listeners"].drain("push")

    service.on_request = read_meanwhile
    go(app)
    go(app, after_hours=0.01)

    assert [push["kind"] for push in phone.pushes] == ["message", "withdrawal"]


def test_a_browser_whose_page_is_open_closes_them_itself(
    app, alice, dana, hall, phone, subscription, laptop, dana_connects
):
    message = post(alice, hall, "@Dana")["message"]
    go(app)
    dana_connects()
    read(laptop, hall, message)
    go(app)

    assert [push["kind"] for push in phone.pushes] == ["message"]
    assert (waiting(app), shown(app)) == (0, [])


def test_an_apple_device_hears_of_what_was_read_with_the_next_push(app, alice, dana, hall, iphone, laptop):
    body = {"kind": "closed", "name": "design", "member_ids": [dana.user_id]}
    other = created(alice.post("/api/rooms", json=body))["room"]
    subscribe(dana, iphone)
    message = post(alice, hall, "@Dana")["message"]
    go(app)
    read(laptop, hall, message)
    go(app)
    assert (len(iphone.pushes), waiting(app)) == (1, 0)

    secret = post(alice, other, "@Dana secret")["message"]
    go(app)
    assert closing(iphone.pushes[1]) == [(f"stet-room-{hall['id']}", message["id"])]
    created(alice.delete(f"/api/messages/{secret['id']}"))
    go(app)

    assert [push["must_show"] for push in iphone.pushes] == [True, True, True]
    assert (iphone.pushes[2]["kind"], closing(iphone.pushes[2])) == (
        "withdrawal",
        [(f"stet-room-{other['id']}", secret["id"])],
    )
    assert shown(app) == []


def test_a_withdrawal_waits_for_a_push_service_that_is_down(
    app, alice, dana, hall, phone, service, subscription, laptop
):
    message = post(alice, hall, "@Dana")["message"]
    go(app)
    service.status = 503
    read(laptop, hall, message)
    go(app)
    service.status = 201
    go(app, after_hours=1)

    assert [push["kind"] for push in phone.pushes] == ["message", "withdrawal"]
    assert shown(app) == []
