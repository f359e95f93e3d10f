"""What programs send to an incoming webhook."""

import json
import logging
from urllib.parse import urlencode, urlsplit

import pytest

from chat.extensions import db
from chat.models import Mention
from tests.conftest import created, post, sign_up
from tests.people import event_types

KINDS = ("application/json", "application/x-www-form-urlencoded")
JSON_ONLY = {"Accept": "application/json"}
AXIOS = {"Accept": "application/json, text/plain, */*"}


@pytest.fixture
def hook(alice, room):
    """Return a webhook of Alice's and Bob's room, and its address."""
    return made(alice, room)


def made(owner, room, **more):
    return created(owner.post("/api/hooks/incoming", json={"room_id": room["id"], "name": "Deploys", **more}))


def send(app, hook, body, **how):
    return app.test_client().post(urlsplit(hook["url"]).path, json=body, **how)


def said(person, room):
    return person.get(f"/api/rooms/{room['id']}/messages").get_json()["messages"]


def seen(owner):
    return owner.get("/api/hooks/incoming").get_json()["hooks"][0]


def test_a_message_is_posted_by_the_bot_for_everybody_in_the_room_alone(app, alice, bob, carol, room, hook):
    answer = send(
        app, hook, {"text": "*Deployed* <https://a.example|1.2>", "channel": "#hall", "username": "Alice Kim"}
    )

    assert (answer.status_code, answer.text, answer.mimetype) == (200, "ok", "text/plain")
    (message,) = said(bob, room)
    assert message["text"] == "**Deployed** [1.2](https://a.example)"
    assert message["author_id"] == hook["hook"]["bot_id"]
    assert event_types(app, room["stream"])[-1] == "message_posted"
    assert bob.get("/api/rooms").get_json()["rooms"][0]["unread_count"] == 1
    assert carol.get(f"/api/messages/{message['id']}").status_code == 404
    assert (seen(alice)["use_count"], seen(alice)["last_error"]) == (1, None)
    assert seen(alice)["last_used_at"] is not None


def test_slacks_clients_are_answered_ok_and_in_slacks_words(app, alice, room, hook):
    for headers in ({}, {"Accept": "*/*"}, AXIOS):
        assert send(app, hook, {"text": "hello"}, headers=headers).text == "ok"
        refused = send(app, hook, {"text": " "}, headers=headers)
        assert (refused.status_code, refused.text, refused.mimetype) == (400, "no_text", "text/plain")

    assert (seen(alice)["last_error"], seen(alice)["use_count"]) == ("no_text", 3)


def test_who_accepts_json_alone_gets_the_message_and_problem_documents(app, bob, room, hook):
    parent = post(bob, room, "how did it go?")["message"]
    body = {"text": "**well** &amp; fast", "format": "markdown", "thread_of": parent["id"]}

    answer = send(app, hook, body, headers=JSON_ONLY)
    refused = send(app, hook, {**body, "thread_of": 999}, headers=JSON_ONLY)

    (message,) = answer.get_json()["messages"]
    assert (answer.status_code, message["text"], message["parent_id"]) == (201, body["text"], parent["id"])
    assert (refused.status_code, list(refused.get_json()["errors"])) == (422, ["parent_id"])
    assert send(app, hook, [], headers=JSON_ONLY).get_json()["code"] == "invalid_payload"


def test_forms_and_mislabelled_json_are_taken(app, bob, room, hook):
    path, client = urlsplit(hook["url"]).path, app.test_client()
    payload = json.dumps({"text": "hello & goodbye"})

    answers = [
        client.post(path, data={"payload": payload}),
        client.post(path, data={"payload": payload}, content_type="multipart/form-data"),
        client.post(path, data=payload, content_type="application/x-www-form-urlencoded"),
        client.post(path, data=payload.encode()),
    ]

    assert [answer.text for answer in answers] == ["ok"] * 4
    assert [message["text"] for message in said(bob, room)] == ["hello & goodbye"] * 4


NO_PAYLOADS = [
    *("x", 1, None, True, [], [{"text": "a"}]),
    *({"text": junk} for junk in (1, True, [], {}, "\ud800")),
    *({"text": "a", "blocks": junk} for junk in ("x", 1, {}, [{}] * 51)),
    *({"text": "a", "attachments": junk} for junk in ("x", 1, {}, [{}] * 101)),
    *({"text": "a", name: junk} for name in ("mrkdwn", "format") for junk in ("x", 1, None)),
    *({"text": "a", "thread_of": junk} for junk in ("1", 0, -1, 2**60, [])),
]
NO_TEXTS = [{}, {"text": None}, {"text": "\u200b\x00"}, {"blocks": [1, {}], "attachments": [""]}]
NO_JSON = [b"", b"{", b"\xff", b'{"text":' + b"[" * 100_000, urlencode({"payload": "{"}).encode()]


def test_what_is_no_message_is_refused(app, bob, room, hook):
    path, client = urlsplit(hook["url"]).path, app.test_client()

    payloads = [send(app, hook, body) for body in NO_PAYLOADS]
    payloads += [client.post(path, data=data, content_type=kind) for data in NO_JSON for kind in KINDS]
    texts = [send(app, hook, body) for body in NO_TEXTS]
    long = send(app, hook, {"text": "x" * 40_001})

    assert {(answer.status_code, answer.text) for answer in payloads} == {(400, "invalid_payload")}
    assert {(answer.status_code, answer.text) for answer in texts} == {(400, "no_text")}
    assert (long.status_code, long.text) == (400, "msg_too_long")
    assert said(bob, room) == []


def test_a_body_that_is_too_large_is_not_read(app, hook):
    answer = send(app, hook, {"text": "x" * 300_000}, headers={"Accept": "*/*"})

    assert (answer.status_code, answer.get_json()["code"]) == (413, "too_large")


def test_a_long_text_is_several_messages_and_a_repeat_none(app, bob, room, hook):
    key = {"Idempotency-Key": "5f0c6a52-2a6b-4f5a-9f2a-000000000001"}
    body = {"text": "\n".join(["a line of a log"] * 600)}

    answers = [send(app, hook, body, headers=key) for _ in range(2)]
    other = send(app, hook, {"text": "another"}, headers=key)
    no_key = send(app, hook, body, headers={"Idempotency-Key": "1"})

    assert [answer.text for answer in answers] == ["ok", "ok"]
    assert [len(message["text"]) <= 4_000 for message in said(bob, room)] == [True] * 3
    assert (other.status_code, other.text) == (422, "idempotency_key_reused")
    assert no_key.status_code == 422


def test_it_calls_people_only_if_it_may(app, alice, bob, room, hook):
    body = {"text": "<!channel> <@U1|Bob Lee>"}
    silent = send(app, hook, body, headers=JSON_ONLY).get_json()["messages"][0]
    alice.patch(f"/api/hooks/incoming/{hook['hook']['id']}", json={"may_call": True})
    loud = send(app, hook, body, headers=JSON_ONLY).get_json()["messages"][0]

    assert (silent["text"], silent["mentions"], silent["mentions_room"]) == ("@room @Bob Lee", [], None)
    assert (loud["mentions"], loud["mentions_room"]) == ([alice.user_id, bob.user_id], "room")
    with app.app_context():
        assert {row.message_id for row in db.session.query(Mention)} == {loud["id"]}


def test_a_wrong_secret_and_a_webhook_that_is_none_are_the_same(app, alice, room, hook):
    other = made(alice, room)
    hook_id, secret = hook["hook"]["id"], hook["url"].rpartition("/")[2]
    paths = [f"/hooks/{hook_id}/{other['url'].rpartition('/')[2]}", f"/hooks/999/{secret}", f"/hooks/{hook_id}/%00%ff"]
    client = app.test_client()

    for headers in ({}, JSON_ONLY):
        answers = [client.post(path, json={"text": "x"}, headers=headers) for path in paths]
        assert {(answer.status_code, answer.data) for answer in answers} == {(404, answers[0].data)}
    assert client.post(paths[0]).text == "no_service"
    assert seen(alice)["last_error"] is None
    assert client.get(urlsplit(hook["url"]).path).status_code == 405


def test_an_address_ends_with_its_rotation_its_switch_and_its_deletion(app, alice, hook):
    path = f"/api/hooks/incoming/{hook['hook']['id']}"
    rotated = created(alice.post(f"{path}/rotate"))

    assert [send(app, each, {"text": "a"}).text for each in (hook, rotated)] == ["no_service", "ok"]
    created(alice.patch(path, json={"is_enabled": False}))
    assert send(app, rotated, {"text": "a"}).status_code == 404
    created(alice.patch(path, json={"is_enabled": True}))
    assert send(app, rotated, {"text": "a"}).text == "ok"
    created(alice.delete(path))
    assert send(app, rotated, {"text": "a"}).text == "no_service"


def test_an_archived_room_and_one_that_the_bot_was_taken_out_of_say_so(app, alice, room, hook):
    created(alice.patch(f"/api/rooms/{room['id']}", json={"archived": True}))
    archived = send(app, hook, {"text": "a"})
    created(alice.patch(f"/api/rooms/{room['id']}", json={"archived": False}))
    created(alice.delete(f"/api/rooms/{room['id']}/members/{hook['hook']['bot_id']}"))
    removed = send(app, hook, {"text": "a"})

    assert (archived.status_code, archived.text) == (410, "channel_is_archived")
    assert (removed.status_code, removed.text) == (404, "channel_not_found")
    assert (seen(alice)["last_error"], seen(alice)["is_in_room"]) == ("channel_not_found", False)
    created(alice.patch(f"/api/hooks/incoming/{hook['hook']['id']}", json={"is_enabled": True}))
    assert send(app, hook, {"text": "a"}).text == "ok"


def test_a_webhook_is_slowed_down_by_itself(limited):
    owner = sign_up(limited, "Alice Kim", role="owner")
    room = created(owner.post("/api/rooms", json={"kind": "open", "name": "hall"}))["room"]
    hook, other = made(owner, room), made(owner, room)

    answers = [send(limited, hook, {"text": " "}) for _ in range(61)]
    stranger = limited.test_client().post(f"/hooks/{hook['hook']['id']}/wrong")

    assert [answer.text for answer in answers] == ["no_text"] * 60 + ["rate_limited"]
    assert answers[-1].status_code == 429
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 60
    assert stranger.status_code == 404
    noted = created(owner.get("/api/hooks/incoming"))["hooks"]
    assert [one["last_error"] for one in noted] == ["rate_limited", None]
    assert send(limited, hook, {"text": " "}).text == "rate_limited"
    assert created(owner.get("/api/hooks/incoming"))["hooks"] == noted
    assert send(limited, other, {"text": "a"}).text == "ok"


def test_a_cookie_does_not_matter_and_none_is_set(app, dana, hook):
    dana.csrf_token = ""

    answer = dana.post(urlsplit(hook["url"]).path, json={"text": "a"})

    assert answer.text == "ok"
    assert "Set-Cookie" not in answer.headers


def test_the_secret_is_in_no_log(app, hook, caplog, monkeypatch):
    def fail(_text):
        msg = "a fault of ours"
        raise RuntimeError(msg)

    monkeypatch.setattr("chat.routes.incoming.present_for", fail)
    with caplog.at_level(logging.DEBUG):
        answer = send(app, hook, {"text": "a"}, headers={"Accept": "text/html"})

    assert (answer.status_code, answer.get_json()["code"]) == (500, "unexpected")
    assert "/hooks/1/…" in caplog.text
    assert hook["url"].rpartition("/")[2] not in caplog.text
