"""The page of webhooks, as forms without scripts."""

import re
from html import unescape
from io import BytesIO

from chat.actions.outgoing_hook import hold_outgoing_hook
from chat.actions.plan_delivery import plan_delivery
from chat.extensions import db
from chat.models import OutgoingHook
from chat.unit_of_work import unit_of_work
from tests.conftest import created
from tests.files import picture
from tests.pages import enter, owner_browser, submit, text_of

PAGE = "/admin/webhooks"


def address_in(html):
    """Return the path of the one address that the page shows."""
    (path,) = re.findall(r'id="hook-url" readonly value="http://localhost(/hooks/[^"]+)"', html)
    return unescape(path)


def room_of(alice, owner):
    body = {"kind": "closed", "name": "ops", "member_ids": [owner.user_id]}
    return created(alice.post("/api/rooms", json=body))["room"]


def test_an_owner_makes_a_webhook_and_sees_how_it_is_used(app, alice):
    owner, program = owner_browser(app, alice), app.test_client()
    room = created(alice.post("/api/rooms", json={"kind": "closed", "name": "ops", "member_ids": [owner.user_id]}))[
        "room"
    ]

    html = text_of(submit(owner, PAGE, to=f"{PAGE}/incoming", name="Deploys <1>", room_id=room["id"], may_call="yes"))
    address = address_in(html)

    assert "Deploys &lt;1&gt;" in html
    assert f"curl -d '{{&quot;text&quot;: &quot;Hello from a webhook&quot;}}' http://localhost{address}" in html
    assert [program.post(address, json={"text": text}).text for text in ("hello", "")] == ["ok", "no_text"]
    html = text_of(owner.get(PAGE))
    assert address not in html
    assert re.search(r"By Olga · used 1 time, .*· may call people", html, re.DOTALL)
    assert "Write something first." in html
    assert "ops" not in text_of(owner_without_the_room(app, alice).get(PAGE))


def owner_without_the_room(app, alice):
    person = enter(app, alice)
    created(alice.patch(f"/api/users/{person.user_id}", json={"role": "admin"}))
    return person


def test_a_webhook_is_changed_switched_rotated_and_deleted(app, alice):
    owner, program = owner_browser(app, alice), app.test_client()
    room = created(alice.post("/api/rooms", json={"kind": "closed", "name": "ops", "member_ids": [owner.user_id]}))[
        "room"
    ]
    address = address_in(text_of(submit(owner, PAGE, to=f"{PAGE}/incoming", name="Deploys", room_id=room["id"])))
    row = f"{PAGE}/incoming/1"

    def answer(path):
        return program.post(path, json={"text": "hello"}).text

    submit(owner, PAGE, to=row, name="Builds")
    submit(owner, PAGE, to=f"{row}/picture", file=(BytesIO(picture((64, 64))), "a.png"))
    html = text_of(owner.get(PAGE))
    assert "Builds" in html
    assert "/avatars/" in html
    submit(owner, PAGE, to=f"{row}/picture", removed="yes")
    submit(owner, PAGE, to=row, is_enabled="no")
    assert "Switched off" in text_of(owner.get(PAGE))
    assert answer(address) == "no_service"
    submit(owner, PAGE, to=row, is_enabled="yes")
    assert answer(address) == "ok"
    rotated = address_in(text_of(submit(owner, PAGE, to=f"{row}/rotate")))
    assert (answer(address), answer(rotated)) == ("no_service", "ok")
    submit(owner, PAGE, to=f"{row}/delete")
    assert answer(rotated) == "no_service"
    assert "The webhook is deleted." in text_of(owner.get(PAGE))


def test_what_is_wrong_with_a_form_is_said(app, alice):
    owner = owner_browser(app, alice)
    hall = created(alice.post("/api/rooms", json={"kind": "open", "name": "hall"}))["room"]

    answers = [
        submit(owner, PAGE, to=f"{PAGE}/incoming", name="x", room_id="²"),
        submit(owner, PAGE, to=f"{PAGE}/incoming", name=" ", room_id=str(hall["id"])),
        submit(owner, PAGE, to=f"{PAGE}/incoming", name="x", room_id=str(hall["id"])),
    ]

    assert [answer.status_code for answer in answers] == [422, 422, 404]
    assert all('role="alert"' in text_of(answer) for answer in answers)


def test_what_was_switched_off_by_itself_says_so_and_has_a_way_on(app, alice):
    owner = owner_browser(app, alice)
    body = {"name": "Archive", "url": "https://1.1.1.1/in", "types": ["message_posted"]}
    hook_id = created(alice.post("/api/hooks/outgoing", json=body))["hook"]["id"]
    with app.app_context(), unit_of_work():
        plan_delivery("webhooks", str(hook_id), seq=None, payload={}, key="one")
        hold_outgoing_hook(db.session.get_one(OutgoingHook, hook_id))
    row = f"{PAGE}/outgoing/{hook_id}"

    html = text_of(owner.get(PAGE))
    assert "Nothing could be delivered for days, so it was switched off." in html
    assert "1 delivery is kept for it, for 30 days." in html
    assert "Held · 0 tries" in html
    assert f'{row}/deliveries/1/replay"' not in html
    assert submit(owner, PAGE, to=f"{row}/on").status_code == 302

    assert "Nothing could be delivered" not in text_of(owner.get(PAGE))
    [shown] = created(alice.get("/api/hooks/outgoing"))["hooks"]
    assert (shown["is_enabled"], shown["held"], shown["waiting"]) == (True, 0, 1)


def test_a_secret_is_replaced_with_or_without_an_overlap(app, alice):
    owner = owner_browser(app, alice)
    body = {"name": "Archive", "url": "https://1.1.1.1/in", "types": ["message_posted"]}
    made = created(alice.post("/api/hooks/outgoing", json=body))
    former = []
    for fields in ({}, {"ends_former": "yes"}):
        html = text_of(submit(owner, PAGE, to=f"{PAGE}/outgoing/{made['hook']['id']}/rotate", **fields))
        assert re.search(r'id="hook-secret" readonly value="whsec_[^"]+"', html)
        with app.app_context():
            former.append(db.session.get_one(OutgoingHook, made["hook"]["id"]).former_secret)
    assert former == [made["secret"].removeprefix("whsec_"), None]
