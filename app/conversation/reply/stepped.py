"""The ends of a scale by what its question calls them: `very bad` of `1 very bad to 5 very good`. Pure.

Only the whole of it, the question's other words and small talk aside: `good` alone may be 4 as well as 5.
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache

from rapidfuzz.distance import OSA

from app.conversation.meanings import Kind, general
from app.conversation.words.romanized import romanized, sound
from app.texts.reserved import normalize

_ENDS = re.compile(r"(?<![\d.,])(\d{1,2})[ =:).-]*([^\d]+)")
# Between the two ends, and no part of what either is called.
_BETWEEN = re.compile(
    r"(?:^|\s)(?:and|to|hadi|mpaka|na|okutuuka|okutuuka ku|okutuusa|paka|ne|jusqua|jusqu|a|et|jiska|rive|e|ak|se|aur"
    r"|tak|से|तक|और|እስከ|እና)$"
)
_BEHIND = re.compile(r"^(?:is|means|ni|est|se|ye|hai|है|ነው) ")
QUESTION_MARKS = ("?", "\uff1f", "\u061f", "\u1367")
_LONGEST = 6
_SHORTEST_VARIED = 6
_MOST_WORDS = 12


def step_named(text: str, wordings: Sequence[str], ends: Sequence[Decimal], language: str) -> Decimal | None:
    """Return the end of the scale that a reply calls by its name; None where it does not, or by both."""
    said = normalize(text).split()
    if text.rstrip().endswith(QUESTION_MARKS):
        return None
    if not 1 < len(said) <= _MOST_WORDS:
        return None
    meant = {step for wording in wordings for step in _steps(said, wording, language) if step in ends}
    return meant.pop() if len(meant) == 1 else None


def _steps(said: Sequence[str], wording: str, language: str) -> set[Decimal]:
    own = frozenset(normalize(wording).split())
    found: set[Decimal] = set()
    for step, name in _named(wording):
        size = len(name)
        for at in range(len(said) - size + 1):
            rest = [word for word in (*said[:at], *said[at + size :]) if not word.isdecimal()]
            if _is_name(said[at : at + size], name) and all(
                _adds_nothing(word, own, language) for word in rest
            ):
                found.add(step)
    return found


@lru_cache(maxsize=256)
def _named(wording: str) -> tuple[tuple[Decimal, tuple[str, ...]], ...]:
    """Return what a question calls the steps of its scale; names of one word leave open how much is meant."""
    named = [(Decimal(digit), normalize(name)) for digit, name in _ENDS.findall(wording)]
    bare = [
        (step, _BEHIND.sub("", _BETWEEN.sub("", _BETWEEN.sub("", name).strip()).strip()))
        for step, name in named
    ]
    return tuple((step, tuple(name.split())) for step, name in bare if 1 < len(name.split()) <= _LONGEST)


def _is_name(said: Sequence[str], name: Sequence[str]) -> bool:
    return all(_alike(word, meant) for word, meant in zip(said, name, strict=True))


def _alike(word: str, meant: str) -> bool:
    """Say whether two words are one, written by ear, in Latin letters, or with another ending (mauvais, mauvaise)."""
    if word == meant or (word.isascii() and sound(word) == romanized(meant)):
        return True
    varied = min(len(word), len(meant)) >= _SHORTEST_VARIED and word[:3] == meant[:3]
    return varied and OSA.distance(word, meant) == 1


def _adds_nothing(word: str, own: frozenset[str], language: str) -> bool:
    mark = general(language).get(word)
    if mark is None:
        return word in own
    return mark.kind in {Kind.SMALL_TALK, Kind.TOPIC, Kind.JOINER} and not word.isdecimal()
