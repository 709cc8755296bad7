"""What the words of a reply may mean to one question: its choices over the tables of a language.

Owns the vocabulary of a question. Words are found in a reply, and repaired, by app/conversation/reading.py. Pure.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, IntEnum, auto
from functools import cached_property, lru_cache
from typing import NamedTuple

from app.conversation import words
from app.conversation.words.ethiopic import ethiopic_sound
from app.conversation.words.otherwise import UNTELLING
from app.conversation.words.romanized import romanized
from app.conversation.words.table import Words
from app.tasks.asking import Choice
from app.texts.reserved import COMMANDS, NO_COMMANDS, UNSURE, normalize

# In a list of choices a letter may stand for a number. Only up to h: i and later are words of their own.
LETTERS = "abcdefgh"
UNSURE_NUMBER = 0
_APOSTROPHE = re.compile("(?<=[^\\W_])['\u2018\u2019](?=[^\\W_])")
_APART = re.compile(r" ([^\W\daeiou]) (?=[aeo])")
_PLURAL_BY_S = {"en", "fr"}
_SHORTEST_WITH_PLURAL = 3
_NO_PLURALS = ("ss", "us", "is")


_SHORTEST_TELLING = 4


def is_number(word: str) -> bool:
    """Say whether a word is a number that might name a choice; ten digits are somebody's phone."""
    return word.isascii() and word.isdecimal() and len(word) <= 9


class Kind(IntEnum):
    """What a word, or several together, do in a reply."""

    CHOICE = auto()  # means a choice: `number`
    YES = auto()  # resolved to CHOICE, or to small talk where the question has no yes and no
    NO = auto()
    OUTSIDE = auto()  # a number that no choice has
    CLASH = auto()  # a word two choices share
    SMALL_TALK = auto()
    JOINER = auto()
    UNKNOWN = auto()
    NEGATION = auto()
    CORRECTION = auto()
    WAIT = auto()
    CONTRAST = auto()
    LATER = auto()
    CONDITION = auto()
    TERMS = auto()
    REPORT = auto()
    TOPIC = auto()
    HEDGE = auto()
    ALTERNATIVE = auto()
    ALL = auto()
    NONE = auto()
    BOTH = auto()
    NEITHER = auto()
    UNIT = auto()
    INEXACT = auto()
    CLOCK = auto()
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


class Mark(NamedTuple):
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

    @property
    def alone_is_letter(self) -> bool:
        """Whether alone it is the letter of a choice, or a word of one letter."""
        return self.alone is not None and (self.alone.how is How.LETTER or len(self.text) == 1)


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """What the phrases of one question mean: `own` before the `general` tables; which numbers are yes and no."""

    own: Mapping[str, Mark]
    general: Mapping[str, Mark]
    count: int
    yes: int | None
    no: int | None
    language: str = ""
    # The names of choices in this language.
    native: frozenset[str] = frozenset()

    def find(self, phrase: str) -> Mark | None:
        """Return the mark of a whole phrase, or None."""
        mark = self.own.get(phrase) or self.general.get(phrase)
        return self._resolve(mark) if mark else None

    def _resolve(self, mark: Mark) -> Mark:
        if mark.kind in {Kind.YES, Kind.NO}:
            number = self.yes if mark.kind is Kind.YES else self.no
            unasked = Kind.NO if mark.kind is Kind.NO else Kind.SMALL_TALK
            return Mark(Kind.CHOICE, number=number, how=How.YES_NO) if number else Mark(unasked)
        if mark.how is How.NUMBER_WORD and mark.alone is None:
            return self.numbered(mark.number, How.NUMBER_WORD)
        return mark._replace(alone=self._resolve(mark.alone)) if mark.alone else mark

    def numbered(self, number: int, how: How) -> Mark:
        """Return the mark of a number, which may be 0 (`don't know`) or none of the choices'."""
        if number == UNSURE_NUMBER:
            return Mark(Kind.CHOICE, number=number, how=How.UNSURE)
        return Mark(Kind.CHOICE if number <= self.count else Kind.OUTSIDE, number=number, how=how)

    @cached_property
    def own_heads(self) -> dict[str, int]:
        """How many words the longest phrase of `own` has that begins with a word."""
        return heads_of(self.own)

    def longest_from(self, word: str) -> int:
        """Return how many words the longest known phrase has that begins with this word."""
        return max(general_heads(self.language).get(word, 0), self.own_heads.get(word, 0))

    @cached_property
    def sounds(self) -> dict[str, str]:
        """The names of choices in Devanagari or Ethiopic by how they sound, where no two sound the same."""
        heard: dict[str, set[str]] = {}
        for name in self.own:
            as_heard = romanized(name) or ethiopic_sound(name)
            if as_heard:
                heard.setdefault(as_heard, set()).add(name)
        return {as_heard: min(names) for as_heard, names in heard.items() if len(names) == 1}

    @cached_property
    def correctable(self) -> dict[str, Mark]:
        """The phrases a typo may be of: choices, yes, no, don't know, their numbers; words of 4 letters or more."""
        tables = words.mixed(self.language)
        numbers = {name for table in tables for name, number in table.numbers.items() if number <= self.count}
        plain = frozenset[str]().union(UNSURE, numbers, *(table.yes | table.no for table in tables))
        general = {phrase: self.find(phrase) for phrase in plain}
        both = {**{phrase: mark for phrase, mark in general.items() if mark}, **self.own}
        return {
            phrase: mark
            for phrase, mark in both.items()
            if mark.kind is Kind.CHOICE
            and phrase[:-1] not in self.own
            and all(len(word) >= 4 and word.isalpha() for word in phrase.split())
        }


_DENYING = {Kind.NEGATION, Kind.NO, Kind.NONE, Kind.NEITHER, Kind.ALTERNATIVE, Kind.CONTRAST}

# What each table makes of its phrases; what comes later wins.
_SIMPLE: tuple[tuple[str, Kind], ...] = (
    ("units", Kind.UNIT),
    ("inexact", Kind.INEXACT),
    ("clock", Kind.CLOCK),
    ("topics", Kind.TOPIC),
    ("agree", Kind.SMALL_TALK),
    ("refuse", Kind.SMALL_TALK),
    ("small_talk", Kind.SMALL_TALK),
    ("everything", Kind.ALL),
    ("both", Kind.BOTH),
    ("neither", Kind.NEITHER),
    ("joiners", Kind.JOINER),
    ("hedges", Kind.HEDGE),
    ("negations", Kind.NEGATION),
    ("contrasts", Kind.CONTRAST),
    ("later", Kind.LATER),
    ("conditions", Kind.CONDITION),
    ("asides", Kind.CONDITION),
    ("terms", Kind.TERMS),
    ("reported", Kind.REPORT),
    ("corrections", Kind.CORRECTION),
    ("waits", Kind.WAIT),
    ("alternatives", Kind.ALTERNATIVE),
)


def _table(language: Words) -> dict[str, Mark]:
    table: dict[str, Mark] = {}
    for name, kind in _SIMPLE:
        table |= dict.fromkeys(getattr(language, name), Mark(kind))
    table |= dict.fromkeys(language.nothing, Mark(Kind.NONE))
    for number_words in (language.ordinals, language.numbers):
        table |= {
            phrase: Mark(Kind.CHOICE, number=n, how=How.NUMBER_WORD) for phrase, n in number_words.items()
        }
    for phrase, number in language.numbers_alone.items():
        meant = Mark(Kind.CHOICE, number=number, how=How.NUMBER_WORD)
        table[phrase] = table.get(phrase, Mark(Kind.JOINER))._replace(alone=meant)
    for phrases, kind in ((language.yes_alone, Kind.YES), (language.no_alone, Kind.NO)):
        for phrase in phrases:
            table[phrase] = _beside(phrase, kind, table)._replace(alone=Mark(kind))
    return table | dict.fromkeys(language.yes, Mark(Kind.YES)) | dict.fromkeys(language.no, Mark(Kind.NO))


_KEPT_BESIDE = {Kind.NONE, Kind.NEGATION, Kind.JOINER, Kind.CORRECTION, Kind.CONDITION, Kind.TERMS}


def _beside(phrase: str, kind: Kind, table: Mapping[str, Mark]) -> Mark:
    """Return what a word that is yes or no when alone is beside others."""
    known = table.get(phrase)
    if phrase == "la":  # `no`, but oftener the Swahili `of`
        return Mark(Kind.SMALL_TALK)
    if known and known.kind in _KEPT_BESIDE:
        return known
    if len(phrase) == 1:
        return Mark(Kind.UNKNOWN)
    return Mark(Kind.SMALL_TALK if kind is Kind.YES else Kind.NEGATION)


@lru_cache(maxsize=16)
def general(language: str) -> Mapping[str, Mark]:
    """Return what the fixed phrases mean in replies of somebody of this language, made once a language."""
    table = dict.fromkeys(words.WORLD_YES, Mark(Kind.YES)) | dict.fromkeys(words.WORLD_NO, Mark(Kind.NO))
    mixed = words.mixed(language)
    for spoken in mixed:
        table |= _table(spoken)
    # Yes and no of a neighbour language are never mere talk, unless one's own says so.
    for spoken in mixed[:-1]:
        for phrases, kind in ((spoken.yes, Kind.YES), (spoken.no, Kind.NO)):
            for phrase in phrases:
                if table[phrase].kind is Kind.SMALL_TALK and phrase not in mixed[-1].small_talk:
                    table[phrase] = Mark(kind)
    table |= dict.fromkeys(UNSURE, Mark(Kind.CHOICE, number=UNSURE_NUMBER, how=How.UNSURE))
    for name, phrases in COMMANDS.items():
        taken = phrases - NO_COMMANDS.get(language, frozenset())
        table |= dict.fromkeys(taken, Mark(Kind.STOP if name == "STOP" else Kind.COMMAND))
    return table


def heads_of(phrases: Iterable[str]) -> dict[str, int]:
    """Return how many words the longest of the phrases has that begins with each word."""
    heads: dict[str, int] = {}
    for phrase in phrases:
        parts = phrase.split()
        if parts:
            heads[parts[0]] = max(heads.get(parts[0], 0), len(parts))
    return heads


@lru_cache(maxsize=16)
def general_heads(language: str) -> Mapping[str, int]:
    """Return how many words the longest fixed phrase has that begins with each word."""
    return heads_of(general(language))


def vocabulary(choices: Sequence[Choice], language: str) -> Vocabulary:
    """Return the vocabulary of a question from its choices' values and labels by language, in their order.

    A phrase that two choices share means the one that has it in `language`, and otherwise neither.
    """
    key = tuple((choice.value, tuple(choice.labels.items())) for choice in choices)
    return _vocabulary(key, language)


@lru_cache(maxsize=1024)
def _vocabulary(choices: tuple[tuple[str, tuple[tuple[str, str], ...]], ...], language: str) -> Vocabulary:
    own: dict[str, Mark] = {}
    for position, letter in enumerate(LETTERS[: len(choices)], start=1):
        meant = Mark(Kind.CHOICE, number=position, how=How.LETTER)
        talk = letter == "a" or (letter == "c" and language in {"fr", "ht"})  # c la sante
        own[letter] = Mark(Kind.SMALL_TALK, alone=meant) if talk else meant
    numbered = [(number, value, dict(labels)) for number, (value, labels) in enumerate(choices, start=1)]
    own |= _claimed(
        ((number, name) for number, value, labels in numbered for name in (value, *labels.values())),
        len(choices),
        language,
    )
    own |= _claimed(
        ((number, labels.get(language, "")) for number, _, labels in numbered), len(choices), language
    )
    for number, phrase in _plurals(numbered):
        own.setdefault(phrase, Mark(Kind.CHOICE, number=number))
    for phrase, mark in list(own.items()):
        together = phrase.replace(" ", "")
        if len(together) >= 6 and mark.kind is Kind.CHOICE and together not in own:
            own[together] = mark
    if language == "lg":
        # The first vowel falls away behind a preposition (ku mbeera y'obudde).
        for phrase, mark in list(own.items()):
            if " " in phrase and phrase[0] in "aeo" and mark.kind is Kind.CHOICE:
                # Of is also written apart, with its vowel (embeera ya budde).
                apart = _APART.sub(r" \1a ", phrase)
                own.update({form: mark for form in (phrase[1:], apart, apart[1:]) if form not in own})
    for number, word in _telling_words(numbered, language):
        own.setdefault(word, Mark(Kind.CHOICE, number=number))
    named = [(number, {value, *labels.values()}) for number, value, labels in numbered]
    return Vocabulary(
        own,
        general(language),
        len(choices),
        _polar(named, words.YES, "yes_alone"),
        _polar(named, words.NO, "no_alone"),
        language,
        frozenset(_phrase(labels[language]) for _, _, labels in numbered if language in labels),
    )


def _plurals(numbered: Iterable[tuple[int, str, Mapping[str, str]]]) -> Iterable[tuple[int, str]]:
    """Yield the names of choices as many of them are called, where that is by an s."""
    for number, _, labels in numbered:
        for language in _PLURAL_BY_S & labels.keys():
            phrase = _phrase(labels[language])
            if len(phrase) >= _SHORTEST_WITH_PLURAL and not phrase.endswith("s"):
                yield number, f"{phrase}s"
            elif language == "en" and len(phrase) > _SHORTEST_TELLING and not phrase.endswith(_NO_PLURALS):
                yield number, f"{phrase[:-1]} of"  # price of maize


def _telling_words(
    numbered: Sequence[tuple[int, str, Mapping[str, str]]], language: str
) -> Iterable[tuple[int, str]]:
    """Yield the words that tell a label of several from all others (hewa of Hali ya hewa, obudde of Embeera y'obudde).

    None of a label that denies (not urgent), none that is everyday talk, and none that could belong to any label.
    """
    spoken = general(language)
    of_choice = {
        number: {
            word
            for name in (value, *labels.values())
            for phrase in _spellings(name)
            for word in phrase.split()
        }
        for number, value, labels in numbered
    }
    for number, _, labels in numbered:
        words_of = {word for phrase in _spellings(labels.get(language, "")) for word in phrase.split()}
        if len(words_of) < 2 or any(spoken[word].kind in _DENYING for word in words_of & spoken.keys()):
            continue
        others = set().union(*(said for other, said in of_choice.items() if other != number))
        for word in words_of - others - spoken.keys() - UNTELLING:
            if len(word) >= (_SHORTEST_TELLING if word.isascii() else 2) and word.isalpha():
                yield number, word


@lru_cache(maxsize=4096)
def _spellings(name: str) -> tuple[str, ...]:
    """Return how the name of a choice is written: also with a space for an apostrophe (embeera y obudde)."""
    plain = _phrase(name)
    # Amharic `of`, which falls away behind `about`.
    bare = plain.removeprefix("የ") if " " in plain else plain
    return tuple(
        dict.fromkeys(phrase for phrase in (plain, bare, _phrase(_APOSTROPHE.sub(" ", name))) if phrase)
    )


@lru_cache(maxsize=4096)
def _phrase(name: str) -> str:
    """Normalise the name of a choice: few, and the same for every reply to a project."""
    return normalize(name)


def _claimed(named: Iterable[tuple[int, str]], count: int, language: str) -> dict[str, Mark]:
    """Mark each name of a choice; what two choices share, or is another choice's number, is a clash."""
    claimed: dict[str, Mark] = {}
    spoken = general(language)
    for number, phrase in ((number, phrase) for number, name in named for phrase in _spellings(name)):
        spelled = spoken.get(phrase)
        as_word = spelled.number if spelled and spelled.how is How.NUMBER_WORD else number
        as_number = int(phrase) if is_number(phrase) else as_word
        misleads = as_number != number and as_number <= count
        if misleads or claimed.get(phrase, Mark(Kind.CHOICE, number=number)).number != number:
            claimed[phrase] = Mark(Kind.CLASH)
        elif not is_number(phrase) or as_number > count:
            claimed[phrase] = Mark(Kind.CHOICE, number=number)
    return claimed


def _polar(named: Sequence[tuple[int, set[str]]], polar: frozenset[str], alone: str) -> int | None:
    """Return the number of the one choice that is called yes (or no) in some language, if there is one.

    Failing that, of one of two choices that is called something that means it when alone (true, galat).
    """
    also: frozenset[str] = frozenset().union(*(getattr(table, alone) for table in words.BY_CODE.values()))
    for meant in (polar, also):
        numbers = [number for number, names in named if any(_phrase(name) in meant for name in names)]
        if len(numbers) == 1 and (meant is polar or len(named) == 2):
            return numbers[0]
    return None
