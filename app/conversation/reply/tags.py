"""Which several of a question's choices a reply means: `1 3`, `13`, `maji na chakula`, `none`. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.conversation.meanings import LETTERS, How, Kind, Mark, Vocabulary
from app.conversation.reading import Token, raw_marks
from app.conversation.reply import holding
from app.conversation.reply.choice import (
    LONGEST_REPLY_WORDS,
    SURE,
    SURE_AMONG_UNKNOWN_WORDS,
    SURE_CORRECTED,
    SURE_HEDGED,
    typo_of,
)
from app.conversation.reply.outcome import UNSURE, Doubt, Read, Unclear
from app.tasks.asking import Choice, joined
from app.texts.reserved import fold, phrases

_TALK = {Kind.SMALL_TALK, Kind.JOINER, Kind.CORRECTION, Kind.HEDGE, Kind.TOPIC}
_RANGE = re.compile(
    r"(?<![\d/.-])(\d) ?(?:-|\u2013|to|a|hadi|mpaka|se|tak|until|okutuuka ku) ?(\d)(?![\d/.-])"
)
# Languages that say what is not before they say so.
_DENY_BEHIND = {"hi", "am"}
_UNHURT = phrases(
    "haujaharibika, haijaharibika, hakijaharibika, halijaharibika, hayajaharibika, አልተጎዳም, አልተበላሸም, አልተሰበረም"
)
_TURNS = ("but ", "mais ", "men ", "lakini ")  # but not
_ONLY = phrases(
    "only, just, tu, pekee, peke yake, kokka, lwokka, gwokka, kyokka, yokka, lyokka, bwokka, seulement, juste",
    "uniquement",
    "selman, sel, sirf, kewal, केवल, सिर्फ, ብቻ, bicha",
)
_SURE_TOGETHER = 0.95
_SURE_ALL = 0.9
_SURE_NONE = 0.9


@dataclass(frozen=True)
class _Item:
    """The choices a word or a run of digits means, and how it was recognised."""

    numbers: tuple[int, ...]
    sure: float
    why: str


def read(text: str, found: Sequence[Token], choices: Sequence[Choice], known: Vocabulary) -> Read | Unclear:
    """Read the words of a reply to a question of which several choices may be picked."""
    if not found:
        return Unclear("empty")
    if len(found) > LONGEST_REPLY_WORDS:
        return Unclear("too-long")
    marked = raw_marks(found, known)
    doubt = _doubt(marked)
    if doubt is not None:
        return Unclear(doubt)
    span = _RANGE.search(fold(text))
    if span is not None and int(span[2]) - int(span[1]) > 1:
        return Unclear("two-readings")
    corrections = [at for at, mark in enumerate(marked) if mark.kind in {Kind.CORRECTION, Kind.WAIT}]
    for at in reversed(corrections):
        after = _picked(marked[at + 1 :], known)
        if after:
            return _corrected(_picked(marked[:at], known) or [], marked, at, choices, known)
    if marked[-1].kind is Kind.WAIT:
        return Unclear("unfinished")
    return _set_of(marked, choices, known)


def _doubt(marked: Sequence[Mark]) -> Doubt | None:
    kinds = {mark.kind for mark in marked}
    if Kind.STOP in kinds:
        return "stop-inside"
    if Kind.COMMAND in kinds:
        return "command-inside"
    if kinds & {Kind.CLASH, Kind.ALTERNATIVE, Kind.INEXACT}:
        return "two-readings"
    return None


def _corrected(
    before: list[_Item], marked: list[Mark], at: int, choices: Sequence[Choice], known: Vocabulary
) -> Read | Unclear:
    """Let what follows `sorry` replace what stood before it, where it is clear that it replaces all of it."""
    rest = _set_of(marked[at + 1 :], choices, known)
    if isinstance(rest, Unclear) or not before:
        return rest
    was = {number for item in before for number in item.numbers}
    if len(was) > 1 and len((rest.value or "").split("|")) < len(was):
        return Unclear("two-readings")
    return Read(rest.value, min(rest.confidence, SURE_CORRECTED), "correction")


def _without_denied(marked: Sequence[Mark], known: Vocabulary) -> Sequence[Mark]:
    """Leave out the clauses that say what it is not (not the roof, the door), where others say what it is.

    A denial is understood only at the head of a clause with one name in it that is said nowhere else.
    """
    clauses: list[list[Mark]] = []
    for mark in marked:
        turns = mark.kind is Kind.CONTRAST or (mark.kind is Kind.NEGATION and mark.text.startswith(_TURNS))
        if mark.boundary or turns or not clauses:
            clauses.append([])
        clauses[-1].append(mark)
    denied = [clause for clause in clauses if any(mark.kind in {Kind.NEGATION, Kind.NO} for mark in clause)]
    kept = [mark for clause in clauses if clause not in denied for mark in clause]
    named = [_named_in(clause, known) for clause in denied]
    said = _named_in(kept, known)
    plain = all(
        _is_denial(clause, known) and len(numbers) == 1 and numbers.isdisjoint(said)
        for clause, numbers in zip(denied, named, strict=True)
    )
    return kept if said and denied and plain else marked


def _is_denial(clause: Sequence[Mark], known: Vocabulary) -> bool:
    """Say whether a clause is denied as a whole: at its head, or at its end where one says it so (chhat nahi)."""
    told = [mark for mark in clause if mark.kind is not Kind.SMALL_TALK]
    if any(mark.text in _ONLY or mark.text.isdecimal() for mark in clause):
        return False  # not only the roof, the door too
    if told[0].kind in {Kind.NEGATION, Kind.CONTRAST}:
        return True
    behind = known.language in _DENY_BEHIND or told[-1].text in _UNHURT
    return behind and len(told) == 2 and told[1].kind in {Kind.NEGATION, Kind.NO}


def _named_in(marked: Sequence[Mark], known: Vocabulary) -> set[int]:
    return {number for item in _picked(marked, known) or [] for number in item.numbers}


def _set_of(marked: Sequence[Mark], choices: Sequence[Choice], known: Vocabulary) -> Read | Unclear:
    marked = _without_denied(marked, known)
    items = _picked(marked, known)
    if items is None:
        return Unclear("two-readings")
    if not items:
        return _all_or_none(marked, choices)
    numbers = {number for item in items for number in item.numbers}
    kinds = {mark.kind for mark in marked}
    if len(numbers) == 2:
        kinds -= {Kind.BOTH}
    doubt = _doubt_of_set(kinds, numbers, len(choices)) or _held_doubt(marked, known)
    if doubt is None and _strange(marked, known) and any(item.why != How.NUMBER.value for item in items):
        doubt = "nothing-known"
    if doubt is not None:
        return Unclear(doubt)
    if numbers == {0}:
        return Read(UNSURE, SURE[How.UNSURE], "unsure")
    sure = min(item.sure for item in items)
    if _strange(marked, known):
        sure = min(sure, SURE_AMONG_UNKNOWN_WORDS)
    if Kind.HEDGE in kinds:
        sure = min(sure, SURE_HEDGED)
    value = joined([choices[number - 1].value for number in numbers], choices)
    return Read(value, sure, items[0].why)


def _doubt_of_set(kinds: set[Kind], numbers: set[int], count: int) -> Doubt | None:
    if kinds & {Kind.ALL, Kind.BOTH, Kind.NONE, Kind.NEITHER, Kind.UNIT, Kind.CLOCK}:
        return "two-readings"
    if kinds & {Kind.NEGATION, Kind.NO}:
        return "negated"
    if 0 in numbers and len(numbers) > 1:
        return "two-readings"
    if any(number > count or number < 0 for number in numbers):
        return "out-of-range"
    return None


def _held_doubt(marked: Sequence[Mark], known: Vocabulary) -> Doubt | None:
    """Return `two-readings` where what is picked hangs on something, or a digit counts things (2 problems)."""
    meant = [at for at, mark in enumerate(marked) if mark.kind in holding.MEANT]
    if meant and holding.conditional(marked, meant, known.language):
        return "two-readings"
    counts = any(mark.kind is Kind.TOPIC for mark in marked) and any(mark.text.isdecimal() for mark in marked)
    return "two-readings" if counts else None


def _strange(marked: Sequence[Mark], known: Vocabulary) -> bool:
    """Say whether a word of the reply is not known, nor nearly the name of a choice."""
    return any(
        mark.kind is Kind.UNKNOWN and _item(mark, known, digits=True, letters=False) is None
        for mark in marked
    )


def _all_or_none(marked: Sequence[Mark], choices: Sequence[Choice]) -> Read | Unclear:
    kinds = {mark.kind for mark in marked} - _TALK
    if kinds == {Kind.NONE} or (kinds == {Kind.NEITHER} and len(choices) == 2):
        return Read("", _SURE_NONE, "none")
    if kinds == {Kind.ALL} or (kinds == {Kind.BOTH} and len(choices) == 2):
        return Read(joined([choice.value for choice in choices], choices), _SURE_ALL, "all")
    return Unclear("negated" if kinds & {Kind.NEGATION} else "nothing-known")


def _picked(marked: Sequence[Mark], known: Vocabulary) -> list[_Item] | None:
    """Return what each word or run of digits picks; None where one could be read in two ways."""
    digits = any(mark.text.isdecimal() for mark in marked)
    letters = _all_letters(marked)
    items: list[_Item] = []
    for at, mark in enumerate(marked):
        item = _item(mark, known, digits=digits, letters=letters)
        if item is None:
            continue
        repeats = at > 0 and marked[at - 1].text.isdecimal() and not mark.text.isdecimal() and items
        if repeats and item.why in {"label", "letter"} and item.numbers != items[-1].numbers:
            return None
        if item.numbers == ():
            return None
        items.append(item)
    return items


def _all_letters(marked: Sequence[Mark]) -> bool:
    """Say whether the reply is letters alone, so that `a` is the first choice and no article."""
    return all(len(mark.text) == 1 or mark.kind in _TALK for mark in marked if not mark.text.isdecimal())


def _item(mark: Mark, known: Vocabulary, *, digits: bool, letters: bool) -> _Item | None:
    if mark.text.isdecimal() and mark.kind in {Kind.CHOICE, Kind.OUTSIDE}:
        return _digits_picked(mark, known)
    if mark.kind in {Kind.CHOICE, Kind.OUTSIDE}:
        return _Item((mark.number,), SURE[mark.how], mark.how.value)
    if mark.alone is not None and mark.alone.kind is Kind.CHOICE:
        by_letter = mark.alone.how is How.LETTER and letters and not digits
        by_word = mark.alone.how is How.NUMBER_WORD and not digits
        return _Item((mark.alone.number,), 0.9, mark.alone.how.value) if by_letter or by_word else None
    if mark.kind is Kind.UNKNOWN:
        return _letters_picked(mark.text, known) or _typo_picked(mark.text, known)
    return None


def _digits_picked(mark: Mark, known: Vocabulary) -> _Item:
    """Read `13` as 1 and 3 where each digit is a choice, none of them twice."""
    if mark.number >= 0 and mark.number <= known.count:
        return _Item((mark.number,), SURE[mark.how], How.NUMBER.value)
    numbers = tuple(int(digit) for digit in mark.text)
    apart = len(set(numbers)) == len(numbers) and all(1 <= number <= known.count for number in numbers)
    return _Item(numbers, _SURE_TOGETHER, How.NUMBER.value) if apart else _Item((99,), 0.0, How.NUMBER.value)


def _letters_picked(word: str, known: Vocabulary) -> _Item | None:
    """Read `ac` as a and c: letters of choices in their order."""
    allowed = LETTERS[: known.count]
    together = 2 <= len(word) <= known.count and all(letter in allowed for letter in word)
    if not together or list(word) != sorted(set(word)):
        return None
    return _Item(tuple(allowed.index(letter) + 1 for letter in word), 0.85, How.LETTER.value)


def _typo_picked(word: str, known: Vocabulary) -> _Item | None:
    number = typo_of(word, known)
    return _Item((number,), SURE[How.TYPO], How.TYPO.value) if isinstance(number, int) else None
