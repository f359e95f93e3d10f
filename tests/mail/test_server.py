"""The operator's mail server: how it is named, and that nothing is handed to one that is not it."""

import ssl

import pytest

from chat.config import Settings
from chat.factory import StartError, create_app
from chat.mail import server as mail_server
from chat.mail.letter import Letter, compose
from chat.mail.server import MailError, MailRefusedError, parse_mail_server

SENDER = "Stet <stet@chat.example.com>"


def letter_to(server, to="bob@example.com"):
    return compose(Letter("Hello", ["Hello."]), server, to=to, name="Bob", language="en", key="k")


@pytest.mark.parametrize("scheme", ["smtp+starttls", "smtps"])
def test_the_password_goes_over_tls_to_a_server_with_a_trusted_certificate_alone(
    app, office, certificate, monkeypatch, scheme
):
    office.tls, office.is_tls_first = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), scheme == "smtps"
    office.tls.load_cert_chain(certificate.chain, certificate.key)
    server = parse_mail_server(f"{scheme}://me:s%40cret@127.0.0.1:{office.port}", SENDER)
    assert "s@cret" not in repr(server)
    with app.app_context():
        mail = letter_to(server)
    with pytest.raises(MailError, match="CERTIFICATE_VERIFY_FAILED"):
        server.deliver(mail)
    assert office.logins == office.mails == []

    monkeypatch.setattr(mail_server, "_trust", lambda: ssl.create_default_context(cafile=certificate.authority))
    server.deliver(mail)

    assert len(office.logins) == len(office.mails) == 1


def test_a_server_without_tls_gets_nothing_where_tls_is_wanted(app, office):
    server = parse_mail_server(f"smtp+starttls://me:secret@127.0.0.1:{office.port}", SENDER)
    with app.app_context(), pytest.raises(MailError, match="STARTTLS"):
        server.deliver(letter_to(server))
    assert office.logins == office.mails == []


def test_a_wrong_password_is_the_operators_to_mend_and_not_the_end_of_the_mail(app, office):
    office.refusals = {"AUTH": "535 wrong"}
    server = parse_mail_server(office.url.replace("//", "//me:secret@"), SENDER)
    with app.app_context(), pytest.raises(MailError, match="535") as caught:
        server.deliver(letter_to(server))
    assert "secret" not in str(caught.value)


def test_what_the_server_will_never_take_is_told_from_what_it_may_take_later(app, office):
    server = parse_mail_server(office.url, SENDER)
    with app.app_context():
        mail = letter_to(server)
    for answer, error in (("554 spam", MailRefusedError), ("452 full", MailError)):
        office.refusals = {"DATA": answer}
        with pytest.raises(error, match=answer[:3]):
            server.deliver(mail)


def test_long_addresses_in_headers_stay_whole(app, office):
    server = parse_mail_server(office.url, f"stet@{'a' * 60}.example.com")
    long_url = f"https://{'b' * 60}.example.com/mail/unsubscribe/{'c' * 60}"
    letter = Letter("긴 제목이 이어지는 편지 " * 10, ["Hello."], unsubscribe=("Stop", long_url))
    with app.app_context():
        mail = compose(letter, server, to="b@könig.example", name="쾨니히", language="ko", key="k")
    server.deliver(mail)

    [(recipient, got)] = office.mails
    assert recipient == "b@xn--knig-5qa.example"
    assert got["List-Unsubscribe"] == f"<{long_url}>"
    assert got["Message-ID"] == mail["Message-ID"]
    assert got["Subject"] == letter.subject.strip()


@pytest.mark.parametrize(
    "wrong",
    [
        {"mail_url": "http://me:hunter2@example.com"},
        {"mail_url": "smtp+starttls://me:hunter2@"},
        {"mail_url": "smtps://me:hunter2@example.com:port"},
        {"mail_url": "smtp://me:hunter2@example.com"},
        {"mail_from": ""},
        {"mail_from": "Stet"},
        {"mail_from": "Stet <stet@chat.example.com>\nBcc: eve@example.com"},
        {"public_url": ""},
    ],
)
def test_settings_that_cannot_be_are_said_without_the_password(tmp_path, wrong):
    right = {"mail_url": "smtps://me:hunter2@example.com", "mail_from": SENDER, "public_url": "https://x.example.com"}
    with pytest.raises(StartError, match="STET_MAIL_") as caught:
        create_app(Settings(data=tmp_path, **right | wrong))
    assert "hunter2" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert "hunter2" not in repr(Settings(data=tmp_path, **right))
