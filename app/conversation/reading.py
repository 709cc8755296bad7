"""A reply taken apart: which of its words mean a choice, and what the others do to that meaning.

Owns the vocabulary of one question (its choices over the general tables) and the marking of words with it.
What the marked words amount to is decided in app/conversation/parse.py. Pure.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from functools import lru_cache

from app.conversation import words
from app.texts.reserved import COMMANDS, UNSURE, normalize, tokens

# In a list of choices a letter may stand for a number. Only up to h: i and later are words of their own.
_LETTERS = "abcdefgh"
_DIGIT_LIKE = re.compile("[0-9ol]+")
_GLUED = re.compile(r"([0-9]+)([^\W\d_]+)|([^\W\d_]+)([0-9]+)")
_STRETCHED = re.compile(r"(.)\1{2,}")
_THUMBS = (
    ("\U0001f44d", "yes"),
    ("\u2705", "yes"),
    ("\u2714", "yes"),
    ("\U0001f44e", "no"),
    ("\u274c", "no"),
)

UNSURE_NUMBER = 0


class Kind(Enum):
    """What a word, or several together, do in a reply."""

    CHOICE = auto()  # means a choice: `number`
    YES = auto()  # resolved to CHOICE, or to small talk where the question has no yes and no
    NO = auto()
    OUTSIDE = auto()  # a number that no choice has
    CLASH = auto()  # a word two choices share
    SMALL_TALK = auto()
    UNKNOWN = auto()
    NEGATION = auto()
    CORRECTION = auto()
    WAIT = auto()
    HEDGE = auto()
    SEVERAL = auto()
    UNIT = auto()
    STOP = auto()
    COMMAND = auto()


class How(Enum):
    """What a choice was recognised by; the values are the `why` of an answer."""

    NUMBER = "number"
    LABEL = "label"
    LETTER = "letter"
    NUMBER_WORD = "number-word"
    YES_NO = "yes-no"
    UNSURE = "unsure"
    TYPO = "typo"


@dataclass(frozen=True)
class Mark:
    """One or more words of a reply and what they do.

    `boundary`: punctuation or a new line stood before. `alone`: what the words mean if nothing but small talk
    stands beside them, where that differs from what they do in a sentence.
    """

    kind: Kind
    text: str = ""
    number: int = -1
    how: How = How.LABEL
    boundary: bool = False
    alone: "Mark | None" = None


@dataclass(frozen=True)
class Vocabulary:
    """What the phrases of one question mean: `own` before the general tables; which numbers are yes and no."""

    own: Mapping[str, Mark]
    count: int
    yes: int | None
    no: int | None

    def find(self, phrase: str) -> Mark | None:
        """Return the mark of a whole phrase, or None."""
        mark = self.own.get(phrase) or _GENERAL.get(phrase)
        return self._resolve(mark) if mark else None

    def _resolve(self, mark: Mark) -> Mark:
        alone = self._resolve(mark.alone) if mark.alone else None
        if mark.kind in {Kind.YES, Kind.NO}:
            number = self.yes if mark.kind is Kind.YES else self.no
            unasked = Kind.NO if mark.kind is Kind.NO else Kind.SMALL_TALK
            return Mark(Kind.CHOICE, number=number, how=How.YES_NO) if number else Mark(unasked)
        if mark.how is How.NUMBER_WORD:
            return self.numbered(mark.number, How.NUMBER_WORD)
        return replace(mark, alone=alone)

    def numbered(self, number: int, how: How) -> Mark:
        """Return the mark of a number, which may be 0 (`don't know`) or none of the choices'."""
        if number == UNSURE_NUMBER:
            return Mark(Kind.CHOICE, number=number, how=How.UNSURE)
        return Mark(Kind.CHOICE if number <= self.count else Kind.OUTSIDE, number=number, how=how)

    def correctable(self) -> dict[str, Mark]:
        """Return the phrases a typo may be of: of choices, yes, no and don't know, words of 4 letters or more."""
        general = {phrase: self.find(phrase) for phrase in words.YES | words.NO | UNSURE}
        both = {**{phrase: mark for phrase, mark in general.items() if mark}, **self.own}
        return {
            phrase: mark
            for phrase, mark in both.items()
            if mark.kind is Kind.CHOICE and all(len(word) >= 4 and word.isalpha() for word in phrase.split())
        }


def _general() -> dict[str, Mark]:
    """Make the table of all fixed phrases; what comes later in it wins."""
    negation, talk, unknown = Mark(Kind.NEGATION), Mark(Kind.SMALL_TALK), Mark(Kind.UNKNOWN)
    table = dict.fromkeys(words.UNITS, Mark(Kind.UNIT))
    table |= dict.fromkeys(words.SMALL_TALK, talk)
    table |= dict.fromkeys(words.NEGATIONS, negation)
    table |= dict.fromkeys(words.CORRECTIONS, Mark(Kind.CORRECTION))
    table |= dict.fromkeys(words.WAITS, Mark(Kind.WAIT))
    table |= dict.fromkeys(words.HEDGES, Mark(Kind.HEDGE))
    table |= dict.fromkeys(words.SEVERAL, Mark(Kind.SEVERAL))
    for phrases, kind in ((words.YES_ALONE, Kind.YES), (words.NO_ALONE, Kind.NO)):
        for phrase in phrases:
            if phrase == "la":  # `no`, but oftener the Swahili `of`
                beside = talk
            elif len(phrase) == 1:
                beside = unknown
            else:
                beside = talk if kind is Kind.YES else negation
            table[phrase] = replace(beside, alone=Mark(kind))
    table |= dict.fromkeys(words.YES, Mark(Kind.YES)) | dict.fromkeys(words.NO, Mark(Kind.NO))
    table |= {phrase: Mark(Kind.CHOICE, number=n, how=How.NUMBER_WORD) for phrase, n in words.NUMBERS.items()}
    table |= dict.fromkeys(UNSURE, Mark(Kind.CHOICE, number=UNSURE_NUMBER, how=How.UNSURE))
    for name, phrases in COMMANDS.items():
        table |= dict.fromkeys(phrases, Mark(Kind.STOP if name == "STOP" else Kind.COMMAND))
    return table


_GENERAL = _general()
_LONGEST = max(len(phrase.split()) for phrase in _GENERAL)


def vocabulary(choices: Sequence[tuple[str, Mapping[str, str]]], language: str) -> Vocabulary:
    """Make the vocabulary of a question from each choice's value and labels by language, in their order.

    A phrase that two choices share means the one that has it in `language`, and otherwise neither.
    """
    own: dict[str, Mark] = {}
    for position, letter in enumerate(_LETTERS[: len(choices)], start=1):
        meant = Mark(Kind.CHOICE, number=position, how=How.LETTER)
        own[letter] = Mark(Kind.SMALL_TALK, alone=meant) if letter == "a" else meant
    numbered = list(enumerate(choices, start=1))
    own |= _claimed(
        ((number, name) for number, (value, labels) in numbered for name in (value, *labels.values())),
        len(choices),
    )
    own |= _claimed(((number, labels.get(language, "")) for number, (_, labels) in numbered), len(choices))
    return Vocabulary(own, len(choices), _polar(choices, words.YES), _polar(choices, words.NO))


@lru_cache(maxsize=2048)
def _phrase(name: str) -> str:
    """Normalise the name of a choice: few, and the same for every reply to a project."""
    return normalize(name)


def _claimed(named: Iterable[tuple[int, str]], count: int) -> dict[str, Mark]:
    """Mark each name of a choice; what two choices share, or is another choice's number, is a clash."""
    claimed: dict[str, Mark] = {}
    for number, name in named:
        phrase = _phrase(name)
        if not phrase:
            continue
        as_number = int(phrase) if _is_number(phrase) else words.NUMBERS.get(phrase, number)
        misleads = as_number != number and as_number <= count
        if misleads or claimed.get(phrase, Mark(Kind.CHOICE, number=number)).number != number:
            claimed[phrase] = Mark(Kind.CLASH)
        elif not _is_number(phrase) or as_number > count:
            claimed[phrase] = Mark(Kind.CHOICE, number=number)
    return claimed


def _polar(choices: Sequence[tuple[str, Mapping[str, str]]], polar: frozenset[str]) -> int | None:
    """Return the number of the one choice that is called yes (or no) in some language, if there is one."""
    numbers = [
        number
        for number, (value, labels) in enumerate(choices, start=1)
        if any(_phrase(name) in polar for name in (value, *labels.values()))
    ]
    return numbers[0] if len(numbers) == 1 else None


def split(text: str) -> list[tuple[str, bool]]:
    """Return the words of a reply; a reply of nothing but a thumb is the word it stands for."""
    found = tokens(text)
    return found or [(word, False) for thumb, word in _THUMBS if thumb in text][:1]


def marks(found: Sequence[tuple[str, bool]], vocabulary: Vocabulary) -> list[Mark]:
    """Mark the words of a reply, the longest known phrase first."""
    repaired = _repaired(found, vocabulary)
    longest = max([_LONGEST, *(len(phrase.split()) for phrase in vocabulary.own)])
    marked: list[Mark] = []
    at = 0
    while at < len(repaired):
        size, mark = _longest_at(repaired, at, longest, vocabulary)
        phrase = " ".join(word for word, _ in repaired[at : at + size])
        marked.append(replace(mark, text=phrase, boundary=repaired[at][1]))
        at += size
    return _alone(marked)


def _longest_at(
    found: Sequence[tuple[str, bool]], at: int, longest: int, vocabulary: Vocabulary
) -> tuple[int, Mark]:
    for size in range(min(longest, len(found) - at), 0, -1):
        mark = vocabulary.find(" ".join(word for word, _ in found[at : at + size]))
        if mark is not None:
            return size, mark
    word = found[at][0]
    if not _is_number(word):
        return 1, Mark(Kind.UNKNOWN)
    # A leading nought may be a `don't know` before another number.
    slipped = len(word) > 1 and word.startswith("0")
    return 1, Mark(Kind.OUTSIDE, how=How.NUMBER) if slipped else vocabulary.numbered(int(word), How.NUMBER)


def _is_number(word: str) -> bool:
    """Say whether a word is a number that might name a choice; ten digits are somebody's phone."""
    return word.isascii() and word.isdecimal() and len(word) <= 9


def _alone(marked: list[Mark]) -> list[Mark]:
    """Give words their meaning alone where all others are small talk, and otherwise take that meaning away."""
    special = [mark for mark in marked if mark.alone]
    others_talk = all(mark.kind is Kind.SMALL_TALK for mark in marked if not mark.alone)
    if len(special) != 1 or not others_talk:
        return [replace(mark, alone=None) for mark in marked]
    return [
        replace(mark.alone, text=mark.text, boundary=mark.boundary) if mark.alone else mark for mark in marked
    ]


def _repaired(found: Sequence[tuple[str, bool]], vocabulary: Vocabulary) -> list[tuple[str, bool]]:
    """Undo what keypads do to words: o for 0, 1yes for 1 yes, yesss for yes."""
    repaired: list[tuple[str, bool]] = []
    for word, boundary in found:
        pieces = _pieces(word, vocabulary, only=len(found) == 1)
        repaired += [(piece, boundary and index == 0) for index, piece in enumerate(pieces)]
    return repaired


def _pieces(word: str, vocabulary: Vocabulary, *, only: bool) -> list[str]:
    if vocabulary.find(word) is not None or _is_number(word):
        return [word]
    if _DIGIT_LIKE.fullmatch(word) and ((only and len(word) == 1) or any(c.isdecimal() for c in word)):
        return [word.replace("o", "0").replace("l", "1")]
    glued = _GLUED.fullmatch(word)
    if glued:
        pieces = [piece for piece in glued.groups() if piece]
        if all(_is_number(piece) or vocabulary.find(piece) for piece in pieces):
            return pieces
    shortened = (_STRETCHED.sub(kept, word) for kept in (r"\1", r"\1\1"))
    return [next((shorter for shorter in shortened if vocabulary.find(shorter)), word)]
