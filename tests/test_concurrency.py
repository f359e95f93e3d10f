"""The adapter to the async framework, each mode in a process of its own: what it sets is set for all."""

import subprocess
import sys

import pytest

ACCEPT_IN = {
    "eventlet": """
import socket
import eventlet
from chat.concurrency import prepare_listening
prepare_listening("eventlet")
listening = eventlet.listen(("127.0.0.1", 0))
client = socket.create_connection(listening.getsockname())
accepted, _ = listening.accept()
""",
    "threading": """
import socket
from werkzeug.serving import WSGIRequestHandler, make_server
from chat.concurrency import prepare_listening
prepare_listening("threading")
server = make_server("127.0.0.1", 0, None)
client = socket.create_connection(server.socket.getsockname())
accepted, address = server.get_request()
class Handler(WSGIRequestHandler):
    def handle(self):
        pass
Handler(accepted, address, server)
""",
}


@pytest.mark.parametrize("mode", sorted(ACCEPT_IN))
def test_what_is_sent_to_a_client_leaves_at_once(mode):
    program = ACCEPT_IN[mode] + "print(accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))"

    ended = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    assert int(ended.stdout) != 0
