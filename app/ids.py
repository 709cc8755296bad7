"""Identifiers: UUIDv7 (RFC 9562) made in the app, shown to people as `prj_` + 26 characters (TypeID's form).

A type prefix makes a pasted id say what it is, and an id of the wrong type is refused before any query.
"""

import os
import uuid

from app import clock
from app.errors import AppError

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_VALUE = {character: value for value, character in enumerate(_ALPHABET)}
_LENGTH = 26


def new() -> uuid.UUID:
    """Return a new UUIDv7: 48 bits of milliseconds, 74 of randomness, so that ids sort by when they were made."""
    milliseconds = int(clock.now().timestamp() * 1000)
    random = int.from_bytes(os.urandom(10))
    value = (milliseconds & (1 << 48) - 1) << 80 | random
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return uuid.UUID(int=value)


def show(prefix: str, identifier: uuid.UUID) -> str:
    """Return the id as people and programs outside see it, such as `prj_01h455vb4pex5vsknk084sn02q`."""
    number = identifier.int
    digits = []
    for _ in range(_LENGTH):
        digits.append(_ALPHABET[number & 31])
        number >>= 5
    return f"{prefix}_{''.join(reversed(digits))}"


def read(prefix: str, shown: str) -> uuid.UUID:
    """Return the UUID of a shown id. Raises `not-found` (404) when it is no id of this type."""
    head, _, tail = shown.partition("_")
    if head != prefix or len(tail) != _LENGTH or any(character not in _VALUE for character in tail):
        raise AppError("not-found", 404, f"{shown!r} is not an id of the form {prefix}_… Check the id.")
    number = 0
    for character in tail:
        number = number << 5 | _VALUE[character]
    if number >> 128:
        raise AppError("not-found", 404, f"{shown!r} is not an id of the form {prefix}_… Check the id.")
    return uuid.UUID(int=number)
