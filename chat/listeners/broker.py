"""Room events to a message broker, RabbitMQ or Redis, through kombu; on when `STET_BROKER_URL` is set.

The body is the row of the export, the message id the listener's key, the routing key `<type>.<stream>`.
"""

import json
import logging
import ssl
from importlib import import_module
from typing import Any
from urllib.parse import unquote, urlsplit

from chat.config import Settings
from chat.listeners.listener import EndDownError, Listener
from chat.log import Entry
from chat.queries.event_rows import event_row

logger = logging.getLogger(__name__)

NAME = "broker"
CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 10.0
"""How long the broker may take to confirm; whether it has the event is unknown after that, and it is repeated."""


def broker_listener(settings: Settings) -> Listener | None:
    """Return the listener for the broker of the settings; None without one."""
    if not settings.broker_url:
        return None
    broker = Broker(settings.broker_url, exchange=settings.broker_exchange, queue=settings.broker_queue)
    return Listener(NAME, broker, rooms_only=True)


class Broker:
    """A connection that is opened for the first event, kept, and opened anew after any trouble."""

    def __init__(self, url: str, *, exchange: str, queue: str) -> None:
        self._url = url
        self._exchange = exchange
        self._queue = queue
        self._connection: Any = None
        self._producer: Any = None

    def __call__(self, entry: Entry, key: str) -> None:
        """Publish an event, and wait until the broker has confirmed it.

        Raises:
            EndDownError: it has not. What can be encoded can be published, so it is never this event's own fault.
        """
        epoch = key.partition(":")[0]
        body = json.dumps(event_row(entry, epoch), ensure_ascii=False, separators=(",", ":"))
        try:
            self._open().publish(
                body.encode(),
                routing_key=f"{entry.type}.{entry.stream}",
                content_type="application/json",
                content_encoding="utf-8",
                message_id=key,
                type=entry.type,
                app_id="stet",
                confirm_timeout=ANSWER_SECONDS,
            )
        except Exception as error:
            self.close()
            msg = f"{type(error).__name__}: {_without_password(str(error), self._url)}"
            raise EndDownError(msg) from error

    def close(self) -> None:
        """Leave the connection, without a word to a broker that may not answer."""
        connection, self._connection, self._producer = self._connection, None, None
        if connection is not None:
            try:
                connection.collect(socket_timeout=CONNECT_SECONDS)
            except Exception:  # noqa: BLE001 - a connection that is broken in whatever way is left all the same
                logger.debug("broker_connection_left in disorder")

    def _open(self) -> Any:
        if self._producer is not None:
            return self._producer
        # It comes without types, and with a third of a second to import.
        kombu: Any = import_module("kombu")
        options = _options(self._url)
        self._connection = connection = kombu.Connection(self._url, connect_timeout=CONNECT_SECONDS, **options)
        # The runner backs off, not the library.
        connection.ensure_connection(max_retries=0)
        _bound_waiting(connection)
        exchange = kombu.Exchange(self._exchange, type="topic", durable=True)
        channel = connection.channel()
        producer = kombu.Producer(channel, exchange)
        if self._queue:
            # An exchange drops what nobody has bound a queue for, so there is one before anybody consumes.
            kombu.Queue(self._queue, exchange, routing_key="#", durable=True)(channel).declare()
        self._producer = producer
        return producer


def _without_password(text: str, url: str) -> str:
    password = urlsplit(url).password
    text = text.replace(url, "the broker")
    return text.replace(unquote(password), "…").replace(password, "…") if password else text


def _options(url: str) -> dict[str, Any]:
    scheme = url.partition(":")[0]
    if scheme in {"redis", "rediss"}:
        timeouts = {"socket_connect_timeout": CONNECT_SECONDS, "socket_timeout": ANSWER_SECONDS}
        checked = {"ssl_cert_reqs": ssl.CERT_REQUIRED, "ssl_check_hostname": True}
        return {"transport_options": timeouts, "ssl": checked if scheme == "rediss" else None}
    # None stands for the name in the URL; without it the certificate of any host would do.
    named = {"cert_reqs": ssl.CERT_REQUIRED, "server_hostname": None}
    return {"transport_options": {"confirm_publish": True}, "ssl": named if scheme == "amqps" else None}


def _bound_waiting(connection: Any) -> None:
    # py-amqp waits for answers other than confirmations for ever; its read_timeout is the kernel's, which green sockets
    # do not have. Redis has its timeouts from the options, and connects with the first command.
    transport = getattr(connection.connection, "transport", None)
    if transport is not None:
        transport.sock.settimeout(ANSWER_SECONDS)
