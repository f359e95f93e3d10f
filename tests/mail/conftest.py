"""Fixtures of mail: a server that sends it, and another one that gets it."""

import datetime as dt
from functools import partial
from ipaddress import ip_address
from pathlib import Path
from typing import NamedTuple

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from chat.clock import clock_at, now
from tests.post_office import PostOffice

PEM = Encoding.PEM
KEY_USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


@pytest.fixture
def office():
    """Return the mail server, open."""
    made = PostOffice()
    made.open()
    yield made
    made.close()


class Certificate(NamedTuple):
    """What a server shows, and whom one has to trust for it."""

    chain: Path
    key: Path
    authority: Path


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """Return a certificate for this machine from an authority that nobody knows."""
    folder = tmp_path_factory.mktemp("tls")
    authority_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "An authority of our own")])
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    names = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
    sign = partial(_signed, issuer=issuer, signer=authority_key)
    basics = x509.BasicConstraints(ca=True, path_length=0)
    usage = dict.fromkeys(KEY_USAGES, False) | {"key_cert_sign": True, "crl_sign": True}
    root = sign(issuer, authority_key, [(basics, True), (x509.KeyUsage(**usage), True)])
    shown = sign(subject, key, [(x509.SubjectAlternativeName(names), False)])
    made = Certificate(folder / "chain.pem", folder / "key.pem", folder / "authority.pem")
    made.authority.write_bytes(root.public_bytes(PEM))
    made.chain.write_bytes(shown.public_bytes(PEM))
    made.key.write_bytes(key.private_bytes(PEM, PrivateFormat.PKCS8, NoEncryption()))
    return made


def _signed(subject, key, extensions, *, issuer, signer):
    today = dt.datetime.now(dt.UTC)
    building = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - dt.timedelta(days=1))
        .not_valid_after(today + dt.timedelta(days=1))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
    )
    for extension, is_critical in extensions:
        building = building.add_extension(extension, critical=is_critical)
    return building.sign(signer, hashes.SHA256())


@pytest.fixture
def settings(settings, office):
    """Return settings with mail on, 15 minutes after."""
    mail = {"mail_url": office.url, "mail_from": "Stet <stet@chat.example.com>", "public_url": "http://localhost"}
    return settings.model_copy(update=mail)


@pytest.fixture
def minutes_later(app, alice):
    """Return a function that lets mail go as far as it goes, some minutes from now."""
    app.extensions["listeners"].drain("mail")

    def go(minutes):
        app.extensions["listeners"].drain("mail")
        with clock_at(now() + dt.timedelta(minutes=minutes)):
            app.extensions["postman"].drain("mail")

    return go
