"""The operator's mail server: its address, and handing a mail over to it."""

import smtplib
import socket
import ssl
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import parseaddr
from functools import cache
from ipaddress import ip_address
from typing import Any
from urllib.parse import unquote, urlsplit

from chat.concurrency import look_up

SECONDS = 20.0
"""For each step of the conversation; the end may be far, and greets slowly on purpose."""
PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
REFUSED_FOR_EVER = 500


class MailError(Exception):
    """The mail server did not take it; it may later."""


class MailRefusedError(Exception):
    """The mail server will never take this mail: the address does not exist, or it does not like what is in it."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed over, and in whose name."""

    scheme: str
    host: str
    port: int
    sender: Address
    user: str = ""
    password: str = field(default="", repr=False)

    def deliver(self, mail: EmailMessage) -> None:
        """Hand a mail over; belongs outside of any unit of work.

        Raises:
            MailRefusedError: it will never be taken.
            MailError: it was not taken, or nobody answered.
        """
        try:
            smtp = self._connected()
            try:
                _hand_over(smtp, mail)
            finally:
                _part(smtp)
        except (OSError, smtplib.SMTPException, ValueError) as error:
            msg = f"{type(error).__name__}: {error}"
            raise MailError(msg) from error

    def _connected(self) -> smtplib.SMTP:
        own_name = self.sender.domain
        if self.scheme == "smtps":
            smtp: smtplib.SMTP = _SmtpOverTls(self.host, self.port, own_name, timeout=SECONDS, context=_TRUSTING)
        else:
            smtp = _Smtp(self.host, self.port, own_name, timeout=SECONDS)
        try:
            if self.scheme == "smtp+starttls":
                smtp.starttls(context=_TRUSTING)
            if self.user:
                smtp.login(self.user, self.password)
        except BaseException:
            smtp.close()
            raise
        return smtp


def parse_mail_server(url: str, sender: str) -> MailServer | None:
    """Return the server of `smtp+starttls://user:password@host:587` and the like; None without one.

    Raises:
        ValueError: the address or the sender is not one. It never says the password.
    """
    if not url:
        return None
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port or PORTS[parts.scheme]
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
    except (KeyError, ValueError):
        host = None
    if not host:
        msg = "it looks like smtp+starttls://user:password@host:587, smtps://… or smtp://…"
        raise ValueError(msg)
    if user and parts.scheme == "smtp" and not _is_here(host):
        msg = "a password needs smtp+starttls:// or smtps://"
        raise ValueError(msg)
    return MailServer(parts.scheme, host, port, parse_sender(sender), user, password)


def parse_sender(text: str) -> Address:
    """Return the address of `Stet <stet@example.com>`; raises ValueError."""
    name, address = parseaddr(text)
    local, _, domain = address.rpartition("@")
    if not local or not domain or not address.isascii() or not text.isprintable():
        msg = "STET_MAIL_FROM is the sender, like Stet <stet@example.com>"
        raise ValueError(msg)
    return Address(name, local, domain)


def _hand_over(smtp: smtplib.SMTP, mail: EmailMessage) -> None:
    try:
        smtp.send_message(mail)
    except smtplib.SMTPNotSupportedError as error:
        msg = "the mail server takes no addresses with such letters"
        raise MailRefusedError(msg) from error
    except smtplib.SMTPRecipientsRefused as error:
        code, said = next(iter(error.recipients.values()))
        _refuse_for_ever(code, said, error)
        raise
    except smtplib.SMTPDataError as error:
        _refuse_for_ever(error.smtp_code, error.smtp_error, error)
        raise


def _part(smtp: smtplib.SMTP) -> None:
    # Not by `with smtp`: a clumsy goodbye after the mail was taken would be an error, and the mail come again.
    try:
        smtp.docmd("QUIT")
    except (OSError, smtplib.SMTPException):
        pass
    finally:
        smtp.close()


def _refuse_for_ever(code: int, said: bytes | str, error: Exception) -> None:
    if code >= REFUSED_FOR_EVER:
        text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
        msg = f"{code} {text}"
        raise MailRefusedError(msg) from error


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@cache
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()


def _connect(host: str, port: int, seconds: float) -> socket.socket:
    failed: OSError | None = None
    for _, _, _, _, address in look_up(host, port):
        try:
            return socket.create_connection(address[:2], seconds)
        except OSError as error:
            failed = error
    raise failed or OSError(f"{host} has no address")


class _Trusting:
    """What smtplib asks of a context. Where it does not trust the end, it closes the connection at once."""

    def wrap_socket(self, plain: socket.socket, *, server_hostname: str) -> socket.socket:
        secure = _trust().wrap_socket(plain, server_hostname=server_hostname, do_handshake_on_connect=False)
        try:
            secure.do_handshake()
        except BaseException:
            secure.close()
            raise
        return secure


_TRUSTING: Any = _Trusting()


class _Smtp(smtplib.SMTP):
    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return _connect(host, port, timeout)


class _SmtpOverTls(smtplib.SMTP_SSL):
    _host: str
    context: Any

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        plain = _connect(host, port, timeout)
        wrapped: socket.socket = self.context.wrap_socket(plain, server_hostname=self._host)
        return wrapped
