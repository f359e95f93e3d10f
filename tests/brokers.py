"""Message brokers for tests: real ones, on free ports, as children of the test, in a folder of their own."""

import os
import shutil
import signal
import socket
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

import kombu
import pytest

RABBIT = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
PATIENCE_SECONDS = 90


class Broker:
    """A broker that can be killed and started again; what it has acknowledged is on its disk."""

    def __init__(self, folder, scheme):
        self.folder = folder
        self.port = free_port()
        self.url = f"{scheme}127.0.0.1:{self.port}"
        self._process = None

    def start(self):
        self.folder.mkdir(exist_ok=True)
        with (self.folder / "out.log").open("ab") as out:
            self._process = subprocess.Popen(
                self.command(),
                env=os.environ | self.environment(),
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def kill(self):
        if self._process is not None:
            # RabbitMQ is started by a shell that stays above it.
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def wait_until_up(self):
        wait_until(self.answers, lambda: (self.folder / "out.log").read_text()[-2_000:])

    def answers(self):
        try:
            with kombu.Connection(self.url, connect_timeout=2) as connection:
                connection.ensure_connection(max_retries=0).channel().close()
        except (OSError, kombu.exceptions.KombuError):
            return False
        return True

    def take_all(self, queue="stet"):
        """Return what is in a queue, in its order, and empty it."""
        taken = []
        with kombu.Connection(self.url) as connection, connection.channel() as channel:
            found = kombu.Queue(queue)(channel)
            while (message := found.get(no_ack=True)) is not None:
                taken.append(message)
        return taken

    def command(self):
        raise NotImplementedError

    def environment(self):
        return {}


class Redis(Broker):
    """Redis, which syncs each write."""

    def __init__(self, folder):
        super().__init__(folder, "redis://")

    def command(self):
        options = {"bind": "127.0.0.1", "port": self.port, "dir": self.folder, "appendonly": "yes", "save": ""}
        options["appendfsync"] = "always"
        return ["redis-server", *(str(word) for name, value in options.items() for word in (f"--{name}", value))]


class RabbitMQ(Broker):
    """RabbitMQ with a name server of its own, so that nothing is left behind."""

    def __init__(self, folder):
        super().__init__(folder, "amqp://guest:guest@")
        self._names_port = free_port()
        self._names = None

    def start(self):
        # Otherwise RabbitMQ starts one, as a daemon that stays.
        self._names = subprocess.Popen(["epmd", "-port", str(self._names_port), "-address", "127.0.0.1"])
        wait_until(lambda: is_listening(self._names_port), lambda: "epmd")
        super().start()

    def kill(self):
        super().kill()
        if self._names is not None:
            self._names.kill()
            self._names.wait()

    def command(self):
        return [str(RABBIT)]

    def environment(self):
        return {
            "HOME": str(self.folder),
            "ERL_EPMD_PORT": str(self._names_port),
            "RABBITMQ_NODENAME": f"stet{self.port}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(free_port()),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(self.folder),
            "RABBITMQ_CONFIG_FILE": str(self.folder / "none"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "plugins"),
            "RABBITMQ_PID_FILE": str(self.folder / "pid"),
        }


@contextmanager
def running(broker):
    broker.start()
    try:
        yield broker
    finally:
        broker.kill()


def needs_redis():
    if shutil.which("redis-server") is None:
        pytest.skip("this needs a Redis: apt-get install redis-server")


def needs_rabbitmq():
    if not RABBIT.exists():
        pytest.skip("this needs RabbitMQ: apt-get install rabbitmq-server")


def wait_until(is_so, said):
    begun = time.monotonic()
    while not is_so():
        assert time.monotonic() - begun < PATIENCE_SECONDS, f"it does not come up: {said()}"
        time.sleep(0.05)


def is_listening(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
