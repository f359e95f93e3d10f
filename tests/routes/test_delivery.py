"""Delivery: what owners see of the log, the listeners and the clients, and what a room sees of one message."""

import datetime as dt
import io
import json

import pytest

from chat import disk_use
from chat.actions.plan_delivery import plan_delivery
from chat.clock import clock_at, now
from chat.extensions import db, socketio
from chat.listeners.listener import Listener
from chat.models import DeadLetter, Delivery, ListenerState
from chat.unit_of_work import unit_of_work
from tests.conftest import created, post, sign_up
from tests.people import join


class Unreliable:
    """An external effect that fails for as long as it is told to."""

    def __init__(self):
        self.is_failing = True
        self.keys = []

    def __call__(self, _entry, key):
        if self.is_failing:
            msg = "nobody answers"
            raise ConnectionError(msg)
        self.keys.append(key)


@pytest.fixture
def courier(app, room):
    """Return a listener that fails until it is mended; it begins at the head."""
    effect = Unreliable()
    app.extensions["listeners"].add(Listener("courier", effect))
    app.extensions["listeners"].drain()
    return effect


@pytest.fixture
def phone(app, bob, room):
    """Return Bob's socket."""
    client = socketio.test_client(app, auth={"v": 1, "device": "d", "token": bob.token})
    yield client
    client.disconnect()


def report(owner):
    return created(owner.get("/api/delivery"))


def listener(owner, name="courier"):
    return next(one for one in report(owner)["listeners"] if one["name"] == name)


def delivery(client, answer):
    return created(client.get(f"/api/messages/{answer['message']['id']}/delivery"))


def tell(socket, room, position):
    assert socket.emit("received", {"positions": {room["stream"]: position}}, callback=True) == {"ok": True}


def fail(app, times):
    """Let the listeners try, with time passing in between."""
    for hours in range(times):
        with clock_at(now() + dt.timedelta(hours=hours)):
            app.extensions["listeners"].drain()


# A message


def test_a_message_tells_when_and_where_it_is_stored(alice, room):
    answer = post(alice, room, "hello")

    found = delivery(alice, answer)

    assert found["stored_at"] == answer["message"]["created_at"]
    assert (found["seq"], found["stream_seq"]) == (answer["seq"], answer["stream_seq"])
    assert (found["connected"], found["delivered"], found["read"]) == (0, 0, 0)


def test_a_message_is_delivered_when_a_client_says_that_it_has_it(app, alice, room, phone):
    answer = post(alice, room, "hello")
    app.extensions["broadcaster"].drain()
    before = delivery(alice, answer)

    tell(phone, room, answer["stream_seq"])

    assert (before["connected"], before["delivered"]) == (1, 0)
    after = delivery(alice, answer)
    assert (after["connected"], after["delivered"]) == (1, 1)


def test_a_person_with_two_clients_counts_once_and_one_of_them_is_enough(app, alice, bob, room, phone):
    answer = post(alice, room, "hello")
    laptop = socketio.test_client(app, auth={"v": 1, "device": "e", "token": bob.token})

    tell(laptop, room, answer["stream_seq"])

    found = delivery(bob, answer)
    assert (found["connected"], found["delivered"]) == (1, 1)
    laptop.disconnect()
    assert delivery(bob, answer)["delivered"] == 0


def test_the_author_is_not_counted(alice, bob, room, phone):
    answer = post(bob, room, "hello")
    tell(phone, room, answer["stream_seq"])
    bob.put(f"/api/rooms/{room['id']}/read", json={"message_id": answer["message"]["id"]})

    found = delivery(alice, answer)

    assert (found["connected"], found["delivered"], found["read"]) == (0, 0, 0)


def test_read_marks_at_the_message_or_after_it_count(alice, bob, room):
    first, second = post(alice, room, "first"), post(alice, room, "second")

    bob.put(f"/api/rooms/{room['id']}/read", json={"message_id": first["message"]["id"]})

    assert (delivery(alice, first)["read"], delivery(alice, second)["read"]) == (1, 0)


def test_who_joined_after_the_message_is_not_counted(app, alice, room):
    answer = post(alice, room, "hello")
    erin = sign_up(app, "Erin")
    created(alice.post(f"/api/rooms/{room['id']}/members", json={"user_id": erin.user_id}))
    client = socketio.test_client(app, auth={"v": 1, "device": "d", "token": erin.token})
    tell(client, room, answer["stream_seq"] + 1)

    found = delivery(alice, answer)

    assert (found["connected"], found["delivered"], found["read"]) == (0, 0, 0)
    client.disconnect()


def test_a_deleted_message_gives_its_times_and_no_more(alice, room):
    answer = post(alice, room, "hello")
    deleted = created(alice.delete(f"/api/messages/{answer['message']['id']}"))["message"]

    assert delivery(alice, answer) == {
        "stored_at": deleted["created_at"],
        "deleted_at": deleted["deleted_at"],
    }


def test_an_outsider_learns_nothing_about_a_message(alice, carol, room):
    answer = post(alice, room, "hello")

    paths = [f"/api/messages/{number}/delivery" for number in (answer["message"]["id"], 4_242)]

    assert [carol.get(path).get_json() for path in paths] == [carol.get("/api/messages/4242").get_json()] * 2


def test_each_listener_is_done_with_a_message_or_not(app, alice, room, courier):
    answer = post(alice, room, "hello")
    assert {one["name"]: one["is_done"] for one in delivery(alice, answer)["listeners"]}["courier"] is False

    courier.is_failing = False
    app.extensions["listeners"].drain()

    assert {"name": "courier", "is_done": True, "is_given_up": False} in delivery(alice, answer)["listeners"]


def test_an_edit_has_to_be_taken_too(app, alice, room, courier):
    courier.is_failing = False
    answer = post(alice, room, "hello")
    app.extensions["listeners"].drain()

    created(alice.patch(f"/api/messages/{answer['message']['id']}", json={"text": "new", "base_version": 1}))

    assert {"name": "courier", "is_done": False, "is_given_up": False} in delivery(alice, answer)["listeners"]


def test_a_listener_that_gave_up_on_a_message_is_not_done_with_it(app, alice, room, courier):
    answer = post(alice, room, "hello")

    fail(app, 11)

    assert {"name": "courier", "is_done": False, "is_given_up": True} in delivery(alice, answer)["listeners"]


def test_what_is_planned_for_an_end_outside_is_done_when_it_was_sent(app, alice, room):
    app.extensions["listeners"].drain()
    answer = post(alice, room, "hello")
    app.extensions["listeners"].drain()
    with app.app_context(), unit_of_work():
        planned = plan_delivery("webhooks", "7", seq=answer["seq"], payload={})
        assert planned is not None
        planned_id = planned.id

    def webhooks(state):
        with app.app_context(), unit_of_work():
            db.session.get_one(Delivery, planned_id).state = state
        found = next(one for one in delivery(alice, answer)["listeners"] if one["name"] == "webhooks")
        return found["is_done"], found["is_given_up"]

    assert webhooks("waiting") == (False, False)
    assert webhooks("held") == (False, False)
    assert webhooks("failed") == (False, True)
    assert webhooks("sent") == (True, False)


def test_what_a_rebuild_has_not_reached_yet_is_not_done(app, alice, room, courier):
    first, second = post(alice, room, "first"), post(alice, room, "second")
    with app.app_context(), unit_of_work():
        state = db.session.get(ListenerState, "courier")
        state.cursor, state.rebuild_after = second["seq"], first["message"]["id"]
        state.rebuild_until = second["message"]["id"]

    done = [delivery(alice, answer)["listeners"] for answer in (first, second)]

    assert [next(one["is_done"] for one in all_ if one["name"] == "courier") for all_ in done] == [True, False]


# Everything


def test_the_report_is_for_owners_alone(alice, bob, carol, anonymous):
    assert [one.get("/api/delivery").status_code for one in (alice, bob, carol, anonymous)] == [200, 403, 403, 401]


def test_the_report_tells_of_the_log(app, alice, room):
    before = report(alice)["log"]

    seq = post(alice, room, "hello")["seq"]

    log = report(alice)["log"]
    assert log["head_seq"] == seq
    assert log["oldest_seq"] == 1
    assert log["epoch"] == app.extensions["writer"].heads.epoch
    assert log["events_per_minute"] > before["events_per_minute"]


def test_events_of_long_ago_are_not_lately(alice, room):
    with clock_at(now() + dt.timedelta(hours=1)):
        assert report(alice)["log"]["events_per_minute"] == 0


def test_the_broadcaster_is_behind_until_it_has_looked(app, alice, room):
    app.extensions["broadcaster"].drain()
    seq = post(alice, room, "hello")["seq"]

    before = report(alice)["broadcaster"]
    app.extensions["broadcaster"].drain()

    assert (before["place"], before["lag_events"]) == (seq - 1, 1)
    assert report(alice)["broadcaster"]["lag_events"] == 0


def test_the_disk_is_looked_at(app, alice, settings, monkeypatch):
    monkeypatch.setattr(disk_use, "COUNTED_FOR_SECONDS", 1e-6)
    (settings.data / "uploads" / "deep").mkdir(parents=True)
    (settings.data / "uploads" / "deep" / "file").write_bytes(b"x" * 1_234)

    storage = report(alice)["storage"]

    assert storage["database"] == settings.database_file.stat().st_size
    assert storage["wal"] == settings.database_file.with_name("stet.sqlite3-wal").stat().st_size
    assert storage["uploads"] == 1_234
    assert storage["free"] > 0


def test_the_newest_backup_is_told(app, alice, settings):
    before = report(alice)["last_backup"]

    assert app.test_cli_runner().invoke(args=["backup"]).exit_code == 0

    last = report(alice)["last_backup"]
    assert before is None
    assert last["size_bytes"] == (settings.data / "backups" / last["name"]).stat().st_size


def test_a_client_is_as_far_behind_as_it_says(alice, bob, room, phone):
    tell(phone, room, post(alice, room, "first")["stream_seq"])
    post(alice, room, "second")
    post(alice, room, "third")

    (client,) = report(alice)["clients"]

    assert (client["user_id"], client["name"], client["token_name"]) == (bob.user_id, "Bob Lee", "test")
    assert client["user_agent"] is None
    assert client["behind_events"] == 2
    assert client["stream_count"] == 2
    assert client["untold_streams"] == 1
    assert client["waiting_packets"] >= 0


def test_a_browser_is_told_by_its_user_agent(app, alice):
    code = created(alice.post("/api/invites", json={}))["code"]
    dana = join(app, code, "Dana")
    client = socketio.test_client(app, flask_test_client=dana, auth={"v": 1, "device": "d"})

    (seen,) = report(alice)["clients"]

    assert (seen["name"], seen["token_name"]) == ("Dana", None)
    assert "Werkzeug" in seen["user_agent"]
    client.disconnect()


# Listeners


def test_a_listener_that_fails_shows_why_and_when_it_tries_again(app, alice, room, courier, monkeypatch):
    seq = post(alice, room, "hello")["seq"]
    app.extensions["listeners"].drain()

    found = listener(alice)

    assert (found["cursor"], found["lag_events"], found["attempts"]) == (seq - 1, 1, 1)
    assert found["last_error"] == "ConnectionError: nobody answers"
    assert found["next_attempt_at"] > found["last_error_at"]
    assert found["state"] == "stopped", "no loop runs in the tests"
    monkeypatch.setattr(app.extensions["listeners"], "_is_started", True)
    assert listener(alice)["state"] == "waiting"
    with clock_at(now() + dt.timedelta(hours=1)):
        assert listener(alice)["state"] == "trying"


def test_a_dead_letter_is_listed_and_can_be_retried(app, alice, room, courier):
    seq = post(alice, room, "hello")["seq"]
    fail(app, 11)
    (letter,) = listener(alice)["dead_letters"]
    assert (letter["seq"], letter["attempts"], letter["error"]) == (seq, 10, "ConnectionError: nobody answers")

    still = created(alice.post("/api/listeners/courier/retry", json={"seq": seq}))["listener"]
    courier.is_failing = False
    mended = created(alice.post("/api/listeners/courier/retry", json={"seq": seq}))["listener"]

    assert [letter["attempts"] for letter in still["dead_letters"]] == [11]
    assert (mended["dead_letters"], mended["dead_letter_count"]) == ([], 0)
    assert courier.keys == [f"{app.extensions['writer'].heads.epoch}:{seq}:courier"]


def test_retrying_without_an_event_takes_all_and_ends_the_wait(app, alice, room, courier):
    post(alice, room, "first")
    fail(app, 11)
    waiting = post(alice, room, "second")["seq"]
    app.extensions["listeners"].drain()
    courier.is_failing = False

    found = created(alice.post("/api/listeners/courier/retry"))["listener"]
    app.extensions["listeners"].drain()

    assert (found["dead_letter_count"], found["next_attempt_at"]) == (0, None)
    assert listener(alice)["cursor"] == waiting
    assert len(courier.keys) == 2


def test_skipping_a_dead_letter_forgets_it(app, alice, room, courier, caplog):
    caplog.set_level("INFO")
    seq = post(alice, room, "hello")["seq"]
    fail(app, 11)

    found = created(alice.post("/api/listeners/courier/skip", json={"seq": seq}))["listener"]

    assert found["dead_letters"] == []
    assert f"listener_skipped: courier, event {seq}, by user {alice.user_id}" in caplog.text
    assert alice.post("/api/listeners/courier/skip", json={"seq": seq}).status_code == 404


def test_skipping_without_an_event_puts_the_one_that_fails_aside(app, alice, room, courier):
    seq = post(alice, room, "hello")["seq"]
    app.extensions["listeners"].drain()

    found = created(alice.post("/api/listeners/courier/skip"))["listener"]

    assert (found["cursor"], found["attempts"]) == (seq, 0)
    assert [letter["seq"] for letter in found["dead_letters"]] == [seq]
    assert alice.post("/api/listeners/courier/skip").status_code == 404, "nothing fails any more"


def test_an_event_in_a_body_that_comes_in_chunks_is_read(app, alice, room, courier):
    given_up = post(alice, room, "hello")["seq"]
    fail(app, 11)
    failing = post(alice, room, "again")["seq"]
    fail(app, 1)

    created(
        alice.post(
            "/api/listeners/courier/skip",
            input_stream=io.BytesIO(json.dumps({"seq": given_up}).encode()),
            headers={"Content-Type": "application/json", "Transfer-Encoding": "chunked"},
            environ_overrides={"wsgi.input_terminated": True},
        )
    )

    found = listener(alice)
    assert (found["dead_letters"], found["attempts"], found["cursor"]) == ([], 1, failing - 1)


def test_replaying_sends_everything_again_from_an_event_on(app, alice, room, courier):
    courier.is_failing = False
    first, second = post(alice, room, "first")["seq"], post(alice, room, "second")["seq"]
    app.extensions["listeners"].drain()

    created(alice.post("/api/listeners/courier/replay", json={"from_seq": second}))
    app.extensions["listeners"].drain()

    assert [int(key.split(":")[1]) for key in courier.keys] == [first, second, second]


@pytest.mark.parametrize("act", ["retry", "skip", "replay"])
def test_only_owners_move_listeners(app, alice, bob, anonymous, room, courier, act):
    post(alice, room, "hello")
    fail(app, 11)
    before = listener(alice)

    answers = [one.post(f"/api/listeners/courier/{act}", json={}).status_code for one in (bob, anonymous)]

    assert answers == [403, 401]
    assert listener(alice) == before


@pytest.mark.parametrize("act", ["retry", "skip", "replay"])
@pytest.mark.parametrize("name", ["nobody", "broadcaster", "%00", "x" * 500])
def test_there_is_no_such_listener(alice, act, name):
    assert alice.post(f"/api/listeners/{name}/{act}", json={}).status_code == 404


@pytest.mark.parametrize("odd", [0, -1, "1", 1.5, True, 2**63, []])
def test_an_event_is_a_number(alice, room, courier, odd):
    assert alice.post("/api/listeners/courier/retry", json={"seq": odd}).status_code == 422
    assert alice.post("/api/listeners/courier/replay", json={"from_seq": odd}).status_code == 422


def test_an_event_that_is_no_dead_letter_is_not_found(alice, room, courier):
    assert alice.post("/api/listeners/courier/retry", json={"seq": 1}).status_code == 404


def test_a_dead_letter_of_one_listener_is_none_of_another(app, alice, room, courier):
    app.extensions["listeners"].add(Listener("other", Unreliable()))
    app.extensions["listeners"].drain("other")
    seq = post(alice, room, "hello")["seq"]
    fail(app, 11)

    created(alice.post("/api/listeners/other/skip", json={"seq": seq}))

    assert (listener(alice)["dead_letter_count"], listener(alice, "other")["dead_letter_count"]) == (1, 0)


def test_of_many_dead_letters_the_oldest_are_listed(app, alice, room, courier):
    with app.app_context(), unit_of_work():
        db.session.add_all(
            DeadLetter(listener="courier", seq=seq, attempts=10, error="x", at="2026-01-01T00:00:00.000Z")
            for seq in range(1, 121)
        )

    found = listener(alice)

    assert found["dead_letter_count"] == 120
    assert [letter["seq"] for letter in found["dead_letters"]] == list(range(1, 51))
