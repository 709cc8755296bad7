"""How many segments, the unit an SMS is billed by, a text takes, and in which encoding it travels.

Counting only: what the alphabet is, and how text is folded into it, is app/gsm7.py (its `fold` is offered
here too); what a segment costs is the operator's price list.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from app.gsm7 import ALPHABET, EXTENSION, fold

__all__ = ["Segments", "count", "fold"]

Encoding = Literal["GSM-7", "UCS-2"]

# 140 bytes carry 160 septets or 70 UTF-16 units; in a message of several parts each gives 6 bytes to the
# header that joins them (3GPP TS 23.040 section 9.2.3.24.1).
_SINGLE = {"GSM-7": 160, "UCS-2": 70}
_PART = {"GSM-7": 153, "UCS-2": 67}


@dataclass(frozen=True)
class Segments:
    """What a text takes: `units` are septets in GSM-7 and UTF-16 units in UCS-2.

    `offending` are the distinct characters, in order of appearance, that force UCS-2; empty for GSM-7.
    """

    encoding: Encoding
    units: int
    segments: int
    offending: tuple[str, ...]


def count(text: str) -> Segments:
    """Count `text` exactly as it stands, unfolded. An empty text is one empty segment."""
    offending = tuple(dict.fromkeys(character for character in text if character not in ALPHABET))
    if offending:
        return _counted("UCS-2", [2 if ord(character) > 0xFFFF else 1 for character in text], offending)
    return _counted("GSM-7", [2 if character in EXTENSION else 1 for character in text], ())


def _counted(encoding: Encoding, widths: list[int], offending: tuple[str, ...]) -> Segments:
    units = sum(widths)
    segments = 1 if units <= _SINGLE[encoding] else _parts(widths, _PART[encoding])
    return Segments(encoding, units, segments, offending)


def _parts(widths: Iterable[int], capacity: int) -> int:
    """Count parts filled in order; a character of two units (escape, surrogate pair) is never split."""
    parts, used = 1, 0
    for width in widths:
        if used + width > capacity:
            parts, used = parts + 1, 0
        used += width
    return parts
