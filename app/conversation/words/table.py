"""The shape of one language's words, and how its number words are put together. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from app.texts.reserved import phrases

_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Words:
    """What replies in one language are read by; every phrase is written as `normalize` leaves it.

    What each table does to a reply is said in app/conversation/reading.py; the commands and the ways to say
    `don't know` of all languages are in app/texts/reserved.py.
    """

    # Stand for the yes or the no choice of a project that has one.
    yes: frozenset[str]
    no: frozenset[str]
    # The words of `no` that anything may follow. The others may be a determiner: `no water` is no `no`.
    firm_no: frozenset[str] = _NONE
    # As yes and no, but only where nothing but small talk stands beside them: they mean other things in a sentence.
    yes_alone: frozenset[str] = _NONE
    no_alone: frozenset[str] = _NONE
    # Cardinal numbers, 0 to 100 and some above; ordinals from 1; numbers in the form they take beside what they count.
    numbers: Mapping[str, int] = field(default_factory=dict)
    ordinals: Mapping[str, int] = field(default_factory=dict)
    counting: Mapping[str, int] = field(default_factory=dict)
    # Numbers only where nothing but small talk, or other numbers, stand beside them.
    numbers_alone: Mapping[str, int] = field(default_factory=dict)
    # Hundred, thousand and so on; `powers_first` where what they are multiplied by follows (elfu mbili).
    powers: Mapping[str, int] = field(default_factory=dict)
    powers_first: bool = False
    # Says nothing about the question. `joiners` are those that stand between the parts of a list.
    small_talk: frozenset[str] = _NONE
    joiners: frozenset[str] = _NONE
    # Turn the reading beside them into what it is not.
    negations: frozenset[str] = _NONE
    # What follows replaces what went before; where nothing follows, small talk.
    corrections: frozenset[str] = _NONE
    # As a correction; where nothing follows, the reply is unfinished.
    waits: frozenset[str] = _NONE
    # Put the answer off: yes, I will reply later.
    later: frozenset[str] = _NONE
    hedges: frozenset[str] = _NONE
    # Take back part of what went before: yes, but.
    contrasts: frozenset[str] = _NONE
    # Make an answer in words none: yes what is the question, you said 1.
    conditions: frozenset[str] = _NONE
    # Said to us and not of what was asked: yes I am ready, no I was not paid. As conditions.
    asides: frozenset[str] = _NONE
    # What an answer hangs on, or what asks for its meaning; it undoes a digit before it, too: 1 only if it rains.
    terms: frozenset[str] = _NONE
    # Somebody else's word for what follows: she said no.
    reported: frozenset[str] = _NONE
    # Beside the name of a choice they add nothing (health issue); beside a digit they are counted.
    topics: frozenset[str] = _NONE
    alternatives: frozenset[str] = _NONE  # or
    everything: frozenset[str] = _NONE
    nothing: frozenset[str] = _NONE
    both: frozenset[str] = _NONE
    neither: frozenset[str] = _NONE
    # A half said after a number (two and a half), and words that are or change one before it (dedh, saadhe teen).
    halves: frozenset[str] = _NONE
    fractions: Mapping[str, Decimal] = field(default_factory=dict)
    added: Mapping[str, Decimal] = field(default_factory=dict)
    # Three days ago: what says day, and what says that it is past, before the number or after it.
    day: frozenset[str] = _NONE
    ago: frozenset[str] = _NONE
    # Beside a number they make it an amount of something, not a choice.
    units: frozenset[str] = _NONE
    # Make a number inexact: more than, less than, half.
    inexact: frozenset[str] = _NONE
    # Make a number a time of day, or the number of one among several (room 2, question 1).
    clock: frozenset[str] = _NONE
    # Months by name, 1 to 12; days by their distance from today, several where the word has several meanings.
    months: Mapping[str, int] = field(default_factory=dict)
    days: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    # Agreeing and refusing, where consent is asked by a menu of two.
    agree: frozenset[str] = _NONE
    refuse: frozenset[str] = _NONE


def numbered(lines: Mapping[int, str]) -> dict[str, int]:
    """Return a table of numbers from the comma-separated words of each."""
    return {phrase: number for number, line in lines.items() for phrase in phrases(line)}


def compounded(
    tens: Mapping[int, str], units: Mapping[int, str], joints: Iterable[str] = (" ",)
) -> dict[str, int]:
    """Return the numbers that a ten and a unit make together, joined in each of the ways given."""
    return {
        f"{ten}{joint}{unit}": ten_value + unit_value
        for ten_value, ten_words in tens.items()
        for ten in phrases(ten_words)
        for unit_value, unit_words in units.items()
        for unit in phrases(unit_words)
        for joint in joints
    }


def listed(text: str) -> dict[str, int]:
    """Return a table of numbers from lines of `number word, word`, for languages whose numbers have no pattern."""
    pairs = (line.strip().split(" ", 1) for line in text.strip().splitlines())
    return numbered({int(number): line for number, line in pairs})


def day_words(lines: Mapping[tuple[int, ...], str]) -> dict[str, tuple[int, ...]]:
    """Return a table of days from the comma-separated words of each distance from today."""
    return {phrase: days for days, line in lines.items() for phrase in phrases(line)}
