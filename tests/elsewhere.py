"""Another system with an HTTP interface: it takes what it is sent, answers as it is told, and can be away."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.brokers import free_port


class Elsewhere:
    """Keeps (method, path, headers, body) of every request."""

    def __init__(self):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.requests = []
        self.status = 200
        self._server = None
        self._thread = None

    def answer(self, method, path, body):
        """Return status and body; a subclass may do better."""
        del method, path, body
        return self.status, {}

    def open(self):
        elsewhere = self

        class Handler(BaseHTTPRequestHandler):
            def respond(self):
                raw = self.rfile.read(int(self.headers["Content-Length"] or 0))
                body = json.loads(raw) if raw else None
                elsewhere.requests.append((self.command, self.path, dict(self.headers), body))
                status, content = elsewhere.answer(self.command, self.path, body)
                encoded = json.dumps(content).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(encoded)))
                self.end_headers()
                self.wfile.write(encoded)

            do_POST = do_PUT = do_DELETE = respond  # noqa: N815 - the names that the library calls

            def log_message(self, *_):
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def close(self):
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()
            self._server = None


class Index(Elsewhere):
    """As much of Elasticsearch as the example needs; it pays no heed to whose rooms are asked for."""

    def __init__(self):
        super().__init__()
        self.documents = {}

    def answer(self, method, path, body):
        if self.status != 200:
            return self.status, {}
        document = path.rpartition("/")[2]
        if method == "PUT":
            self.documents[document] = body
        elif method == "DELETE":
            return (200 if self.documents.pop(document, None) else 404), {}
        else:
            words = body["query"]["bool"]["must"][0]["match"]["text"].lower().split()
            found = [name for name, one in self.documents.items() if any(word in one["text"].lower() for word in words)]
            found = sorted(found, key=int, reverse=True)[body["from"] :][: body["size"]]
            return 200, {"hits": {"hits": [{"_id": name} for name in found]}}
        return 200, {}
