"""Which number a reply means, for questions of type `number` and `scale`, or why that cannot be said. Pure.

A reply holds the number once, in digits or words, whatever stands beside it; more than one number, or a word
that makes it inexact, a time or a phone number, is asked about again.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise

from app.conversation import words
from app.conversation.meanings import Kind, general, general_heads
from app.conversation.reply.literal import Literal, is_place, lifted, phone_in
from app.conversation.reply.outcome import UNSURE, Doubt, Read, Unclear
from app.conversation.reply.spelled import NumberWords, number_words, spelled_at
from app.conversation.reply.stepped import step_named
from app.conversation.words.counted import is_of_another_kind, without_copied
from app.conversation.words.otherwise import counts_otherwise
from app.tasks.asking import Question
from app.texts.reserved import COMMANDS, fold, is_boundary, normalize, phrases, split_folded

_LONGEST_REPLY_WORDS = 30
_SURE_WORD = 0.95
_SURE_NONE = 0.85
_SURE_CORRECTED = 0.85
_SURE_NOUGHT_BEFORE = 0.85
_SURE_AMONG_UNKNOWN_WORDS = 0.8
_SURE_HEDGED = 0.7
_OUT_OF_WORDS = "out of|of|sur|kwa|kati ya|ku|mu|me se|mein se|में से|sou|nan|ከ"
_OUT_OF = re.compile(rf"(\d+) ?(?:/|{_OUT_OF_WORDS}) ?(\d+)(?![\d/.,])")
_STEPS_FIRST = re.compile(r"(?<!\d)(\d+) (?:me se|mein se|me|में से) (\d+)(?![\d/.,])")
_LONE_NOUGHT = re.compile(r"^\W*o\W*$")
_ZERO = (Decimal(0),)
_HALF = Decimal("0.5")
_MOST_HALVED = 100
_SHORTEST_MONTH = 4
# Languages that say what is not there before they say so.
_DENY_BEHIND = {"hi", "am"}
_DENY_BEFORE = {"fr", "ht"}
_COMMAND_WORDS = frozenset().union(*(words_of for name, words_of in COMMANDS.items() if name != "STOP"))
# I am, we are: before a number, how many are there (tupo sita).
_BEING = phrases("nipo, tupo, niko, tuko, tulipo")
_TALK = {Kind.SMALL_TALK, Kind.JOINER}


@dataclass(frozen=True)
class _Part:
    """A number of the reply (`values` not None) or a phrase, by what it does; `boundary` as in reading.Mark."""

    kind: Kind
    boundary: bool
    values: tuple[Decimal, ...] | None = None
    literal: Literal | None = None
    unsure: bool = False
    ordinal: bool = False
    month: bool = False  # a month's name: the number is of a date

    @property
    def inexact_if_halved(self) -> bool:
        """Whether half of it is meant as likely as a half: two thousand and a half."""
        return any(value >= _MOST_HALVED or value % 1 for value in self.values or ())


def read(text: str, question: Question, language: str) -> Read | Unclear:
    """Read a reply to a question that asks for a number or a step of a scale."""
    plain = _LONE_NOUGHT.sub("0", fold(text))
    if phone_in(plain):
        return Unclear("phone")
    if question.type == "scale" and question.highest is not None:
        plain = _without_scale(plain, question.highest, language)
    ends = [end for end in (question.lowest, question.highest) if end is not None]
    named = step_named(plain, question.wordings, ends, language) if question.type == "scale" else None
    if named is not None and any(Decimal(digits) != named for digits in re.findall(r"\d+", plain)):
        return Unclear("two-readings")
    if named is not None:
        return Read(shown(named), _SURE_NONE, "label")
    if question.type == "number":
        plain = _without_own_commands(plain, question.wordings)
        plain = without_copied(plain, question.wordings, lambda rest: _holds_number(rest, language))
    parts = _parts(plain, language)
    if not parts:
        return Unclear("empty")
    if len(parts) > _LONGEST_REPLY_WORDS:
        return Unclear("too-long")
    found = _doubt(parts, scale=question.type == "scale") or _held(parts)
    if found is not None:
        return Unclear(found)
    decided = _decided(parts, question, language)
    if isinstance(decided, Unclear) or decided.value == UNSURE:
        return decided
    said = normalize(plain)
    other = counts_otherwise(said, question.wordings) or (
        question.type == "number" and is_of_another_kind(said, question.wordings)
    )
    return Unclear("two-readings") if other else decided


def _holds_number(plain: str, language: str) -> bool:
    return any(part.values is not None for part in _parts(plain, language))


def _without_own_commands(plain: str, wordings: Sequence[str]) -> str:
    """Take off words that are commands elsewhere, and are the question's own here (what do you pay: we pay 15)."""
    own = {word for wording in wordings for word in normalize(wording).split()} & _COMMAND_WORDS
    if not own or len(plain.split()) == 1:
        return plain
    return re.sub(rf"(?<![^\W_])(?:{'|'.join(map(re.escape, sorted(own)))})(?![^\W_])", " ", plain)


@lru_cache(maxsize=64)
def _out_of_words(highest: Decimal, language: str) -> re.Pattern[str] | None:
    """Return what finds `out of five` in words, behind something; None where the highest step has no word."""
    names = [name for name, number in number_words(language).numbers.items() if number == highest]
    if not names:
        return None
    return re.compile(rf"(?<=\w) (?:{_OUT_OF_WORDS}) (?:{'|'.join(map(re.escape, names))})(?![^\W_])")


def _without_scale(plain: str, highest: Decimal, language: str) -> str:
    """Take `out of 5` off `4 out of 5`, in digits or words, where 5 is the highest step."""
    in_words = _out_of_words(highest, language)
    if in_words is not None:
        plain = in_words.sub("", plain)

    plain = _STEPS_FIRST.sub(
        lambda found: found[2] if Decimal(found[1]) == highest >= Decimal(found[2]) else found[0], plain
    )

    def shorter(found: re.Match[str]) -> str:
        return found[1] if Decimal(found[2]) == highest >= Decimal(found[1]) else found[0]

    return _OUT_OF.sub(shorter, plain)


def _parts(plain: str, language: str) -> list[_Part]:
    shown, literals = lifted(plain, language)
    found = [(word, is_boundary(gap)) for word, gap in split_folded(shown)][: 4 * _LONGEST_REPLY_WORDS]
    said = [word for word, _ in found]
    known = number_words(language)
    waiting = iter(literals)
    parts: list[_Part] = []
    at = 0
    while at < len(said):
        if is_place(said[at]):
            size, part = _literal_at(said, at, next(waiting), known, found[at][1])
        elif said[at] in known.powers_first and at + 1 < len(said) and is_place(said[at + 1]):
            _, part = _literal_at(said, at + 1, next(waiting), known, found[at][1])
            power = known.powers_first[said[at]]
            size, part = 2, _times(part, power)
        else:
            size, part = _words_at(said, at, language, known, found[at][1])
        at += size
        parts.append(part)
        at += _halved(said, at, known, parts)
    return parts


def _halved(said: Sequence[str], at: int, known: NumberWords, parts: list[_Part]) -> int:
    """Add the half that words from `at` on say to the number before them, or before its unit; return how many they are.

    Two and a half, lita mbili na nusu, cinq litres et demi.
    """
    size = next((size for size in (3, 2, 1) if tuple(said[at : at + size]) in known.halves), 0)
    whole = len(parts) - 1 - (parts[-1].kind is Kind.UNIT and len(parts) > 1)
    values = parts[whole].values or ()
    if not size or not values or parts[whole].inexact_if_halved:
        return 0
    parts[whole] = replace(parts[whole], values=tuple(value + _HALF for value in values))
    return size


def _times(part: _Part, power: int) -> _Part:
    values = tuple(value * power for value in part.values or ())
    return _Part(part.kind, part.boundary, values, part.literal)


def _literal_at(
    said: Sequence[str], at: int, literal: Literal, known: NumberWords, boundary: bool
) -> tuple[int, _Part]:
    part = _Part(Kind.CHOICE, boundary, literal.values, literal)
    follows = said[at + 1] if at + 1 < len(said) else ""
    if follows in {"am", "pm"}:
        return 2, _Part(Kind.CLOCK, boundary)
    if follows in known.powers:
        return 2, _times(part, known.powers[follows])
    if follows in {"st", "nd", "rd", "th", "er", "ere", "eme", "e", "ኛ"}:
        return 2, _Part(Kind.UNKNOWN, boundary, ordinal=True)
    return 1, part


def _words_at(
    said: Sequence[str], at: int, language: str, known: NumberWords, boundary: bool
) -> tuple[int, _Part]:
    table, heads = general(language), general_heads(language)
    spelled = spelled_at(said, at, known)
    for size in range(min(max(heads.get(said[at], 0), spelled[0] if spelled else 0), len(said) - at), 0, -1):
        phrase = " ".join(said[at : at + size])
        if spelled and spelled[0] >= size:
            return spelled[0], _Part(Kind.CHOICE, boundary, spelled[1])
        mark = table.get(phrase)
        if mark is None:
            continue
        if phrase in known.ordinals and phrase not in known.numbers:
            return size, _Part(Kind.UNKNOWN, boundary, ordinal=True)
        if phrase in _BEING:
            return size, _Part(Kind.SMALL_TALK, boundary)
        if mark.kind is Kind.CHOICE:
            return size, _Part(Kind.UNKNOWN, boundary, unsure=True)
        return size, _Part(mark.kind, boundary)
    return 1, _Part(Kind.UNKNOWN, boundary, month=said[at] in _months(language))


@lru_cache(maxsize=16)
def _months(language: str) -> frozenset[str]:
    """Return the names of months that are no other word."""
    named = {name for table in words.mixed(language) for name in table.months if len(name) > _SHORTEST_MONTH}
    return frozenset(named - general(language).keys())


def _doubt(parts: Sequence[_Part], *, scale: bool) -> Doubt | None:
    kinds = {part.kind for part in parts}
    if Kind.STOP in kinds:
        return "stop-inside"
    if Kind.COMMAND in kinds and Kind.UNKNOWN not in kinds:
        return "command-inside"
    if Kind.INEXACT in kinds or any(part.literal and part.literal.inexact for part in parts):
        return "inexact"
    if any(part.ordinal for part in parts):
        return "nothing-known"
    counted = scale and Kind.UNIT in kinds  # 2 people
    if counted or any(part.month or _may_go_on(parts, at) for at, part in enumerate(parts)):
        return "two-readings"
    numbers = [at for at, part in enumerate(parts) if part.values is not None]
    beside = {parts[near].kind for at in numbers for near in (at - 1, at + 1) if 0 <= near < len(parts)}
    if beside & {Kind.CLOCK, Kind.ALTERNATIVE}:
        return "two-readings"
    return None


def _held(parts: Sequence[_Part]) -> Doubt | None:
    """Return `two-readings` where a number hangs on something, is put off or is somebody else's (you said 10)."""
    first = next((at for at, part in enumerate(parts) if part.values is not None), None)
    if first is None:
        return None
    if any(part.kind in {Kind.CONDITION, Kind.TERMS, Kind.REPORT, Kind.LATER} for part in parts[:first]):
        return "two-readings"
    terms = next((at for at, part in enumerate(parts) if part.kind is Kind.TERMS), None)
    apart = terms is None or any(part.boundary for part in parts[first + 1 : terms + 1])
    return None if apart else "two-readings"


def _may_go_on(parts: Sequence[_Part], at: int) -> bool:
    """Say whether a word not known may be the rest of a number in words (two thousand fivehundred)."""
    if at + 1 == len(parts):
        return False
    part, follows = parts[at], parts[at + 1]
    round_number = part.literal is None and any(
        value >= 100 and not value % 100 for value in part.values or ()
    )
    return round_number and follows.kind is Kind.UNKNOWN and not follows.boundary


def _decided(parts: Sequence[_Part], question: Question, language: str) -> Read | Unclear:
    at_numbers = [at for at, part in enumerate(parts) if part.values is not None]
    if not at_numbers:
        return _without_number(parts, question, language)
    if any(part.unsure for part in parts):
        return Unclear("two-readings")
    corrections = [
        at
        for at, part in enumerate(parts)
        if part.kind in {Kind.CORRECTION, Kind.WAIT} and at < at_numbers[-1]
    ]
    corrected = max(corrections, default=-1)
    if corrected < 0 and parts[-1].kind is Kind.WAIT:
        return Unclear("unfinished")
    negated = [at for at in at_numbers if _negated(parts, at)]
    meant = [at for at in at_numbers if at > corrected and at not in negated]
    if not meant:
        return Unclear("negated")
    if any(part.kind is Kind.NONE for part in parts) and any(parts[at].values != _ZERO for at in meant):
        return Unclear("two-readings")
    changed = bool(negated) or any(at < corrected for at in at_numbers)
    return _one_value([parts[at] for at in meant], parts, question, corrected=changed)


def _one_value(
    meant: Sequence[_Part], parts: Sequence[_Part], question: Question, *, corrected: bool
) -> Read | Unclear:
    allowed: list[set[Decimal]] = []
    for part in meant:
        values = part.values or ()
        fitting = {value for value in values if fits(value, question)}
        if not fitting:
            return _misfit(values, part, question)
        if part.literal and part.literal.percent and question.highest != 100:
            return Unclear("two-readings")
        allowed.append(fitting)
    common = set.intersection(*allowed)
    if len(meant) > 1 and not any(part.literal for part in meant):
        return Unclear("two-readings")  # fifty fifty is no fifty
    if len(common) != 1 or any(len(values) > 1 for values in allowed):
        return Unclear("two-readings")
    why = "correction" if corrected else "number" if all(part.literal for part in meant) else "number-word"
    return Read(shown(common.pop()), _confidence(meant, parts, corrected=corrected), why)


def _misfit(values: Sequence[Decimal], part: _Part, question: Question) -> Read | Unclear:
    if tuple(values) == _ZERO:
        return Read(UNSURE, 0.95, "unsure")
    if not values:
        return Unclear("two-readings")
    if question.whole and any(value != value.to_integral_value() for value in values):
        return Unclear("fraction")
    return Unclear("phone" if part.literal and part.literal.nought_before else "out-of-range")


def _no_thing(parts: Sequence[_Part], language: str) -> bool:
    """Say whether a thing counted is denied: no cows; and where `not` follows, gaay nahi."""
    telling = [part for part in parts if part.kind not in _TALK]
    pairs = [(here.kind, then.kind) for here, then in pairwise(telling) if not then.boundary]
    denials = {(Kind.NO, Kind.UNIT)}
    if language in _DENY_BEHIND:
        denials |= {(Kind.UNIT, Kind.NO), (Kind.UNIT, Kind.NEGATION)}
    if language in _DENY_BEFORE:
        denials |= {(Kind.NEGATION, Kind.UNIT)}
    return not denials.isdisjoint(pairs)


def _without_number(parts: Sequence[_Part], question: Question, language: str) -> Read | Unclear:
    if any(part.unsure for part in parts):
        others = {part.kind for part in parts if not part.unsure} - _TALK - {Kind.HEDGE}
        return Read(UNSURE, 0.98 if not others else 0.8, "unsure")
    if parts[-1].kind is Kind.WAIT:
        return Unclear("unfinished")
    none = any(part.kind is Kind.NONE for part in parts) or _no_thing(parts, language)
    strange = any(part.kind is Kind.UNKNOWN and not part.unsure for part in parts)
    if none and fits(Decimal(0), question) and not strange:
        return Read("0", _SURE_NONE, "none")
    return Unclear("nothing-known")


def _negated(parts: Sequence[_Part], at: int) -> bool:
    before = at - 1
    while before >= 0 and parts[before].kind in _TALK and not parts[before + 1].boundary:
        before -= 1
    if before >= 0 and parts[before].kind is Kind.NEGATION and not parts[before + 1].boundary:
        return True
    after = at + 1
    denies = after < len(parts) and parts[after].kind in {Kind.NEGATION, Kind.NO}
    return denies and not parts[after].boundary and not any(part.values for part in parts[after:])


def _confidence(meant: Sequence[_Part], parts: Sequence[_Part], *, corrected: bool) -> float:
    sure = 1.0 if any(part.literal for part in meant) else _SURE_WORD
    kinds = {part.kind for part in parts}
    if kinds - _TALK - {Kind.CHOICE, Kind.UNIT, Kind.YES, Kind.CORRECTION, Kind.WAIT}:
        sure = min(sure, _SURE_AMONG_UNKNOWN_WORDS)
    if corrected:
        sure = min(sure, _SURE_CORRECTED)
    if any(part.literal and part.literal.nought_before for part in meant):
        sure = min(sure, _SURE_NOUGHT_BEFORE)
    if Kind.HEDGE in kinds or any(part.literal and part.literal.hedged for part in meant):
        sure = min(sure, _SURE_HEDGED)
    return sure


def fits(value: Decimal, question: Question) -> bool:
    """Say whether a number may be the answer."""
    if (question.whole or question.type == "scale") and value != value.to_integral_value():
        return False
    above = question.lowest is None or value >= question.lowest
    return above and (question.highest is None or value <= question.highest)


def shown(value: Decimal) -> str:
    """Return a number without needless noughts."""
    plain = format(value.normalize(), "f")
    return "0" if plain == "-0" else plain
