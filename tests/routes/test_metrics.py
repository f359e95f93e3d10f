"""Metrics: what Prometheus reads, and who may."""

import datetime as dt
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from chat.clock import clock_at, now
from chat.extensions import socketio
from chat.listeners.listener import Listener
from chat.mail.server import parse_mail_server
from tests.conftest import post
from tests.pages import owner_browser
from tests.post_office import PostOffice
from tests.routes.test_delivery import Unreliable, fail


def scrape(person):
    """Return every sample, under its name and the value of its label."""
    answer = person.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    families = text_string_to_metric_families(answer.get_data(as_text=True))
    return {(each.name, *each.labels.values()): each.value for family in families for each in family.samples}


def test_the_metrics_are_the_facts_of_the_moment(app, alice, bob, room, settings):
    app.extensions["listeners"].add(Listener("courier", Unreliable()))
    app.extensions["listeners"].drain()
    app.extensions["broadcaster"].drain()
    phone = socketio.test_client(app, auth={"v": 1, "device": "d", "token": bob.token})
    post(alice, room, "hello")
    fail(app, 10)
    seq = post(alice, room, "hello again")["seq"]
    fail(app, 1)
    made = now() - dt.timedelta(hours=2)
    backup = Path(settings.data) / "backups" / f"stet-{made:%Y%m%dT%H%M%SZ}-daily.tar.gz"
    backup.parent.mkdir(exist_ok=True)
    backup.write_bytes(b"12345")

    found = scrape(alice)
    phone.disconnect()

    assert found["stet_log_head_seq",] == seq
    assert found["stet_broadcaster_lag_events",] == 2
    assert found["stet_listener_lag_events", "courier"] == 1
    assert found["stet_listener_attempts", "courier"] == 1
    assert found["stet_listener_dead_letters", "courier"] == 1
    assert found["stet_listener_lag_events", "analytics"] == 0
    assert found["stet_listener_lag_seconds", "courier"] >= 0
    assert found["stet_sockets_connected",] == found["stet_people_connected",] == 1
    assert found["stet_socket_packets_waiting",] == 0
    assert found["stet_database_bytes",] == settings.database_file.stat().st_size
    assert found["stet_disk_free_bytes",] > 0
    assert found["stet_backup_age_seconds",] == pytest.approx(7_200, abs=60)
    assert found["stet_backup_size_bytes",] == 5
    assert found["process_resident_memory_bytes",] > 0


def test_what_waits_for_ends_outside_and_what_fails_there_is_counted_until_it_has_arrived(
    app, alice, bob, room, settings, monkeypatch
):
    office = PostOffice()
    at_once = settings.model_copy(update={"public_url": "http://localhost", "mail_after_minutes": 0})
    monkeypatch.setitem(app.config, "SETTINGS", at_once)
    monkeypatch.setitem(app.extensions, "mail", parse_mail_server(office.url, "stet@chat.example.com"))
    app.extensions["listeners"].drain("mail")
    post(alice, room, "@Bob Lee look")
    app.extensions["listeners"].drain("mail")
    assert carriers(alice) == (1, 0, 0)

    deliver(app, 1)
    failing = scrape(alice)
    assert carriers(alice) == (1, 1, 0)
    assert failing["stet_carrier_oldest_waiting_seconds", "mail"] > 0

    office.open()
    try:
        deliver(app, 60)
    finally:
        office.close()
    assert [recipient for recipient, _ in office.mails] == ["bob@example.com"]
    assert carriers(alice) == (0, 0, 0)
    assert scrape(alice)["stet_carrier_oldest_waiting_seconds", "mail"] == 0


def carriers(person):
    """Return how many mails wait, fail, and were given up on."""
    found = scrape(person)
    return tuple(found[f"stet_carrier_{name}", "mail"] for name in ("waiting", "failing", "given_up"))


def deliver(app, minutes):
    with clock_at(now() + dt.timedelta(minutes=minutes)):
        app.extensions["postman"].drain("mail")


def test_answers_are_counted_by_the_class_of_their_status(app, alice, room):
    alice.get("/api/health")
    before = scrape(alice)
    alice.get("/api/nothing")
    post(alice, room, "hello")

    after = scrape(alice)

    def grown(status):
        name = ("stet_http_requests_total", status)
        return after.get(name, 0) - before.get(name, 0)

    # The scrape before and the post, and what was not found.
    assert (grown("2xx"), grown("4xx")) == (2, 1)


def test_they_are_for_owners_by_token_or_session(app, alice, bob, carol, anonymous):
    answers = [one.get("/metrics") for one in (bob, carol, anonymous)]

    assert [answer.status_code for answer in answers] == [403, 403, 401]
    assert {answer.headers["Content-Type"] for answer in answers} == {"application/problem+json"}
    assert owner_browser(app, alice).get("/metrics").status_code == 200
