"""Whether a number of a reply names a choice, or counts things, hours or people (2 taps, at 2, 1 of my sons). Pure."""

import re
from collections.abc import Sequence

from app.conversation.meanings import How, Kind, Mark
from app.texts.reserved import phrases

# Languages whose numbers follow what they count: there, a word after a digit is talk.
_COUNTS_BEHIND = {"sw", "lg"}
# Behind a number, so many of several: 1 of my neighbours, youn nan yo.
PART = re.compile(
    r"\s*(?:of|out of|sur [0-9]|sou [0-9]|kati ya|kati yao|dentre|parmi|nan yo|ladan yo|ku zo|ku bo|unme se"
    r"|inme se)(?![^\W_])"
)
# Make the number behind them one of people or things: we are 2, send me 2.
_COUNTED_BEFORE = tuple(
    f" {phrase}"
    for phrase in phrases(
        "we are, we were, hum, हम, nou se, nou te, nous sommes, tuko, tulikuwa, tuli, send me, give me",
        "am number, at, by, in, near, ni wa",
    )
)
_NUMBER_OF = phrases("la, ya, no, number, namba, nambari, numero, nimewo, nambar, ቁጥር, kutir")


def counts_things(marked: Sequence[Mark], at: int, language: str) -> bool:
    """Say whether a number counts something in its clause: a unit beside it (2 days, KES 2), or a plural (2 taps)."""
    if marked[at].how is not How.NUMBER:
        return False
    start, end = clause(marked, at)
    beside = [marked[near].kind for near in (at - 1, at + 1) if start <= near < end]
    if {Kind.UNIT, Kind.CLOCK, Kind.INEXACT, Kind.TOPIC} & set(beside) or _is_number_of(marked, at, start):
        return True
    hour = language == "ht" and at + 2 == end and marked[at + 1].text == "e"  # a 1 e: at one o'clock
    if hour or is_counted(marked, at, start):
        return True
    follows = marked[at + 1] if at + 1 < end else None
    plural = follows is not None and follows.kind is Kind.UNKNOWN and follows.text.endswith("s")
    if plural and marked[at].number > 1:
        return True
    # Where numbers stand before what they count, one word that is not known is likely that (1 bucket, 2 bidon).
    only_word = follows is not None and follows.kind is Kind.UNKNOWN and at + 2 == end == len(marked)
    return only_word and language not in _COUNTS_BEHIND


def is_counted(marked: Sequence[Mark], at: int, start: int) -> bool:
    """Say whether the words before a number make it one of people, things or hours (we are 2, at 2)."""
    before = f" {' '.join(mark.text for mark in marked[max(start, at - 2) : at])}"
    of_oneself = marked[at].how is How.NUMBER_WORD and before.endswith((" am", " im"))  # I am first
    return of_oneself or before.endswith(_COUNTED_BEFORE)


def _is_number_of(marked: Sequence[Mark], at: int, start: int) -> bool:
    """Say whether a number names one among several: question no 1, swali la 2."""
    before = at - 1
    while before >= start and marked[before].text in _NUMBER_OF:
        before -= 1
    return start <= before < at - 1 and marked[before].kind is Kind.CLOCK


def is_part(marked: Sequence[Mark], at: int, end: int) -> bool:
    """Say whether a number is so many of something (1 of my neighbours)."""
    return PART.match(" ".join(mark.text for mark in marked[at + 1 : min(end, at + 3)])) is not None


def clause(marked: Sequence[Mark], at: int) -> tuple[int, int]:
    """Return the bounds of the part of the reply, between punctuation, that a word stands in."""
    start = at
    while start > 0 and not marked[start].boundary:
        start -= 1
    end = at + 1
    while end < len(marked) and not marked[end].boundary:
        end += 1
    return start, end
