"""What a push message is made of: encrypted for one browser (RFC 8291), and signed by this server (RFC 8292).

The server's key is derived from its secret key, so that it moves with a backup and browsers stay subscribed.
"""

import base64
import time
from functools import cache
from typing import Any
from urllib.parse import urlsplit

P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
POINT_BYTES = 65
AUTH_BYTES = 16
SIGNED_HOURS = 12


def public_key(secret: str) -> str:
    """Return what browsers subscribe with: an uncompressed point in Base64 for addresses."""
    return in_base64(_point(_vapid(secret).public_key))


def authorization(secret: str, endpoint: str, contact: str) -> str:
    """Return the header that tells the push service who sends; `contact` is a mailto: or https: address."""
    parts = urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "sub": contact,
        "exp": int(time.time()) + SIGNED_HOURS * 3600,
    }
    return str(_vapid(secret).sign(claims)["Authorization"])


def encrypted(content: bytes, *, p256dh: str, auth: str) -> bytes:
    """Return the content as the one browser with these keys can read it."""
    import http_ece
    from cryptography.hazmat.primitives.asymmetric import ec

    return bytes(
        http_ece.encrypt(
            content,
            private_key=ec.generate_private_key(ec.SECP256R1()),
            dh=from_base64(p256dh),
            auth_secret=from_base64(auth),
            version="aes128gcm",
        )
    )


def check_keys(p256dh: str, auth: str) -> None:
    """Tell early that a browser's keys will not do; raises ValueError."""
    from cryptography.hazmat.primitives.asymmetric import ec

    point = from_base64(p256dh)
    if len(point) != POINT_BYTES or len(from_base64(auth)) != AUTH_BYTES:
        raise ValueError
    ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)


def in_base64(value: bytes) -> str:
    """Return Base64 for addresses, without padding."""
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def from_base64(value: str) -> bytes:
    """Return what `in_base64` encoded; raises ValueError."""
    return base64.b64decode(value.rstrip("=") + "=" * (-len(value.rstrip("=")) % 4), altchars=b"-_", validate=True)


@cache
def _vapid(secret: str) -> Any:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF
    from py_vapid import Vapid02

    # 16 bytes more than the order has, so that what is left of them is as good as even.
    derived = HKDF(hashes.SHA256(), length=48, salt=None, info=b"stet vapid").derive(secret.encode())
    number = int.from_bytes(derived, "big") % (P256_ORDER - 1) + 1
    return Vapid02(ec.derive_private_key(number, ec.SECP256R1()))


def _point(key: Any) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return bytes(key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))
