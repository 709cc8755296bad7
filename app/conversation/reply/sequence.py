"""Several answers to several questions with the same choices, one after the other: `121`, `1 2 1`, `yes no yes`. Pure.

Which arrangements there are besides, and what happens when two of them can be read, is bundle.py's.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.conversation import words
from app.conversation.meanings import LETTERS, How, Kind, Mark, Vocabulary
from app.conversation.reply.choice import SURE, SURE_AMONG_UNKNOWN_WORDS, SURE_HEDGED, typo_of
from app.texts.reserved import split_folded

_TALK = {Kind.SMALL_TALK, Kind.JOINER}
# Behind a whole list of digits, or before it, what is said is said besides.
_CHATTER = {Kind.UNKNOWN, Kind.COMMAND, Kind.UNIT, Kind.TOPIC}
_WORD_FAMILIES = (
    {How.YES_NO, How.LABEL, How.TYPO, How.UNSURE},
    {How.NUMBER_WORD, How.UNSURE},
    {How.LETTER, How.UNSURE},
)
# How yes and no begin: oui and non, ndiyo and hapana.
_POLAR_LETTERS = {"fr": "on", "ht": "wn", "sw": "nh", "hi": "hn"}
# No in Hindi, when nothing but answers stands beside it (haan na haan).
_SHORT_NO = {"na", "\u0928\u093e", "\u0928"}
# Said between a question's number and its answer.
_INDEX_MARKS = (")", ":", "=", ">")
_SURE_TOGETHER = 0.95


@dataclass(frozen=True)
class Item:
    """One answer: the number of the choice (0: don't know), how sure, and what it was recognised by."""

    number: int
    sure: float
    why: str


def in_order(marked: Sequence[Mark], known: Vocabulary, asked: int) -> list[Item] | None:
    """Return the answers a reply lists, which may be more than were `asked`; None where it is no plain list."""
    if any(mark.text.isdecimal() for mark in marked):
        return _digits(marked, known, asked)
    return (
        _letters(marked, known, asked)
        or _together(marked, known, asked)
        or _words(_joined(marked, known, asked), known, asked)
    )


def _joined(marked: Sequence[Mark], known: Vocabulary, asked: int) -> Sequence[Mark]:
    """Take `n` between two words that answer for `and` where they are as many as was asked (yes n no)."""
    kept = [
        mark
        for at, mark in enumerate(marked)
        if not (
            mark.kind is Kind.JOINER
            and mark.alone is not None
            and 0 < at < len(marked) - 1
            and marked[at - 1].kind is marked[at + 1].kind is Kind.CHOICE
        )
    ]
    answers = [mark for mark in kept if _meant(mark, known, hard=True) is not None]
    return kept if len(answers) == asked else marked


def _digits(marked: Sequence[Mark], known: Vocabulary, asked: int) -> list[Item] | None:
    """Read a list of digits; a word right after a digit may say the same choice again (1 yes 2 no)."""
    items: list[Item] = []
    ceiling = 1.0
    after_digit = False
    for mark in marked:
        if mark.text.isdecimal():
            parts = _apart(mark.text, known)
            if parts is None:
                return None
            items += parts
            after_digit = len(parts) == 1
            continue
        again = mark.kind is Kind.CHOICE and after_digit and mark.number == items[-1].number
        after_digit = False
        if again or mark.kind in _TALK or (mark.alone is not None and mark.kind is not Kind.UNKNOWN):
            continue
        if mark.kind is Kind.CHOICE and mark.how in {How.NUMBER_WORD, How.UNSURE}:
            items.append(Item(mark.number, SURE[mark.how], mark.how.value))
        elif mark.kind is Kind.HEDGE and not items:
            ceiling = SURE_HEDGED
        elif (mark.kind in _CHATTER and len(items) in {0, asked}) or (
            mark.kind is Kind.CONDITION and len(items) == asked
        ):
            ceiling = min(ceiling, SURE_AMONG_UNKNOWN_WORDS)
        else:
            return None
    return [Item(item.number, min(item.sure, ceiling), item.why) for item in items]


def _apart(digits: str, known: Vocabulary) -> list[Item] | None:
    if len(digits) > 20:
        return None
    numbers = [int(digit) for digit in digits]
    if any(number > known.count for number in numbers):
        return None
    sure = SURE[How.NUMBER] if len(numbers) == 1 else _SURE_TOGETHER
    return [
        Item(number, sure if number else SURE[How.UNSURE], "number" if number else "unsure")
        for number in numbers
    ]


def _letters(marked: Sequence[Mark], known: Vocabulary, asked: int) -> list[Item] | None:
    """Read `a b a`, `y n y`, and these without spaces where there are as many letters as questions."""
    letters = _POLAR_LETTERS.get(known.language, "yn")
    said = [
        mark.text
        for mark in marked
        if mark.kind not in _TALK or mark.alone is not None or mark.text in letters
    ]
    if len(said) == 1 and 2 <= len(said[0]) == asked:
        # Said together, letters may be a word: only where the word is not known for something else.
        if marked[0].kind is not Kind.UNKNOWN:
            return None
        said = list(said[0])
    elif not all(len(word) == 1 for word in said):
        return None
    for pair in dict.fromkeys((letters, "yn")):
        polar = {pair[0]: known.yes, pair[1]: known.no}
        if set(said) <= set(polar) and pair[0] in said and None not in (known.yes, known.no):
            return [Item(polar[letter] or 0, 0.9, "letter") for letter in said]
    allowed = LETTERS[: known.count]
    if said and all(letter in allowed for letter in said):
        return [Item(allowed.index(letter) + 1, SURE[How.LETTER], "letter") for letter in said]
    return None


def _together(marked: Sequence[Mark], known: Vocabulary, asked: int) -> list[Item] | None:
    """Read words for yes and no written as one (yesnoyes), as many as were asked."""
    if len(marked) != 1 or marked[0].kind is not Kind.UNKNOWN or asked < 2:
        return None
    spoken = words.BY_CODE.get(known.language, words.BY_CODE["en"])
    polar = sorted((spoken.yes | spoken.no | {"yes", "no"}), key=len, reverse=True)
    parts = re.findall("|".join(re.escape(word) for word in polar if len(word) > 1), marked[0].text)
    found = [known.find(part) for part in parts]
    if len(parts) != asked or "".join(parts) != marked[0].text:
        return None
    return [Item(mark.number, 0.9, How.YES_NO.value) for mark in found if mark] if all(found) else None


def _words(marked: Sequence[Mark], known: Vocabulary, asked: int) -> list[Item] | None:
    """Read a list of words of one sort; talk may stand between them, what is unknown only after the last."""
    hard = any(mark.kind is Kind.CHOICE for mark in marked)
    items: list[Item] = []
    hows: set[How] = set()
    ceiling = 1.0
    for mark in marked:
        meant = _meant(mark, known, hard=hard)
        if meant is not None:
            items.append(meant)
            hows.add(How(meant.why))
        elif mark.kind is Kind.HEDGE and not items:
            ceiling = SURE_HEDGED
        elif mark.kind in {Kind.UNKNOWN, Kind.CONDITION} and len(items) == asked:
            ceiling = min(ceiling, SURE_AMONG_UNKNOWN_WORDS)
        elif mark.kind not in _TALK:
            return None
    if not any(hows <= family for family in _WORD_FAMILIES):
        return None
    return [Item(item.number, min(item.sure, ceiling), item.why) for item in items]


def _meant(mark: Mark, known: Vocabulary, *, hard: bool) -> Item | None:
    if mark.kind is Kind.CHOICE:
        return Item(mark.number, SURE[mark.how], mark.how.value)
    short = (
        len(mark.text) == 1
        or mark.text in {"la", *(_SHORT_NO if known.language == "hi" else ())}
        or (mark.alone and mark.alone.how is How.NUMBER_WORD)
    )
    if mark.alone is not None and mark.alone.kind is Kind.CHOICE and (not hard or short):
        return Item(mark.alone.number, SURE[mark.alone.how], mark.alone.how.value)
    if mark.kind is Kind.UNKNOWN:
        number = typo_of(mark.text, known)
        return Item(number, SURE[How.TYPO], How.TYPO.value) if isinstance(number, int) else None
    return None


def numbered_digits(
    plain: str, talk: frozenset[str], numbers: Sequence[int], count: int, *, only_way: bool
) -> dict[int, int] | None:
    """Return the answers of a reply of digits that number the questions: `1=2 2=1`, `1. 2 2. 1`, `1-2, 2-1`.

    `numbers` are the questions'; a choice is one of `count`. `only_way`: the digits cannot be a plain list of
    answers, so that their being two a question will do.
    """
    found = [(word, gap) for word, gap in split_folded(plain) if word not in talk or word.isdecimal()]
    if (
        not 2 <= len(found) <= 2 * len(numbers)
        or len(found) % 2
        or not all(_is_digit(word) for word, _ in found)
    ):
        return None
    inner = [gap.strip() for _, gap in found[1::2]]
    outer = [gap.strip() for _, gap in found[2::2]]
    pairs = {int(found[at][0]): int(found[at + 1][0]) for at in range(0, len(found), 2)}
    if len(pairs) * 2 != len(found) or not set(pairs) <= set(numbers):
        return None
    if any(number > count for number in pairs.values()):
        return None
    explicit = all(gap.startswith(_INDEX_MARKS) for gap in inner)
    differ = all(gap and gap[0] in ".-" for gap in inner) and not set(inner) & set(outer)
    loose = len(pairs) == 1 and found[1][1] != ". "
    if explicit or (differ and not loose) or (only_way and len(pairs) == len(numbers)):
        return pairs
    return None


def _is_digit(word: str) -> bool:
    return word.isascii() and word.isdecimal() and len(word) <= 2
