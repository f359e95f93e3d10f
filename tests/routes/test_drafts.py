"""Drafts: what somebody typed and has not sent, on all of their devices."""

import pytest
import sqlalchemy as sa

from chat.actions import save_draft as action
from chat.extensions import db
from chat.log import Entry
from chat.models import LoggedEvent
from tests.conftest import created, post
from tests.values import NOT_AN_ID, NOT_AN_OBJECT, NOT_TEXT, UNSTORABLE_TEXTS, keyed, statuses


def keep(client, room, text="", **body):
    return client.put("/api/drafts", json={"room_id": room["id"], "text": text, **body})


def drop(client, room, **body):
    return client.delete("/api/drafts", json={"room_id": room["id"], **body})


def drafts(client):
    return created(client.get("/api/drafts"))["drafts"]


def texts(client):
    return [draft["text"] for draft in drafts(client)]


def payloads(app, client):
    """Return what the log still holds of the person's drafts, oldest first."""
    query = sa.select(LoggedEvent.payload).where(
        LoggedEvent.type == "draft_changed", LoggedEvent.stream_id == f"user-{client.user_id}"
    )
    with app.app_context():
        return list(db.session.scalars(query.order_by(LoggedEvent.seq)))


def test_a_draft_is_kept_as_it_was_typed(bob, room):
    answer = created(keep(bob, room, "  half a\nsentence ", version=4, device="laptop"))

    (draft,) = drafts(bob)
    assert answer["stream"] == f"user-{bob.user_id}"
    assert {**draft, "updated_at": ""} == {
        "room_id": room["id"],
        "parent_id": None,
        "text": "  half a\nsentence ",
        "quoted_id": None,
        "version": 4,
        "device": "laptop",
        "updated_at": "",
    }
    assert created(bob.get(f"/api/streams/user-{bob.user_id}/snapshot"))["drafts"] == [draft]


def test_the_room_and_its_threads_are_different_places(alice, bob, room):
    parent = post(alice, room, "what do you think?")["message"]

    created(keep(bob, room, "to all"))
    created(keep(bob, room, "a reply", parent_id=parent["id"]))
    created(drop(bob, room))

    assert [(draft["parent_id"], draft["text"]) for draft in drafts(bob)] == [(parent["id"], "a reply")]


def test_an_empty_draft_is_no_draft(bob, room):
    created(keep(bob, room, "x"))
    created(keep(bob, room, " \n "))

    assert drafts(bob) == []


def test_a_quote_is_part_of_the_draft_and_enough_for_one(app, alice, bob, room):
    quoted = post(alice, room, "shall we?")["message"]["id"]

    created(keep(bob, room, quoted_id=quoted))
    (draft,) = drafts(bob)
    again = created(keep(bob, room, quoted_id=quoted))
    created(keep(bob, room, "we shall", quoted_id=quoted))

    assert (draft["text"], draft["quoted_id"], again["stream_seq"]) == ("", quoted, None)
    first, second = payloads(app, bob)
    assert first is None
    assert f'"quoted_id":{quoted}' in second.replace(" ", "")
    assert created(bob.get(f"/api/streams/user-{bob.user_id}/snapshot"))["drafts"] == drafts(bob)

    created(keep(bob, room, "we shall"))
    assert [(draft["text"], draft["quoted_id"]) for draft in drafts(bob)] == [("we shall", None)]
    created(keep(bob, room, quoted_id=quoted))
    created(drop(bob, room))
    assert drafts(bob) == []


def test_a_quote_tells_nothing_of_a_message_that_its_author_does_not_see(app, alice, carol, room):
    secret = post(alice, room, "the secret is out")["message"]["id"]
    own = created(carol.post("/api/rooms", json={"kind": "closed", "name": "mine"}))["room"]

    answers = [created(keep(carol, own, str(number), quoted_id=number)) for number in (secret, 999)]

    assert [set(answer) for answer in answers] == [{"room_id", "parent_id", "stream", "stream_seq"}] * 2
    created(keep(carol, own, quoted_id=secret))
    kept = carol.get(f"/api/streams/user-{carol.user_id}/snapshot").get_data(as_text=True)
    assert "the secret" not in kept + "".join(filter(None, payloads(app, carol)))
    assert created(carol.get(f"/api/messages?ids={secret}"))["messages"] == []
    sent = carol.post(f"/api/rooms/{own['id']}/messages", json={"text": "", "quoted_id": secret}, headers=keyed())
    assert (sent.status_code, sent.get_json()["code"]) == (409, "quote_gone")


def test_a_draft_stands_whose_quote_was_deleted_and_lets_go_of_it(app, alice, bob, room):
    quoted = post(alice, room, "shall we? or not")["message"]["id"]
    created(keep(bob, room, "we shall", quoted_id=quoted))

    created(alice.delete(f"/api/messages/{quoted}"))

    assert [(draft["text"], draft["quoted_id"]) for draft in drafts(bob)] == [("we shall", quoted)]
    assert "or not" not in "".join(filter(None, payloads(app, bob)))
    sent = bob.post(f"/api/rooms/{room['id']}/messages", json={"text": "x", "quoted_id": quoted}, headers=keyed())
    assert sent.get_json()["code"] == "quote_gone"
    created(keep(bob, room, "we shall, then", quoted_id=quoted))
    created(keep(bob, room, "we shall, then"))
    assert drafts(bob)[0]["quoted_id"] is None


def test_a_draft_is_nobody_elses_business(alice, bob, room):
    created(keep(bob, room, "about Alice"))

    assert drafts(alice) == []
    assert created(alice.get(f"/api/streams/user-{alice.user_id}/snapshot"))["drafts"] == []


def test_an_outsider_cannot_tell_that_the_room_exists(carol, room):
    nowhere = {"id": 999}

    assert keep(carol, room, "x").get_json() == keep(carol, nowhere, "x").get_json()
    assert drop(carol, room).get_json() == drop(carol, nowhere).get_json()
    assert (keep(carol, room, "x").status_code, drop(carol, room).status_code) == (404, 404)


def test_the_newer_edit_wins_whichever_comes_last(bob, room):
    created(keep(bob, room, "newer", version=7))

    answer = keep(bob, room, "older", version=6)

    assert (answer.status_code, answer.get_json()["code"]) == (409, "draft_conflict")
    assert answer.get_json()["draft"]["text"] == "newer"
    assert drop(bob, room, version=6).status_code == 409
    assert texts(bob) == ["newer"]


def test_a_repeat_changes_nothing(app, bob, room):
    created(keep(bob, room, "once", version=2))
    again = created(keep(bob, room, "once", version=2))

    assert again["stream_seq"] is None
    assert len(payloads(app, bob)) == 1


def test_without_a_version_the_last_one_stands(bob, room):
    created(keep(bob, room, "first"))
    created(keep(bob, room, "second"))

    assert [(draft["text"], draft["version"]) for draft in drafts(bob)] == [("second", 2)]


def test_the_log_keeps_nothing_that_was_typed_and_taken_back(app, bob, room):
    created(keep(bob, room, "I hate"))
    created(keep(bob, room, "I like"))

    first, second = payloads(app, bob)
    assert first is None
    assert "I like" in second
    created(drop(bob, room))

    assert [payload is None for payload in payloads(app, bob)] == [True, True, False]
    assert not any("like" in payload for payload in payloads(app, bob) if payload)


def test_what_waits_to_be_broadcast_loses_it_too(app, bob, room):
    created(keep(bob, room, "I hate"))
    created(keep(bob, room, "I like"))

    recent = app.extensions["writer"].recent
    waiting: list[Entry] = [entry for entry in recent._entries if entry.type == "draft_changed"]
    assert [entry.payload is None for entry in waiting] == [True, False]


def test_leaving_a_room_takes_its_drafts_along(app, alice, bob, room):
    parent = post(alice, room, "what do you think?")["message"]
    created(keep(bob, room, "to all"))
    created(keep(bob, room, "a reply", parent_id=parent["id"]))

    created(alice.delete(f"/api/rooms/{room['id']}/members/{bob.user_id}"))

    assert drafts(bob) == []
    assert payloads(app, bob) == [None, None]


def test_a_thread_is_one_of_the_room(alice, bob, room):
    elsewhere = created(alice.post("/api/rooms", json={"kind": "closed", "name": "elsewhere"}))["room"]
    foreign = post(alice, elsewhere, "not here")["message"]

    assert keep(bob, room, "x", parent_id=foreign["id"]).status_code == 422
    assert keep(bob, room, "x", parent_id=999).status_code == 422


def test_there_is_an_end_to_how_many(bob, room, alice, monkeypatch):
    monkeypatch.setattr(action, "MOST_DRAFTS", 1)
    parent = post(alice, room, "what do you think?")["message"]
    created(keep(bob, room, "one"))

    answer = keep(bob, room, "two", parent_id=parent["id"])

    assert (answer.status_code, answer.get_json()["code"]) == (409, "too_many")
    created(keep(bob, room, "one, changed"))


def test_an_answer_that_is_kept_does_not_hold_the_text(app, bob, room):
    created(bob.put("/api/drafts", json={"room_id": room["id"], "text": "a secret"}, headers=keyed()))

    with app.app_context():
        stored = db.session.scalars(sa.text("SELECT body FROM stored_answer")).all()
    assert not any("a secret" in body for body in stored)


def test_fields_hold_what_they_must(bob, room):
    assert statuses(NOT_TEXT + UNSTORABLE_TEXTS + ["x" * 16_001], lambda value: keep(bob, room, value)) == {422}
    assert statuses(NOT_AN_ID, lambda value: keep(bob, {"id": value}, "x")) == {422}
    assert statuses([0, -1, "1", True, 2**53], lambda value: keep(bob, room, "x", version=value)) == {422}
    assert statuses([0, -1, "1", True, 2**53], lambda value: keep(bob, room, "x", quoted_id=value)) == {422}
    assert statuses([1, {}, "x" * 65, "\ud800"], lambda value: keep(bob, room, "x", device=value)) == {422}


@pytest.mark.parametrize("body", NOT_AN_OBJECT)
def test_the_body_is_an_object(bob, body):
    for method in ("PUT", "DELETE"):
        answer = bob.open("/api/drafts", method=method, data=body, content_type="application/json")
        assert 400 <= answer.status_code < 500
