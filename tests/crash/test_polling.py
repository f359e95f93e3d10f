"""A connection by polling that is cut off counts as lost, wherever it is cut."""

import socket
import threading

import pytest

from tests.crash.polling import PollingSocket


@pytest.mark.parametrize("told", [b"", b'0{"si', b'0{"sid":'])
def test_an_opening_that_is_cut_off_is_a_lost_connection(told):
    listening = socket.create_server(("127.0.0.1", 0))

    def answer():
        asking, _ = listening.accept()
        asking.recv(4096)
        asking.sendall(b"HTTP/1.0 200 OK\r\n\r\n" + told)
        asking.close()

    threading.Thread(target=answer, daemon=True).start()

    with pytest.raises(ConnectionAbortedError):
        PollingSocket(listening.getsockname()[1], timeout=2)
    listening.close()
