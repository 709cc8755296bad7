"""Numbers written in words: twenty-five, mia mbili na hamsini, do sau, vingt et un. Pure.

A number word of the worker's language or of one it is mixed with; hundreds and thousands are put together with
what stands beside them. Two readings are both given (elfu kumi na tano: 15,000 or 10,005).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from app.conversation import words
from app.conversation.meanings import heads_of

Values = tuple[Decimal, ...]
# Join the parts of a number alone: Luganda kikumi mu ataano.
_JOIN_NUMBERS = {"mu"}


@dataclass(frozen=True)
class NumberWords:
    """The number words of a language and those it is mixed with."""

    numbers: Mapping[str, int]
    powers: Mapping[str, int]
    powers_first: Mapping[str, int]
    ordinals: Mapping[str, int]
    joiners: frozenset[str]
    heads: Mapping[str, int]
    # What is said after a number for a half more, word by word; what is one and a half, what takes a half off.
    halves: frozenset[tuple[str, ...]]
    fractions: Mapping[str, Decimal]
    added: Mapping[str, Decimal]


@lru_cache(maxsize=16)
def number_words(language: str) -> NumberWords:
    """Return the number words replies of somebody of this language may hold."""
    numbers: dict[str, int] = {}
    powers: dict[str, int] = {}
    first: dict[str, int] = {}
    ordinals: dict[str, int] = {}
    fractions: dict[str, Decimal] = {}
    added: dict[str, Decimal] = {}
    for table in words.mixed(language):
        fractions |= table.fractions
        added |= table.added
        numbers |= {**table.numbers, **table.counting, **table.numbers_alone}
        ordinals |= table.ordinals
        (first if table.powers_first else powers).update(table.powers)
    joiners = frozenset().union(_JOIN_NUMBERS, *(table.joiners for table in words.mixed(language)))
    halves = frozenset(tuple(phrase.split()) for table in words.mixed(language) for phrase in table.halves)
    return NumberWords(numbers, powers, first, ordinals, joiners, heads_of(numbers), halves, fractions, added)


def spelled_at(said: Sequence[str], at: int, known: NumberWords) -> tuple[int, Values] | None:
    """Return how many words from `at` on are one number, and what it may be; None where none begins there."""
    size, values, room = _part(said, at, known)
    if not size:
        return None
    end = at + size
    while room > 1 and end < len(said):
        skipped = 1 if said[end] in known.joiners else 0
        more, smaller, next_room = _part(said, end + skipped, known)
        if not more or max(smaller) >= room:
            break
        values = tuple(value + rest for value in values for rest in smaller)
        end, room = end + skipped + more, next_room
    return end - at, values


def _part(said: Sequence[str], at: int, known: NumberWords) -> tuple[int, Values, int]:
    """Return the size and values of one part (two hundred; mia mbili; fifty), and below what may be added to it."""
    if at >= len(said):
        return 0, (), 1
    power = known.powers_first.get(said[at])
    if power:
        return _multiplied(said, at, power, known)
    size, number = _with_fraction(said, at, known)
    if not size:
        power = known.powers.get(said[at], 0)
        return (1, (Decimal(power),), power) if power else (0, (), 1)
    room = 1 if number % 100 or not number else 100
    while at + size < len(said) and known.powers.get(said[at + size], 0) >= room:
        power = known.powers[said[at + size]]
        size, number, room = size + 1, number * power, power
    return size, (number,), room


def _with_fraction(said: Sequence[str], at: int, known: NumberWords) -> tuple[int, Decimal]:
    """Return one number word; or what one word says of a number and a half (dhai), or adds to one (saadhe teen)."""
    fraction = known.fractions.get(said[at])
    if fraction is not None:
        return 1, fraction
    more = known.added.get(said[at])
    if more is None:
        size, value = _atom(said, at, known)
        return size, Decimal(value)
    size, value = _atom(said, at + 1, known)
    return (1 + size, value + more) if size else (0, Decimal(0))


def _multiplied(said: Sequence[str], at: int, power: int, known: NumberWords) -> tuple[int, Values, int]:
    size, value = _atom(said, at + 1, known)
    if not size or value == 0 or value >= power:
        return 1, (Decimal(power),), power
    values: Values = (Decimal(value * power),)
    first = known.numbers.get(said[at + 1])
    if size > 1 and first is not None and first != value:
        values = (*values, Decimal(first * power + value - first))
    return 1 + size, values, power


def _atom(said: Sequence[str], at: int, known: NumberWords) -> tuple[int, int]:
    if at >= len(said):
        return 0, 0
    for size in range(min(known.heads.get(said[at], 0), len(said) - at), 0, -1):
        number = known.numbers.get(" ".join(said[at : at + size]))
        if number is not None:
            return size, number
    return 0, 0
