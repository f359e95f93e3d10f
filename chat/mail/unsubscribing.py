"""The address that stops a person's digests, for whoever has the mail."""

from itsdangerous import BadSignature, URLSafeSerializer

SALT = "mail-unsubscribe"


def unsubscribe_path(secret: str | bytes | None, user_id: int) -> str:
    """Return the path of the person's link; it holds for ever, as old mails do."""
    return f"/mail/unsubscribe/{_signer(secret).dumps(user_id)}"


def person_of(secret: str | bytes | None, token: str) -> int | None:
    """Return whose link it is, None when nobody signed it."""
    try:
        user_id = _signer(secret).loads(token)
    except BadSignature:
        return None
    return user_id if isinstance(user_id, int) else None


def _signer(secret: str | bytes | None) -> URLSafeSerializer:
    if not secret:
        msg = "there is no secret to sign with"
        raise ValueError(msg)
    return URLSafeSerializer(secret, salt=SALT)
