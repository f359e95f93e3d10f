"""HTTP to the server under test: keep-alive, JSON, and a plain error when there is no answer."""

import http.client
import json
from typing import Any, NamedTuple

TIMEOUT_SECONDS = 15


class NoAnswerError(Exception):
    """The connection broke, or was refused: nobody knows what happened to the request."""


class Answer(NamedTuple):
    """A status and a JSON body."""

    status: int
    body: Any


class Api:
    """One person's connection; used by one thread at a time."""

    def __init__(self, port: int, token: str, *, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout_seconds)
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def call(self, method: str, path: str, body: object = None, *, key: str | None = None) -> Answer:
        """Send a request and return the answer; raises NoAnswerError."""
        headers = self._headers | ({"Idempotency-Key": key} if key else {})
        encoded = None if body is None else json.dumps(body).encode()
        try:
            self._connection.request(method, path, encoded, headers)
            response = self._connection.getresponse()
            return Answer(response.status, json.loads(response.read() or b"null"))
        except (OSError, http.client.HTTPException, ValueError) as error:
            self._connection.close()
            raise NoAnswerError from error

    def close(self) -> None:
        """Let the connection go."""
        self._connection.close()
