"""Metrics for Prometheus: the facts of the delivery page as numbers, and how requests were answered."""

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, current_app

from chat.backups.keeping import last_result
from chat.clock import moment_of, now
from chat.routes.delivery import allow_owner, report

if TYPE_CHECKING:
    from prometheus_client.core import Metric

bp = Blueprint("metrics", __name__)

LISTENER_GAUGES = {
    "lag_events": "Events of the log that the listener has not done yet.",
    "lag_seconds": "Age of the oldest event that the listener has not done yet.",
    "attempts": "How often the event that the listener is at has failed in a row.",
    "dead_letter_count": "Events that the listener gave up on.",
    "rebuild_left": "Stored messages that a rebuild of the listener has before it.",
}
LISTENER_NAMES = {"dead_letter_count": "dead_letters", "rebuild_left": "rebuild_messages_left"}
CARRIER_GAUGES = {
    "waiting": ("stet_carrier_waiting", "Deliveries to ends outside that wait, planned ones included."),
    "failing_count": ("stet_carrier_failing", "Deliveries that failed and wait for their next try."),
    "given_up_count": ("stet_carrier_given_up", "Deliveries that were given up on."),
}
OLDEST_WAITING = "For how long the oldest delivery that is due has waited."
SIZES = {
    "database": ("stet_database_bytes", "Size of the database."),
    "wal": ("stet_wal_bytes", "Size of the write-ahead log beside the database."),
    "uploads": ("stet_uploads_bytes", "Size of all uploads and pictures."),
    "free": ("stet_disk_free_bytes", "Room that is left on the disk of the database."),
}


@bp.after_app_request
def count_answer(response: Response) -> Response:
    """Count the answer under the first digit of its status; sockets do not come by here."""
    _answers()[f"{response.status_code // 100}xx"] += 1
    return response


@bp.get("/metrics")
def show() -> Response:
    """Return all metrics in the text format."""
    allow_owner()
    # The start of the server does not wait for it.
    from prometheus_client import CollectorRegistry, ProcessCollector
    from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest

    registry = CollectorRegistry()
    registry.register(Facts())
    ProcessCollector(registry=registry)
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_PLAIN_0_0_4)


class Facts:
    """What is known at the moment, for one scrape."""

    @staticmethod
    def describe() -> list["Metric"]:
        """Name nothing beforehand, so that the facts are looked at once."""
        return []

    @staticmethod
    def collect() -> Iterator["Metric"]:
        """Return every metric of ours."""
        facts = report()
        yield from _log(facts)
        yield from _listeners(facts["listeners"])
        yield from _carriers(facts["carriers"])
        yield from _clients(facts["clients"])
        for field, (name, says) in SIZES.items():
            yield _gauge(name, says, facts["storage"][field])
        yield from _backup(facts["last_backup"])
        yield _requests()


def _log(facts: dict[str, Any]) -> Iterator["Metric"]:
    yield _gauge("stet_log_head_seq", "The newest event of the log.", facts["log"]["head_seq"])
    oldest = facts["log"]["oldest_seq"]
    if oldest is not None:
        yield _gauge("stet_log_oldest_seq", "The oldest event that is kept.", oldest)
    says = "Events of the log that are not broadcast to the sockets yet."
    yield _gauge("stet_broadcaster_lag_events", says, facts["broadcaster"]["lag_events"])
    is_running = facts["broadcaster"]["state"] != "stopped"
    yield _gauge("stet_listeners_running", "Whether the log is followed: 1, or 0.", int(is_running))


def _listeners(listeners: list[dict[str, Any]]) -> Iterator["Metric"]:
    from prometheus_client.core import GaugeMetricFamily

    for field, says in LISTENER_GAUGES.items():
        family = GaugeMetricFamily(f"stet_listener_{LISTENER_NAMES.get(field, field)}", says, labels=["listener"])
        for listener in listeners:
            family.add_metric([listener["name"]], listener[field] or 0)
        yield family


def _carriers(carriers: list[dict[str, Any]]) -> Iterator["Metric"]:
    from prometheus_client.core import GaugeMetricFamily

    for field, (name, says) in CARRIER_GAUGES.items():
        family = GaugeMetricFamily(name, says, labels=["carrier"])
        for carrier in carriers:
            family.add_metric([carrier["name"]], carrier[field])
        yield family
    family = GaugeMetricFamily("stet_carrier_oldest_waiting_seconds", OLDEST_WAITING, labels=["carrier"])
    for carrier in carriers:
        since = carrier["oldest_waiting_at"]
        waited = 0.0 if since is None else max(0.0, (now() - moment_of(since)).total_seconds())
        family.add_metric([carrier["name"]], waited)
    yield family


def _clients(clients: list[dict[str, Any]]) -> Iterator["Metric"]:
    waiting = [client["waiting_packets"] for client in clients]
    yield _gauge("stet_sockets_connected", "Open sockets.", len(clients))
    yield _gauge("stet_people_connected", "People with an open socket.", len({one["user_id"] for one in clients}))
    yield _gauge("stet_socket_packets_waiting", "Packets that wait for their clients, of all sockets.", sum(waiting))
    says = "Packets that wait for the client that is furthest behind."
    yield _gauge("stet_socket_packets_waiting_max", says, max(waiting, default=0))


def _backup(last: dict[str, Any] | None) -> Iterator["Metric"]:
    if last is not None:
        age = (now() - moment_of(last["at"])).total_seconds()
        yield _gauge("stet_backup_age_seconds", "Age of the newest backup; missing while there is none.", age)
        yield _gauge("stet_backup_size_bytes", "Size of the newest backup.", last["size_bytes"])
    result = last_result(current_app.config["SETTINGS"])
    has_failed = result is not None and result.error is not None
    yield _gauge("stet_backup_failed", "Whether the last try to make a backup failed: 1, or 0.", int(has_failed))


def _requests() -> "Metric":
    from prometheus_client.core import CounterMetricFamily

    family = CounterMetricFamily("stet_http_requests", "Answers to HTTP requests since the start.", labels=["status"])
    for status, count in sorted(_answers().items()):
        family.add_metric([status], count)
    return family


def _gauge(name: str, says: str, value: float) -> "Metric":
    from prometheus_client.core import GaugeMetricFamily

    return GaugeMetricFamily(name, says, value=value)


def _answers() -> Counter[str]:
    found: Counter[str] = current_app.extensions.setdefault("answers_by_status", Counter())
    return found
