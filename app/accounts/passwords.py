"""Passwords: what is accepted as one, and how it is kept (argon2id, RFC 9106's second recommendation).

Owns the hashing alone; who may try, and how often, is decided in app/accounts/users.py.
"""

from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.errors import Pointer, invalid

MINIMUM_LENGTH = 12
# Hashing costs what the password is long, so a limit; long enough for any sentence.
MAXIMUM_LENGTH = 200

# The library's defaults: 64 MiB, 3 passes, 4 lanes.
_hasher = PasswordHasher()


def check_rules(password: str) -> None:
    """Raise `invalid` (422) unless the password is long enough.

    Length is the only rule that helps (NIST SP 800-63B): rules of composition make passwords worse.
    """
    if not MINIMUM_LENGTH <= len(password) <= MAXIMUM_LENGTH:
        message = (
            f"A password needs {MINIMUM_LENGTH} to {MAXIMUM_LENGTH} characters; this one has {len(password)}."
        )
        raise invalid(message, [Pointer("/password", message)])


def hashed(password: str) -> str:
    """Return what is stored of a password."""
    return _hasher.hash(password)


@lru_cache
def _hash_of_nobody() -> str:
    return _hasher.hash("no one has this password")


def matches(password_hash: str | None, password: str) -> bool:
    """Return whether the password is the hashed one. None, for an unknown user, takes the same time."""
    try:
        _hasher.verify(
            password_hash or _hash_of_nobody(), password[: MAXIMUM_LENGTH + 1].encode(errors="replace")
        )
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def is_dated(password_hash: str) -> bool:
    """Return whether the hash was made with weaker parameters than today's and should be made anew."""
    return _hasher.check_needs_rehash(password_hash)
