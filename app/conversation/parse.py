"""What a reply means: a command, an answer to the question that is open, or a line of a menu.

Pure, and never a guess between two readings: what could mean two things is `Unclear`, because asking once more
costs a segment and a wrong answer costs the client. The words are in words.py and app/texts/reserved.py, how
they are found in reading.py; what happens next is decided in flow.py.

A reply is read in this order: commands of all languages, exactly; numbers, letters, values and labels; words
for yes, no and numbers; and last, typing errors in words of four letters or more, never in commands.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from rapidfuzz.distance import OSA

from app.conversation import words
from app.conversation.reading import How, Kind, Mark, Vocabulary, marks, split, vocabulary
from app.texts import reserved
from app.texts.reserved import CommandName, normalize, phrases, tokens

__all__ = [
    "Answered",
    "Choice",
    "Command",
    "Unclear",
    "answer",
    "command",
    "language",
    "normalize",
    "option",
    "reserved_words",
    "tag",
]

UNSURE = "unsure"
# Longer replies are letters to us, in which a word or number is no answer.
_LONGEST_REPLY_WORDS = 30
_POLITE = phrases(
    "please, pls, plz, thanks, thank you, tafadhali, asante, webale, weebale, bambi, ssebo, nnyabo"
)
_CALLED_CODE = phrases("code, msimbo, koodi, kodi")
_TAG = re.compile("q[0-9]{1,4}")

Why = Literal[
    "number", "label", "letter", "number-word", "yes-no", "unsure", "typo", "correction"
]  # what an answer was recognised by
Doubt = Literal[
    "empty",
    "too-long",
    "stop-inside",  # STOP among other words: neither a command nor an answer
    "command-inside",
    "two-readings",
    "negated",  # says only what it is not
    "out-of-range",
    "unfinished",  # ends in `wait`
    "nothing-known",
]

# How sure a reading is, by what it was recognised by and what stood beside it.
_SURE: dict[How, float] = {
    How.NUMBER: 1.0,
    How.LABEL: 1.0,
    How.YES_NO: 0.98,
    How.UNSURE: 0.98,
    How.NUMBER_WORD: 0.95,
    How.LETTER: 0.9,
    How.TYPO: 0.8,
}
_SURE_CORRECTED = 0.85
_SURE_AMONG_UNKNOWN_WORDS = 0.75
_SURE_HEDGED = 0.7

_TALK = {Kind.SMALL_TALK, Kind.CORRECTION, Kind.WAIT, Kind.HEDGE}
_MEANT = {Kind.CHOICE, Kind.OUTSIDE, Kind.CLASH}


@dataclass(frozen=True)
class Choice:
    """One of a question's choices; its number is its position, from 1. `labels` are by language code."""

    value: str
    labels: Mapping[str, str]


@dataclass(frozen=True)
class Command:
    """A command; `argument` is what followed JOIN (the code in capitals, then a name) or LANG."""

    name: CommandName
    argument: str = ""


@dataclass(frozen=True)
class Answered:
    """A choice was meant: its value (`unsure` for 0) and number, 0 to 1 how sure that is, and by what."""

    value: str
    number: int
    confidence: float
    why: Why
    tag: str | None = None


@dataclass(frozen=True)
class Unclear:
    """No single choice was meant for sure."""

    why: Doubt
    tag: str | None = None


def reserved_words() -> frozenset[str]:
    """Return what a choice's value or label may not equal after `normalize`."""
    return reserved.words()


def command(text: str) -> Command | None:
    """Return the command a text is, or None. Exact in any language; `please` and `thanks` may stand beside it."""
    said = [word for word, _ in tokens(text)]
    if not said or len(said) > 6:
        return None
    name = _COMMAND_OF.get(" ".join(said)) or _COMMAND_OF.get(" ".join(_without_polite(said)))
    if name is None and len(set(said)) == 1:
        name = _COMMAND_OF.get(said[0])
    if name is not None:
        return Command(name)
    name = _COMMAND_OF.get(said[0])
    if name in {"JOIN", "LANG"} and len(said) <= 4:
        return Command(name, _argument(text))
    return None


_COMMAND_OF: dict[str, CommandName] = {
    phrase: name for name, of_name in reserved.COMMANDS.items() for phrase in of_name
}


def _without_polite(said: Sequence[str]) -> list[str]:
    joined = f" {' '.join(said)} "
    for phrase in sorted(_POLITE, key=len, reverse=True):
        joined = joined.replace(f" {phrase} ", " ")
    return joined.split()


def _argument(text: str) -> str:
    """Return what follows the first word: the code as capitals, letters and digits only, then names as written."""
    _, *rest = re.findall(r"[\w'\u2019-]+", text)
    kept = [word for word in rest if normalize(word) not in _POLITE]
    if len(kept) > 1 and normalize(kept[0]) in _CALLED_CODE:
        kept = kept[1:]
    if not kept:
        return ""
    return " ".join(["".join(normalize(kept[0]).split()).upper(), *kept[1:]])


def tag(text: str) -> str | None:
    """Return the tag (`Q7`) that names the question a reply is for, or None."""
    return _tagged(split(text))[0]


def _tagged(found: list[tuple[str, bool]]) -> tuple[str | None, list[tuple[str, bool]]]:
    """Take one tag off either end: `Q7 2`, `q 7: yes`, `2 q7`."""
    said = [word for word, _ in found]
    if said and _TAG.fullmatch(said[0]):
        return said[0].upper(), found[1:]
    if len(said) > 2 and said[0] == "q" and _TAG.fullmatch(said[0] + said[1]):
        return (said[0] + said[1]).upper(), found[2:]
    if len(said) > 1 and _TAG.fullmatch(said[-1]):
        return said[-1].upper(), found[:-1]
    return None, found


def answer(text: str, choices: Sequence[Choice], language: str) -> Answered | Unclear:
    """Read a reply to a question with these choices; `language` is the worker's, for labels that clash.

    Never raises, whatever the text. Commands are for `command`, to be asked first.
    """
    named, found = _tagged(split(text))
    read = _read(found, vocabulary([(choice.value, choice.labels) for choice in choices], language))
    if isinstance(read, Unclear):
        return Unclear(read.why, named)
    value = choices[read.number - 1].value if read.number else UNSURE
    return Answered(value, read.number, read.confidence, read.why, named)


def option(text: str, count: int, *, labels: Sequence[str] = (), yes_no: bool = False) -> int | None:
    """Return which of a menu's `count` lines was picked, from 1, or None.

    By number, number word, letter, or `labels` where given. With `yes_no`, of a menu of two, line 1 is also
    agreed to and line 2 refused by the words people have for that.
    """
    lines: list[dict[str, str]] = [{"": label} for label in labels[:count]]
    lines += [{}] * (count - len(lines))
    if yes_no and count == 2:
        lines = [
            {**line, **{name: name for name in names}}
            for line, names in zip(lines, (words.AGREE | words.YES, words.REFUSE | words.NO), strict=True)
        ]
    return _picked(text, lines)


def language(text: str, offered: Sequence[str]) -> str | None:
    """Return the code of the language picked from a menu of `offered` codes, by number or by a name for it."""
    lines = [
        {name: name for name, code in words.LANGUAGE_NAMES.items() if code == offered_code}
        for offered_code in offered
    ]
    picked = _picked(text, lines)
    return offered[picked - 1] if picked else None


def _picked(text: str, lines: Sequence[Mapping[str, str]]) -> int | None:
    read = _read(split(text), vocabulary([("", names) for names in lines], ""))
    return read.number if isinstance(read, Answered) and read.number else None


def _read(found: Sequence[tuple[str, bool]], known: Vocabulary) -> Answered | Unclear:
    if not found:
        return Unclear("empty")
    if len(found) > _LONGEST_REPLY_WORDS:
        return Unclear("too-long")
    marked = marks(found, known)
    doubt = _doubt(marked)
    if doubt is not None:
        return Unclear(doubt)
    if not any(mark.kind in _MEANT for mark in marked):
        return _corrected_typo(marked, known)
    return _decided(marked, known)


def _doubt(marked: Sequence[Mark]) -> Doubt | None:
    """Return why the reply as a whole cannot be read, if so."""
    kinds = {mark.kind for mark in marked}
    if Kind.STOP in kinds:
        return "stop-inside"
    if Kind.COMMAND in kinds and Kind.UNKNOWN not in kinds:
        return "command-inside"
    if kinds & {Kind.SEVERAL, Kind.CLASH}:
        return "two-readings"
    return None


def _decided(marked: list[Mark], known: Vocabulary) -> Answered | Unclear:
    """Weigh the readings in a reply that has some."""
    negated = set(_negated(marked))
    standing = [at for at, _ in enumerate(marked) if at not in negated and _stands(marked, at, known)]
    corrected = _corrected_from(marked, standing)
    if corrected is None and marked[-1].kind is Kind.WAIT:
        return Unclear("unfinished")
    meant = [at for at in standing if corrected is None or at > corrected]
    rivals = [at for at in _numbers(marked) if at not in negated and (corrected is None or at > corrected)]
    numbers = {marked[at].number for at in [*meant, *rivals]}
    if not meant:
        return Unclear("negated" if negated else "nothing-known")
    if len(numbers) > 1:
        return Unclear("two-readings")
    number = numbers.pop()
    if any(marked[at].kind is Kind.OUTSIDE for at in meant):
        return Unclear("out-of-range")
    if any(marked[at].number == number for at in negated) or _denied(marked, negated, number, known):
        return Unclear("negated")
    return _answered(marked, [marked[at] for at in meant], corrected=corrected is not None or bool(negated))


def _answered(marked: Sequence[Mark], meant: Sequence[Mark], *, corrected: bool) -> Answered:
    best = max(meant, key=lambda mark: _SURE[mark.how])
    confidence = _SURE[best.how]
    if corrected:
        confidence = min(confidence, _SURE_CORRECTED)
    if any(mark.kind in {Kind.UNKNOWN, Kind.COMMAND, Kind.UNIT} for mark in marked):
        confidence = min(confidence, _SURE_AMONG_UNKNOWN_WORDS)
    if any(mark.kind is Kind.HEDGE for mark in marked):
        confidence = min(confidence, _SURE_HEDGED)
    return Answered("", best.number, confidence, "correction" if corrected else best.how.value)


def _negated(marked: Sequence[Mark]) -> Iterable[int]:
    """Yield where a reading is denied by `not`, or by `no` before a label where no is no choice (`no water`)."""
    for at, mark in enumerate(marked):
        if mark.kind not in _MEANT:
            continue
        before = at - 1
        while before >= 0 and marked[before].kind is Kind.SMALL_TALK and not marked[before + 1].boundary:
            before -= 1
        if before < 0:
            continue
        if marked[before].kind is Kind.NEGATION and not marked[before + 1].boundary:
            yield at
        if marked[before].kind is Kind.NO and mark.how is How.LABEL:
            yield at


def _denied(marked: Sequence[Mark], negated: set[int], number: int, known: Vocabulary) -> bool:
    """Say whether a `not` that belongs to no reading contradicts a yes (`yes it is not`)."""
    loose = sum(mark.kind is Kind.NEGATION for mark in marked) > len(negated)
    return loose and number == known.yes


def _numbers(marked: Sequence[Mark]) -> list[int]:
    """Return where digits name a choice; they rival the answer wherever they stand, unless they count things."""
    return [
        at
        for at, mark in enumerate(marked)
        if mark.kind is Kind.CHOICE and mark.how is How.NUMBER and not _counts_things(marked, at)
    ]


def _corrected_from(marked: Sequence[Mark], standing: Sequence[int]) -> int | None:
    """Return where the last correction stands that a reading follows, if there is one."""
    last = max(standing, default=-1)
    corrections = [at for at in range(last) if marked[at].kind in {Kind.CORRECTION, Kind.WAIT}]
    return max(corrections, default=None)


def _stands(marked: Sequence[Mark], at: int, known: Vocabulary) -> bool:
    """Say whether a word that may mean a choice is meant as the answer, by its place in its clause.

    At the head of a clause, or at its end after nothing but small talk. A number or a yes may be followed by
    anything (`1 the pump broke`), other words only by a pause or small talk, because `no water` is no `no`.
    """
    mark = marked[at]
    if mark.kind not in _MEANT:
        return False
    start, end = _clause(marked, at)
    settled = _TALK | _MEANT | {Kind.NEGATION, Kind.NO}
    if any(other.kind not in settled for other in marked[start:at]):
        return False
    if mark.how in {How.NUMBER_WORD, How.LETTER}:
        return all(other.kind in settled for other in marked[at:end])
    if mark.how is How.NUMBER:
        return not _counts_things(marked, at)
    if mark.number == known.yes and mark.text in words.YES:
        return True
    return at + 1 == end or marked[at + 1].kind in settled


def _counts_things(marked: Sequence[Mark], at: int) -> bool:
    """Say whether a number has a unit beside it in its clause (`2 days`, `KES 2`)."""
    start, end = _clause(marked, at)
    beside = [marked[near].kind for near in (at - 1, at + 1) if start <= near < end]
    return marked[at].how is How.NUMBER and Kind.UNIT in beside


def _clause(marked: Sequence[Mark], at: int) -> tuple[int, int]:
    """Return the bounds of the part of the reply, between punctuation, that a word stands in."""
    start = max(near for near in range(at + 1) if near == 0 or marked[near].boundary)
    end = min((near for near in range(at + 1, len(marked)) if marked[near].boundary), default=len(marked))
    return start, end


def _corrected_typo(marked: Sequence[Mark], known: Vocabulary) -> Answered | Unclear:
    """Read the only unknown words of a reply as the one known phrase they are nearly."""
    strange = [mark for mark in marked if mark.kind is not Kind.SMALL_TALK]
    if not strange:
        return Unclear("nothing-known")
    if any(mark.kind is not Kind.UNKNOWN for mark in strange):
        return Unclear("unfinished" if strange[-1].kind is Kind.WAIT else "nothing-known")
    said = " ".join(mark.text for mark in strange)
    distances = [(OSA.distance(said, phrase), phrase, mark) for phrase, mark in known.correctable().items()]
    likely = [(far, mark.number) for far, phrase, mark in distances if far <= _tolerated(said, phrase)]
    if not likely or _nearly_command(said):
        return Unclear("nothing-known")
    nearest, number = min(likely)
    # Without a margin to every other choice, the slip could as well be one in another word.
    if any(far <= nearest + 1 and mark.number != number for far, _, mark in distances):
        return Unclear("two-readings")
    return Answered("", number, _SURE[How.TYPO], How.TYPO.value)


def _tolerated(said: str, phrase: str) -> int:
    """Return how many slips of the thumb (a letter added, lost, changed, two swapped) may lie between two words.

    The first letter must be right, and a word of four letters may not have one changed: it would be another word.
    """
    if len(said) < 4 or said[0] != phrase[0] or len(said.split()) != len(phrase.split()):
        return 0
    if len(phrase) == len(said) == 4 and sorted(said) != sorted(phrase):
        return 0
    return 2 if len(phrase) >= 9 else 1


def _nearly_command(said: str) -> bool:
    return any(len(phrase) >= 4 and OSA.distance(said, phrase) <= 1 for phrase in _COMMAND_OF)
