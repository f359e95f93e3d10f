"""A browser's side of Web Push."""

import datetime as dt
import json

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from chat.clock import clock_at, now
from chat.outgoing.push import in_base64
from tests.conftest import created

AUTH = b"sixteen bytes ok"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"
HELD_BACK_HOURS = 6 / 3600


class Phone:
    """Its keys, and what it can read of what its push service took."""

    def __init__(self, service, path="/phone"):
        self.service = service
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.endpoint = service.url + path

    @property
    def body(self):
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return {"endpoint": self.endpoint, "keys": {"p256dh": in_base64(point), "auth": in_base64(AUTH)}}

    @property
    def requests(self):
        return [request for request in self.service.taken if self.endpoint.endswith(request.path)]

    @property
    def pushes(self):
        return [self.read(request.body) for request in self.requests]

    def read(self, body):
        return json.loads(http_ece.decrypt(body, private_key=self.key, auth_secret=AUTH, version="aes128gcm"))


def subscribe(browser, phone):
    """Subscribe the phone in the session of the browser."""
    answer = browser.post("/api/push/subscriptions", json=phone.body, headers={"User-Agent": FIREFOX})
    return created(answer)["subscription"]


def go(app, *, after_hours=HELD_BACK_HOURS):
    """Plan what is to plan now, and send what is due by then."""
    app.extensions["listeners"].drain("push")
    with clock_at(now() + dt.timedelta(hours=after_hours)):
        app.extensions["postman"].drain("push")
