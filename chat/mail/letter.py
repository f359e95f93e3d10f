"""A letter: what a mail says, in one language, and the mail that it becomes: text and HTML."""

import hashlib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime

from babel import Locale
from flask import current_app

from chat.clock import now
from chat.mail.server import MailServer


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A message in a digest."""

    room: str
    author: str
    at: str
    """In the reader's own time and language."""
    text: str
    """Empty: they do not want it in mails."""
    url: str


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mail says; plain text, escaped where it becomes HTML."""

    subject: str
    paragraphs: Sequence[str]
    button: tuple[str, str] | None = None
    """A label and an address."""
    excerpts: Sequence[Excerpt] = ()
    closing: Sequence[str] = ()
    """Why it came, in small print."""
    unsubscribe: tuple[str, str] | None = None
    """A label, and the address that stops such mails at one click."""


def compose(letter: Letter, server: MailServer, *, to: str, name: str, language: str, key: str) -> EmailMessage:
    """Return the mail; the same key is the same Message-ID.

    Raises:
        ValueError: it is no address.
    """
    mail = EmailMessage(policy=_WholeAddresses(linesep="\r\n"))
    mail["From"] = server.sender
    local, _, domain = to.rpartition("@")
    mail["To"] = Address(one_line(name), local, domain.encode("idna").decode())
    mail["Subject"] = one_line(letter.subject)
    mail["Date"] = format_datetime(now())
    mail["Message-ID"] = f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{server.sender.domain}>"
    # Nobody answers it; out-of-office replies would be noise.
    mail["Auto-Submitted"] = "auto-generated"
    if letter.unsubscribe:
        mail["List-Unsubscribe"] = f"<{letter.unsubscribe[1]}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    locale = Locale.parse(language, sep="-")
    shown = {"letter": letter, "language": language, "direction": locale.text_direction}
    mail.set_content(_rendered("mail/letter.txt", shown), cte="quoted-printable")
    mail.add_alternative(_rendered("mail/letter.html", shown), subtype="html", cte="quoted-printable")
    return mail


class _WholeAddresses(EmailPolicy):
    """Never folds a header that is one long word: other programs do not put it together again."""

    def fold_binary(self, name: str, value: str) -> bytes:
        if name.lower() in {"list-unsubscribe", "message-id"}:
            return f"{name}: {value}\r\n".encode()
        return super().fold_binary(name, value)


def one_line(text: str) -> str:
    """Return the text without line breaks and control characters: in a header they would begin another one."""
    kept = (" " if unicodedata.category(char) in {"Cc", "Zl", "Zp", "Cs"} else char for char in text)
    return " ".join("".join(kept).split())


def _rendered(template: str, shown: dict[str, object]) -> str:
    # Not `render_template`: that asks for what only a request has.
    return current_app.jinja_env.get_template(template).render(shown)
