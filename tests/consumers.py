"""Somebody else's server, which takes what Stet sends."""

import http.server
import threading
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Request:
    """What came in."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Consumer:
    """What the server has taken, and how it answers: by `status`, with `answer_headers`."""

    url: str = ""
    status: int = 200
    answer_headers: dict[str, str] = field(default_factory=dict)
    taken: list[Request] = field(default_factory=list)
    """With success."""
    refused: list[Request] = field(default_factory=list)
    on_request: Callable[[], None] | None = None
    """Called when one comes in, before it is answered."""


@contextmanager
def consumer():
    """Serve on a port of the loopback."""
    told = Consumer()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if told.on_request is not None:
                told.on_request()
            status = told.status
            (told.taken if status < 300 else told.refused).append(
                Request(self.command, self.path, {name.lower(): value for name, value in self.headers.items()}, body)
            )
            self.send_response(status)
            for name, value in told.answer_headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.url = f"http://127.0.0.1:{server.server_address[1]}/in"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
