"""The delivery page, as a browser without scripts uses it."""

import re
from html import unescape

import pytest

from chat.actions.plan_delivery import plan_delivery
from chat.clock import now_text
from chat.extensions import db, socketio
from chat.listeners.listener import Listener
from chat.models import PushSubscription
from chat.unit_of_work import unit_of_work
from tests.conftest import created, post
from tests.pages import enter, owner_browser, submit, text_of
from tests.people import browser
from tests.routes.test_delivery import Unreliable, fail

PAGE = "/admin/delivery"


@pytest.fixture
def owner(app, alice):
    """Return Olga's browser."""
    return owner_browser(app, alice)


@pytest.fixture
def courier(app, room):
    """Return a listener that fails until it is mended; it begins at the head."""
    effect = Unreliable()
    app.extensions["listeners"].add(Listener("courier", effect))
    app.extensions["listeners"].drain()
    return effect


def words(response):
    """Return what a page says, without its marks and line breaks."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text_of(response))).split())


def act(owner, what, **fields):
    return submit(owner, PAGE, to=f"{PAGE}/listeners/courier/{what}", **fields)


def test_the_page_is_for_owners_alone(app, alice, owner):
    admin, member = enter(app, alice, "Ada"), enter(app, alice, "Mina")
    created(alice.patch(f"/api/users/{admin.user_id}", json={"role": "admin"}))

    assert [one.get(PAGE).status_code for one in (owner, admin, member)] == [200, 403, 403]
    assert browser(app).get(PAGE).headers["Location"] == f"/sign-in?next={PAGE}"


def test_only_owners_are_led_to_it(app, alice, owner):
    admin = enter(app, alice, "Ada")
    created(alice.patch(f"/api/users/{admin.user_id}", json={"role": "admin"}))

    assert [PAGE in text_of(one.get("/admin/rooms")) for one in (owner, admin)] == [True, False]


def test_the_page_says_how_far_everything_is(app, alice, bob, owner, room):
    client = socketio.test_client(app, auth={"v": 1, "device": "d", "token": bob.token})
    app.extensions["broadcaster"].drain()
    seq = post(alice, room, "hello")["seq"]

    said = words(owner.get(PAGE))

    assert f"Newest event {seq} " in said
    assert f"Live delivery Stopped Done up to event {seq - 1} Behind 1 event " in said
    assert "Bob Lee Token test not told yet" in said
    assert "Free disk" in said
    client.disconnect()


def test_a_listener_that_fails_is_shown_with_its_error(app, alice, owner, room, courier):
    post(alice, room, "hello")
    app.extensions["listeners"].drain()

    said = words(owner.get(PAGE))

    assert "Tries 1 of 10 Next try" in said
    assert "It fails" in said
    assert "ConnectionError: nobody answers" in said


def test_an_error_is_shown_as_text_whatever_it_says(app, alice, owner, room):
    def hostile(entry, key):
        msg = "<script>alert(1)</script>"
        raise ValueError(msg)

    app.extensions["listeners"].add(Listener("hostile", hostile))
    app.extensions["listeners"].drain()
    post(alice, room, "hello")
    app.extensions["listeners"].drain()

    page = text_of(owner.get(PAGE))

    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page


def test_a_dead_letter_is_retried_by_a_button(app, alice, owner, room, courier):
    seq = post(alice, room, "hello")["seq"]
    fail(app, 11)
    assert f"Event {seq} given up after 10 tries" in words(owner.get(PAGE))
    courier.is_failing = False

    answer = act(owner, "retry", seq=seq)

    assert (answer.status_code, answer.headers["Location"]) == (302, PAGE)
    said = words(owner.get(PAGE))
    assert "Tried again." in said
    assert "given up" not in said
    assert [int(key.split(":")[1]) for key in courier.keys] == [seq]


def test_skipping_asks_first_and_forgets_the_letter(app, alice, owner, room, courier):
    seq = post(alice, room, "hello")["seq"]
    fail(app, 11)
    assert f'data-confirms="Skip event {seq}?"' in text_of(owner.get(PAGE))

    act(owner, "skip", seq=seq)

    assert "given up" not in words(owner.get(PAGE))
    assert courier.keys == []


def test_a_replay_begins_again_with_what_the_log_keeps(app, alice, owner, room, courier):
    courier.is_failing = False
    seq = post(alice, room, "hello")["seq"]
    app.extensions["listeners"].drain()

    act(owner, "replay")
    app.extensions["listeners"].drain()

    assert [int(key.split(":")[1]) for key in courier.keys].count(seq) == 2


@pytest.mark.parametrize("fields", [{"seq": "99"}, {"seq": "-1"}, {"seq": "٣"}, {"seq": "9" * 400}, {}])
def test_what_has_changed_meanwhile_is_said(owner, courier, fields):
    answer = act(owner, "skip", **fields)

    assert answer.status_code == 302
    assert "That had changed already." in words(owner.get(PAGE))


@pytest.mark.parametrize("odd", ["x", "0" * 16 + "1" + "9" * 30, "1.0", " "])
def test_what_is_no_event_is_not_the_one_that_fails(alice, app, owner, room, courier, odd):
    post(alice, room, "hello")
    fail(app, 1)

    act(owner, "skip", seq=odd)

    assert "That had changed already." in words(owner.get(PAGE))
    fail(app, 1)
    assert "given up" not in words(owner.get(PAGE))


def test_an_unknown_act_does_nothing(owner, courier):
    assert act(owner, "destroy").headers["Location"] == PAGE
    assert owner.get(f"{PAGE}/listeners/courier/skip").headers["Location"] == PAGE


def test_members_cannot_act(app, alice, owner, room, courier):
    post(alice, room, "hello")
    fail(app, 11)
    member = enter(app, alice, "Mina")

    answers = [submit(member, "/settings/profile", to=f"{PAGE}/listeners/courier/{what}") for what in ("retry", "skip")]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert "given up after 10 tries" in words(owner.get(PAGE))


def test_the_page_speaks_korean(alice, owner):
    created(owner.patch("/api/me", json={"language": "ko"}, headers={"X-CSRF-Token": csrf(owner)}))

    assert "전달" in words(owner.get(PAGE))


def csrf(person):
    return created(person.get("/api/me"))["csrf_token"]


def test_the_ends_of_carriers_have_names_and_keep_their_secrets(app, alice, owner):
    body = {"name": "Archive", "url": "https://1.1.1.1/secret-path", "types": ["message_posted"]}
    hook_id = created(alice.post("/api/hooks/outgoing", json=body))["hook"]["id"]
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"
    with app.app_context(), unit_of_work():
        db.session.add(
            PushSubscription(
                user_id=alice.user_id,
                session_id=1,
                endpoint="https://push.example/secret-endpoint",
                p256dh="",
                auth="",
                user_agent=agent,
                created_at=now_text(),
            )
        )
        db.session.flush()
        lanes = [
            ("webhooks", str(hook_id)),
            ("webhooks", "99"),
            ("push", "1"),
            ("mail", str(alice.user_id)),
            ("mail", "reset alice@example.com"),
            ("mail", "invite dana@example.com"),
        ]
        for carrier, lane in lanes:
            plan_delivery(carrier, lane, seq=None, payload={}, key=f"key {carrier} {lane}").attempts = 1

    said = words(owner.get(PAGE))

    for end in (
        "Archive · 1.1.1.1",
        "99",
        "Alice Kim · Firefox on Linux",
        "Alice Kim · alice@example.com",
        "dana@example.com",
    ):
        assert f"{end} 1 try" in said
    assert "secret" not in said
