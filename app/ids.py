"""Identifiers: UUIDv7 (RFC 9562) made in the app, shown to people as `prj_` + 26 characters (TypeID's form).

A type prefix makes a pasted id say what it is, and an id of the wrong type is refused before any query.
"""

import os
import threading
import uuid
from datetime import datetime

from app import clock
from app.errors import AppError

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_VALUE = {character: value for value, character in enumerate(_ALPHABET)}
_LENGTH = 26


def new() -> uuid.UUID:
    """Return a new UUIDv7: ids of one process sort by when they were made, also those of one millisecond.

    48 bits of milliseconds, 12 of their fraction, 62 of randomness (RFC 9562 §6.2, method 3).
    """
    ticks = _next_tick(round(clock.now().timestamp() * 1_000_000) * _TICKS_A_MILLISECOND // 1000)
    milliseconds, fraction = divmod(ticks, _TICKS_A_MILLISECOND)
    random = int.from_bytes(os.urandom(8)) & (1 << 62) - 1
    return uuid.UUID(int=milliseconds << 80 | 0x7 << 76 | fraction << 64 | 0x2 << 62 | random)


def earliest(at: datetime) -> uuid.UUID:
    """Return what sorts before every id made at `at` or later, and behind those of a millisecond earlier."""
    return uuid.UUID(int=int(at.timestamp() * 1000) << 80)


_TICKS_A_MILLISECOND = 1 << 12
# A clock that was set back further than this is followed, not waited for.
_MOST_AHEAD = 1000 * _TICKS_A_MILLISECOND
_last_tick = 0
_ticking = threading.Lock()


def _next_tick(ticks: int) -> int:
    global _last_tick  # noqa: PLW0603 - one sequence a process
    with _ticking:
        if ticks <= _last_tick < ticks + _MOST_AHEAD:
            ticks = _last_tick + 1
        _last_tick = ticks
        return ticks


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
