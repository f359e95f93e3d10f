"""Password hashes."""

import time

import argon2

from chat import passwords
from tests.people import in_parallel

SENTENCE = "a long enough sentence"


def test_a_hash_is_of_its_password_only():
    stored = passwords.hash_password(SENTENCE)

    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.is_password(stored, SENTENCE)
    assert not passwords.is_password(stored, SENTENCE + " ")


def test_the_same_password_twice_is_two_hashes():
    assert passwords.hash_password(SENTENCE) != passwords.hash_password(SENTENCE)


def test_no_account_and_what_is_no_hash_have_no_password():
    assert not passwords.is_password(None, "")
    assert not passwords.is_password("!", "!")


def test_no_account_takes_as_long_as_a_wrong_password():
    stored = passwords.hash_password(SENTENCE)

    known = min(_seconds(lambda: passwords.is_password(stored, "wrong")) for _ in range(5))
    unknown = min(_seconds(lambda: passwords.is_password(None, "wrong")) for _ in range(5))

    assert 0.5 < unknown / known < 2


def test_a_hash_with_other_parameters_is_outdated():
    old = argon2.PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(SENTENCE)

    assert passwords.is_outdated(old)
    assert passwords.is_password(old, SENTENCE)
    assert not passwords.is_outdated(passwords.hash_password(SENTENCE))


def test_many_at_once_wait_for_each_other(app):
    assert all(in_parallel(8, lambda _: passwords.hash_password(SENTENCE)))


def _seconds(call):
    start = time.perf_counter()
    call()
    return time.perf_counter() - start
