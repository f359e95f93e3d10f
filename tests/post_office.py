"""A mail server that takes what it is sent, refuses on command, and can be away."""

import re
import socketserver
import threading
from email import message_from_bytes
from email.policy import default

from tests.brokers import free_port

LINK = re.compile(r"https?://\S+")


class PostOffice:
    """Keeps every mail that it was handed, also those that it does not acknowledge."""

    def __init__(self, port=None):
        self.port = port or free_port()
        self.url = f"smtp://127.0.0.1:{self.port}"
        self.mails = []
        self.arrived = threading.Event()
        self.refusals = {}
        """A line to answer with, for a recipient; for "DATA" after the mail itself, for "AUTH" to the password."""
        self.is_cut_off = False
        """The connection ends after the mail, before it is acknowledged."""
        self.logins = []
        self.tls = None
        self.is_tls_first = False
        """As with `smtps://`: it says nothing before."""
        self._server = None
        self._thread = None

    def open(self):
        office = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self):
                office.serve(self)

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = True
            daemon_threads = True

        self._server = Server(("127.0.0.1", self.port), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def close(self):
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()
            self._server = None

    def serve(self, talk):
        try:
            self._talk(talk)
        except OSError:
            # Whoever called did not trust the certificate.
            return

    def _talk(self, talk):
        if self.is_tls_first:
            self._secure(talk)
        self._say(talk, "220 post office")
        recipient = ""
        while line := talk.rfile.readline().decode().strip():
            verb = line.partition(" ")[0].upper()
            if verb == "RCPT":
                recipient = line.partition("<")[2].partition(">")[0]
                self._say(talk, self.refusals.get(recipient, "250 known"))
            elif verb == "DATA":
                self._say(talk, "354 go on")
                if not self._take(talk, recipient):
                    return
            else:
                self._answer(talk, verb, line)

    def _answer(self, talk, verb, line):
        if verb == "EHLO":
            offers = ["post office", "SMTPUTF8", "8BITMIME", "AUTH PLAIN", *(["STARTTLS"] if self.tls else [])]
            for offer in offers[:-1]:
                self._say(talk, f"250-{offer}")
            self._say(talk, f"250 {offers[-1]}")
        elif verb == "STARTTLS":
            self._say(talk, "220 go on")
            self._secure(talk)
        elif verb == "AUTH":
            self.logins.append(line)
            self._say(talk, self.refusals.get("AUTH", "235 welcome"))
        else:
            self._say(talk, "221 goodbye" if verb == "QUIT" else "250 fine")

    def _secure(self, talk):
        secure = self.tls.wrap_socket(talk.connection, server_side=True, do_handshake_on_connect=False)
        talk.finish = secure.close
        secure.do_handshake()
        talk.rfile, talk.wfile = secure.makefile("rb"), secure.makefile("wb", buffering=0)

    def _take(self, talk, recipient):
        raw = b""
        while (line := talk.rfile.readline()) not in {b".\r\n", b""}:
            raw += line.removeprefix(b".") if line.startswith(b"..") else line
        if "DATA" not in self.refusals:
            self.mails.append((recipient, message_from_bytes(raw, policy=default)))
            self.arrived.set()
        if self.is_cut_off:
            return False
        self._say(talk, self.refusals.get("DATA", "250 taken"))
        return True

    @staticmethod
    def _say(talk, line):
        talk.wfile.write(f"{line}\r\n".encode())


def text_in(mail):
    """Return the text part and the HTML part."""
    return tuple(mail.get_body((kind,)).get_content() for kind in ("plain", "html"))


def links_in(mail):
    return LINK.findall(text_in(mail)[0])
