"""How many days ago a reply says something was: 3 days ago, siku tatu zilizopita, il y a 3 jours. Pure."""

import re
from collections.abc import Sequence
from functools import lru_cache

from app.conversation import words
from app.conversation.meanings import Kind, general
from app.conversation.reply.spelled import number_words, spelled_at
from app.texts.reserved import split_folded

_MOST_DAYS_AGO = 31
_NOT_EXACT = {Kind.INEXACT, Kind.ALTERNATIVE, Kind.NEGATION, Kind.HEDGE}
# Amharic writes `before` together with the number: \u12a83 for three.
_FROM_AMHARIC = re.compile(r"(?<![^\W_])\u12a8(?=\w)")


@lru_cache(maxsize=16)
def _past(language: str) -> tuple[re.Pattern[str], frozenset[str]]:
    """Return what finds `ago` in a reply, and the words for day."""
    tables = words.mixed(language)
    ago = sorted({phrase for table in tables for phrase in table.ago}, key=len, reverse=True)
    pattern = re.compile(rf"(?<![^\W_])(?:{'|'.join(map(re.escape, ago))})(?![^\W_])")
    return pattern, frozenset().union(*(table.day for table in tables))


def days_ago(plain: str, language: str) -> int | None:
    """Return how many days before today a reply says (3 days ago, siku tatu zilizopita), None where it says none."""
    pattern, days = _past(language)
    if pattern.search(plain) is None:
        return None
    said = [word for word, _ in split_folded(_FROM_AMHARIC.sub(" ", pattern.sub(" ", plain)))]
    table = general(language)
    if any(word in table and table[word].kind in _NOT_EXACT for word in said):
        return None
    numbers = {
        *_spelled_numbers(said, language),
        *(int(word) for word in said if word.isdecimal() and len(word) <= 2),
    }
    counted = [at for at, word in enumerate(said) if word in days]
    if len(counted) != 1 or len(numbers) != 1:
        return None
    (number,) = numbers
    return number if 0 < number <= _MOST_DAYS_AGO else None


def _spelled_numbers(said: Sequence[str], language: str) -> set[int]:
    known = number_words(language)
    found: set[int] = set()
    at = 0
    while at < len(said):
        spelled = spelled_at(said, at, known) if not said[at].isdecimal() else None
        found |= {int(value) for value in spelled[1]} if spelled else set()
        at += spelled[0] if spelled else 1
    return found
