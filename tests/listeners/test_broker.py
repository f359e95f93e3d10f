"""Events at a message broker, a real one: each once by its key, in order, through outages and kills."""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import kombu
import pytest

from chat.factory import StartError, create_app
from chat.listeners import broker as broker_module
from chat.listeners.broker import Broker
from chat.listeners.listener import EndDownError
from chat.log import Entry
from chat.queries.event_rows import event_rows, log_span
from tests.brokers import RabbitMQ, Redis, free_port, needs_rabbitmq, needs_redis, running
from tests.conftest import created, post
from tests.listeners.test_runner import status_of

ROOT = Path(__file__).parent.parent.parent
DRAIN = "from chat.factory import create_app; create_app().extensions['listeners'].drain('broker')"
ENTRY = Entry(1, "room-1", 1, "message_posted", 1, 1, None, 1, "2026-11-30T00:00:00.000Z", None)


@pytest.fixture
def redis(tmp_path):
    needs_redis()
    with running(Redis(tmp_path / "redis")) as server:
        server.wait_until_up()
        yield server


@pytest.fixture
def rabbitmq(tmp_path):
    """Return a RabbitMQ that has been told to start, and takes its time for it."""
    needs_rabbitmq()
    with running(RabbitMQ(tmp_path / "rabbitmq")) as server:
        yield server


@pytest.fixture
def settings(settings, request):
    kind = {"redis", "rabbitmq"} & set(request.fixturenames)
    url = request.getfixturevalue(kind.pop()).url if kind else f"amqp://stet:letmein@127.0.0.1:{free_port()}"
    return settings.model_copy(update={"broker_url": url})


@pytest.fixture
def runner(app):
    found = app.extensions["listeners"]
    found.drain()
    yield found
    found._followers["broker"].listener.effect.close()


def live_a_little(alice, room):
    """Let some things happen in a room, of which one is taken back."""
    kept, secret = (post(alice, room, text)["message"] for text in ("kept 회의", "a secret"))
    created(alice.patch(f"/api/messages/{kept['id']}", json={"text": "better", "base_version": 1}))
    created(alice.delete(f"/api/messages/{secret['id']}"))
    created(alice.put("/api/drafts", json={"room_id": room["id"], "text": "a private thought"}))


def go_on(app, runner):
    """Do not wait for the next try."""
    with app.app_context():
        runner.retry("broker")
    runner.drain("broker")


def rows_after(app, seq):
    with app.app_context():
        span = log_span()
        return list(event_rows(span.epoch, after=seq, until=span.head_seq, with_personal=False))


def key_of(row):
    return f"{row['epoch']}:{row['seq']}:broker"


def test_after_an_outage_everything_arrives_once_and_in_order_and_nobody_was_delayed(app, alice, room, runner, redis):
    begin = log_head = status_of(app, runner, "broker").cursor
    post(alice, room, "before")
    runner.drain()
    redis.kill()
    live_a_little(alice, room)

    runner.drain()

    down = status_of(app, runner, "broker")
    log_head = down.head_seq
    assert (down.state, down.attempts, down.dead_letter_count) == ("waiting", 0, 0)
    assert down.down_since is not None
    assert status_of(app, runner, "search_index").cursor == status_of(app, runner, "analytics").cursor == log_head
    redis.start()
    redis.wait_until_up()
    go_on(app, runner)
    taken, expected = redis.take_all(), rows_after(app, begin)
    assert [message.properties["message_id"] for message in taken] == [key_of(row) for row in expected]
    assert [json.loads(message.body) for message in taken[1:]] == expected[1:]
    assert not any(b"secret" in message.body or b"private" in message.body for message in taken)
    assert status_of(app, runner, "broker").down_since is None


def test_a_kill_between_the_broker_and_the_cursor_repeats_the_event_under_its_key(
    app, alice, room, runner, redis, settings
):
    begin = status_of(app, runner, "broker").cursor
    live_a_little(alice, room)
    killed = subprocess.run(
        [sys.executable, "-c", DRAIN],
        cwd=ROOT,
        check=False,
        env=os.environ
        | {
            "STET_DATA": str(settings.data),
            "STET_BROKER_URL": redis.url,
            "STET_ASYNC_MODE": "threading",
            "STET_FAILPOINTS": "before_cursor=kill@2",
        },
    )
    assert killed.returncode == -signal.SIGKILL

    runner.drain("broker")

    first, second, *rest = [key_of(row) for row in rows_after(app, begin)]
    keys = [message.properties["message_id"] for message in redis.take_all()]
    assert keys == [first, second, second, *rest]


@pytest.mark.timeout(300)
def test_rabbitmq_confirms_what_it_has_and_what_it_refuses_waits(app, alice, room, runner, rabbitmq):
    begin = status_of(app, runner, "broker").cursor
    live_a_little(alice, room)
    runner.drain()
    assert status_of(app, runner, "broker").state == "waiting"

    rabbitmq.wait_until_up()
    go_on(app, runner)

    taken, expected = rabbitmq.take_all(), rows_after(app, begin)
    assert [json.loads(message.body) for message in taken] == expected
    assert [message.properties["message_id"] for message in taken] == [key_of(row) for row in expected]
    first = taken[0]
    assert first.delivery_info["routing_key"] == f"message_posted.{room['stream']}"
    assert (first.content_type, first.properties["type"], first.properties["delivery_mode"]) == (
        "application/json",
        "message_posted",
        2,
    )
    with kombu.Connection(rabbitmq.url) as connection, connection.channel() as channel:
        exchange = kombu.Exchange("stet", "topic", durable=True)
        limits = {"x-max-length": 0, "x-overflow": "reject-publish"}
        full = kombu.Queue("full", exchange, routing_key="#", queue_arguments=limits)(channel)
        full.declare()
        refused = post(alice, room, "refused at first")["seq"]
        runner.drain("broker")
        waiting = status_of(app, runner, "broker")
        assert (waiting.cursor, waiting.last_error) == (refused - 1, "EndDownError: MessageNacked: ")
        full.delete()
    go_on(app, runner)
    assert json.loads(rabbitmq.take_all()[-1].body)["seq"] == refused
    assert status_of(app, runner, "broker").lag_events == 0


def test_an_error_does_not_say_the_password(app, alice, room, runner):
    post(alice, room, "hello")
    runner.drain("broker")

    said = status_of(app, runner, "broker").last_error

    assert "REFUSED" in said.upper()
    assert "letmein" not in said + repr(app.config["SETTINGS"])


@pytest.mark.parametrize("scheme", ["amqp", "redis"])
def test_a_broker_that_takes_the_connection_and_says_nothing_is_down(scheme, monkeypatch):
    monkeypatch.setattr(broker_module, "CONNECT_SECONDS", 0.2)
    monkeypatch.setattr(broker_module, "ANSWER_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        broker = Broker(f"{scheme}://127.0.0.1:{silent.getsockname()[1]}", exchange="stet", queue="stet")

        with pytest.raises(EndDownError, match=r"(?i)time"):
            broker(ENTRY, "epoch:1:broker")


def test_without_a_url_there_is_no_such_listener_and_a_wrong_one_is_said_at_the_start(monkeypatch, tmp_path):
    monkeypatch.setenv("STET_DATA", str(tmp_path))
    monkeypatch.setenv("STET_BROKER_URL", "kafka://127.0.0.1")

    with pytest.raises(StartError, match=r"STET_BROKER_URL is not right: .*amqp://, amqps://, redis://"):
        create_app()
