"""Requests to elsewhere: to public addresses only, over no matter how many redirects, and never for long."""

import http.server
import socket
import ssl
import subprocess
import threading
from contextlib import contextmanager
from ipaddress import ip_address

import pytest

from chat import concurrency
from chat.config import Settings
from chat.outgoing import client as module
from chat.outgoing.addresses import is_allowed, parse_networks
from chat.outgoing.client import Client, ForbiddenAddressError, OutgoingError

LOCAL = parse_networks("127.0.0.0/8")
NOT_PUBLIC = (
    "0.0.0.0 10.0.0.1 100.64.0.1 127.0.0.1 127.255.255.254 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.8 "
    "192.0.2.1 "
    "192.88.99.1 192.168.0.1 198.18.0.1 198.19.255.255 198.51.100.7 203.0.113.9 224.0.0.1 239.255.255.255 240.0.0.1 "
    "255.255.255.255 :: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 64:ff9b::7f00:1 64:ff9b::a9fe:a9fe "
    "64:ff9b:1::1 100::1 2001::1 2001:db8::1 2002:7f00:1::1 3fff::1 5f00::1 fc00::1 fd12::1 fe80::1 fec0::1 ff02::1"
)
PUBLIC = "1.1.1.1 8.8.8.8 172.15.0.1 172.32.0.1 192.0.1.1 100.128.0.1 2606:4700::1111 2a00:1450::1 64:ff9b::101:101"


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers by the path; what was asked is kept by the server."""

    def answer(self):
        self.server.asked.append((self.command, self.path, dict(self.headers), self._body()))
        place = self.path.partition("/to/")[2]
        if place:
            self.send_response(int(self.path.split("/")[1]))
            self.send_header("Location", place)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.end_headers()
        self.wfile.write(b"x" * 5000 if self.path == "/long" else b"hello")

    do_GET = do_POST = answer  # noqa: N815 - the library's names

    def _body(self):
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def log_message(self, *_):
        pass


@contextmanager
def serving(handler=Handler, context=None):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.asked = []
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server, f"127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(autouse=True)
def async_mode():
    concurrency.use(Settings().async_mode)


@pytest.mark.parametrize("text", NOT_PUBLIC.split())
def test_an_address_that_is_not_public_is_refused(text):
    assert not is_allowed(ip_address(text), ())


@pytest.mark.parametrize("text", PUBLIC.split())
def test_a_public_address_is_allowed(text):
    assert is_allowed(ip_address(text), ())


def test_the_operators_own_networks_are_open_and_no_others():
    networks = parse_networks("10.1.0.0/16, 192.168.1.20,fd00::/8")

    texts = ("10.1.2.3", "10.2.0.1", "192.168.1.20", "192.168.1.21", "fd00::1", "::ffff:10.1.0.1")

    assert {text for text in texts if is_allowed(ip_address(text), networks)} == {
        "10.1.2.3",
        "192.168.1.20",
        "fd00::1",
        "::ffff:10.1.0.1",
    }


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://localhost/",
        "http://0/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://127.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://user@1.1.1.1/",
        "http://1.1.1.1:0/",
        "http://1.1.1.1:99999/",
        "http:///nowhere",
        "http://1.1.1.1/a b",
        "http://1.1.1.1/\r\nX: y",
        "http://예시.example/",
        "ftp://1.1.1.1/",
        "file:///etc/passwd",
        "gopher://1.1.1.1/",
        "//1.1.1.1/",
        "",
        "http://[::1",
        "http://1.1.1.1/" + "a" * 5000,
    ],
)
def test_what_is_no_public_address_is_not_asked(url):
    with pytest.raises(OutgoingError):
        Client().send("GET", url)
    with pytest.raises(OutgoingError):
        Client().check(url)


def test_a_name_that_has_a_private_address_among_public_ones_is_refused(monkeypatch):
    monkeypatch.setattr(module, "resolve", lambda *_: [ip_address("1.1.1.1"), ip_address("10.0.0.1")])

    with pytest.raises(ForbiddenAddressError):
        Client().check("http://rebinding.example/")


def test_the_address_that_was_checked_is_the_one_that_is_used(monkeypatch):
    asked = []

    def resolve(host, *_):
        asked.append(host)
        return [ip_address("127.0.0.1")]

    monkeypatch.setattr(module, "resolve", resolve)
    with serving() as (server, place):
        port = place.partition(":")[2]
        answer = Client(LOCAL).send("GET", f"http://hook.example:{port}/a?b=c#d")

    assert (answer.status, answer.body, asked) == (200, b"hello", ["hook.example"])
    [(_, path, headers, _)] = server.asked
    assert (path, headers["Host"]) == ("/a?b=c", f"hook.example:{port}")


def test_every_redirect_is_checked_again():
    with serving() as (server, place):
        only_this = parse_networks("127.0.0.1")
        with pytest.raises(ForbiddenAddressError):
            Client(only_this).send("GET", f"http://{place}/302/to/http://127.0.0.2/", redirects=3)
        with pytest.raises(ForbiddenAddressError):
            Client(only_this).send("GET", f"http://{place}/302/to/file:///etc/passwd", redirects=3)
    assert len(server.asked) == 2


def test_redirects_are_followed_as_far_as_wanted_and_carry_no_secret_elsewhere():
    with serving() as (server, place), serving() as (other, elsewhere):
        headers = {"Authorization": "secret", "X-Kind": "plain"}
        answer = Client(LOCAL).send(
            "GET", f"http://{place}/302/to/http://{elsewhere}/end", headers=headers, redirects=1
        )
        posted = Client(LOCAL).send("POST", f"http://{place}/303/to//end", body=b"text", redirects=1)
        again = Client(LOCAL).send("POST", f"http://{place}/307/to//end", body=b"text", redirects=1)
        stays = Client(LOCAL).send("POST", f"http://{place}/307/to//end", body=b"text")

    assert (answer.url, answer.body) == (f"http://{elsewhere}/end", b"hello")
    assert "Authorization" not in other.asked[0][2]
    assert other.asked[0][2]["X-Kind"] == "plain"
    assert [(method, path, body) for method, path, _, body in server.asked[1:]] == [
        ("POST", "/303/to//end", b"text"),
        ("GET", "/end", b""),
        ("POST", "/307/to//end", b"text"),
        ("POST", "/end", b"text"),
        ("POST", "/307/to//end", b"text"),
    ]
    assert (posted.status, again.status, stays.status) == (200, 200, 307)


def test_no_more_is_read_than_wanted():
    with serving() as (_, place):
        answer = Client(LOCAL).send("GET", f"http://{place}/long", most_bytes=100)
        whole = Client(LOCAL).send("GET", f"http://{place}/long")

    assert (len(answer.body), answer.is_whole) == (100, False)
    assert (len(whole.body), whole.is_whole) == (5000, True)


@pytest.mark.parametrize("says", [b"", b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_an_end_that_drips_is_left_at_the_deadline(says):
    over = threading.Event()
    listening = socket.create_server(("127.0.0.1", 0))

    def drip():
        taken, _ = listening.accept()
        with taken:
            try:
                taken.sendall(says)
                while not over.wait(0.02):
                    taken.sendall(b"x")
            except OSError:
                return

    thread = threading.Thread(target=drip, daemon=True)
    thread.start()
    try:
        with pytest.raises(OutgoingError) as caught:
            Client(LOCAL).send("GET", f"http://127.0.0.1:{listening.getsockname()[1]}/", seconds=0.3)
    finally:
        over.set()
        thread.join()
        listening.close()
    assert str(caught.value) == module.TOO_LATE


def test_nobody_there_and_nonsense_are_errors_of_their_own():
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    listening.close()
    with pytest.raises(OutgoingError):
        Client(LOCAL).send("GET", f"http://127.0.0.1:{port}/")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """Return a certificate for hook.example, and its key."""
    folder = tmp_path_factory.mktemp("certificate")
    cert, key = folder / "cert.pem", folder / "key.pem"
    command = (
        f"openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -keyout {key} -out {cert}"
    )
    names = ["-subj", "/CN=hook.example", "-addext", "subjectAltName=DNS:hook.example"]
    subprocess.run([*command.split(), *names], check=True, capture_output=True)
    return cert, key


def test_over_https_the_name_is_checked_and_not_the_address(monkeypatch, certificate):
    cert, key = certificate
    serves = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serves.load_cert_chain(cert, key)
    monkeypatch.setattr(module, "resolve", lambda *_: [ip_address("127.0.0.1")])
    with serving(context=serves) as (_, place):
        port = place.partition(":")[2]
        with pytest.raises(OutgoingError):
            Client(LOCAL).send("GET", f"https://hook.example:{port}/")

        monkeypatch.setattr(module, "_trust", lambda: ssl.create_default_context(cafile=str(cert)))
        assert Client(LOCAL).send("GET", f"https://hook.example:{port}/").body == b"hello"
        with pytest.raises(OutgoingError):
            Client(LOCAL).send("GET", f"https://other.example:{port}/")
