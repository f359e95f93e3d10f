"""Password hashes: argon2id, in real threads, two at a time, at the same cost whether the account exists or not."""

import base64
import secrets
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from chat.concurrency import Slots, off_loop

MEMORY_KIB = 19 * 1024
PASSES = 2
LANES = 1
HASHES_AT_A_TIME = 2

_hasher = PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES)
_slots = Slots(HASHES_AT_A_TIME)


def hash_password(password: str) -> str:
    """Return the hash to store; waits for a free slot and leaves the event loop alone."""
    with _slots.taken():
        return off_loop(_hasher.hash, _normal(password))


def is_password(stored: str | None, password: str) -> bool:
    """Tell whether the stored hash is of this password; None, for no account, takes as long and is never right."""
    with _slots.taken():
        return off_loop(_verify, stored or _hash_of_nothing(), _normal(password))


def is_outdated(stored: str) -> bool:
    """Tell whether the hash was made with other parameters than today's."""
    return _hasher.check_needs_rehash(stored)


def _verify(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


def _normal(password: str) -> str:
    # The same Hangul or accented letter is one or several code points, depending on the keyboard (RFC 8265).
    return unicodedata.normalize("NFC", password)


def _hash_of_nothing() -> str:
    # Well formed, with today's parameters, and of no password: comparing with it costs what a real one costs.
    salt, tag = (base64.b64encode(secrets.token_bytes(size)).decode().rstrip("=") for size in (16, 32))
    return f"$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}${salt}${tag}"
