"""Results of free text: of several answers, the one most like all the others; or the one that was checked.

Likeness is the mean of two measures that translations are scored by: GLEU over words (Wu et al. 2016: of the 1- to
4-grams, the smaller of precision and recall) and chrF over characters (Popovic 2015: F2 of 1- to 6-grams). Own, pure
Python: a few answers a task need no library.
"""

import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.tasks.quality.conclusion import Conclusion

MEDOID = "medoid"
CHECKED = "checked"

_WORDS, _CHARACTERS = 4, 6
_BETA_SQUARED = 4.0  # F2: recall counts double
# What is thought of a text before its first check, in checks: two of three are good.
_GOOD, _BAD = 2.0, 1.0


@dataclass(frozen=True)
class _Grams:
    words: Counter[tuple[str, ...]]
    characters: tuple[Counter[str], ...]


def text(answers: Sequence[str], weights: Sequence[float] | None = None) -> Conclusion:
    """Return the answer most like the others; its confidence is that likeness, 0..1. Empty answers are left out.

    `weights`, where given, is what each answer counts (its worker's skill). One answer is like nobody: 0.
    """
    told = [(answer, 1.0 if weights is None else weights[at]) for at, answer in enumerate(answers)]
    told = [(answer, weight) for answer, weight in told if _folded(answer)]
    if not told:
        return Conclusion(None, 0.0, 0, MEDOID)
    if len(told) == 1:
        return Conclusion(told[0][0], 0.0, 1, MEDOID)
    grams = [_grams(answer) for answer, _ in told]
    scores = [_likeness_to_others(grams, [weight for _, weight in told], at) for at in range(len(told))]
    best = max(range(len(told)), key=lambda at: scores[at])
    return Conclusion(told[best][0], scores[best], len(told), MEDOID)


def checked_text(answers: Sequence[str], accepted: Sequence[int], refused: Sequence[int]) -> Conclusion:
    """Return the answer other workers accepted the most surely; `accepted` and `refused` count checks by answer.

    The confidence is the share of checks that accepted it, drawn to two in three while there are few. Of equals
    the one most like the others is taken. Where every text was refused more than accepted there is no result.
    """
    if not len(answers) == len(accepted) == len(refused):
        raise ValueError("answers, accepted and refused differ in length")
    kept = [at for at, answer in enumerate(answers) if _folded(answer) and accepted[at] >= refused[at]]
    checks = sum(accepted) + sum(refused)
    if not kept:
        return Conclusion(None, 0.0, len(answers), CHECKED)
    grams = [_grams(answer) for answer in answers]
    likeness = [_likeness_to_others(grams, [1.0] * len(answers), at) for at in range(len(answers))]
    best = max(kept, key=lambda at: (_accepted(accepted[at], refused[at]), likeness[at]))
    confidence = _accepted(accepted[best], refused[best]) if checks else likeness[best]
    return Conclusion(answers[best], confidence, len(answers), CHECKED)


def alikeness(one: str, other: str) -> float:
    """Return how like two texts are, 0..1, whichever comes first; case, spaces and punctuation count for nothing."""
    return _alike(_grams(one), _grams(other))


def _accepted(accepted: int, refused: int) -> float:
    return (accepted + _GOOD) / (accepted + refused + _GOOD + _BAD)


def _likeness_to_others(grams: Sequence[_Grams], weights: Sequence[float], at: int) -> float:
    others = [other for other in range(len(grams)) if other != at]
    total = sum(weights[other] for other in others)
    if total <= 0:
        return 0.0
    return sum(weights[other] * _alike(grams[at], grams[other]) for other in others) / total


def _alike(one: _Grams, other: _Grams) -> float:
    gleu = _shared(one.words, other.words) / max(one.words.total(), other.words.total(), 1)
    return (gleu + (_chrf(one, other) + _chrf(other, one)) / 2) / 2


def _chrf(said: _Grams, meant: _Grams) -> float:
    scores = []
    for mine, theirs in zip(said.characters, meant.characters, strict=True):
        if not mine and not theirs:
            continue
        common = _shared(mine, theirs)
        precision, recall = common / max(mine.total(), 1), common / max(theirs.total(), 1)
        weighed = _BETA_SQUARED * precision + recall
        scores.append((1 + _BETA_SQUARED) * precision * recall / weighed if weighed else 0.0)
    return sum(scores) / len(scores) if scores else 0.0


def _shared(one: "Counter[Any]", other: "Counter[Any]") -> int:
    return (one & other).total()


def _grams(answer: str) -> _Grams:
    folded = _folded(answer)
    words, letters = folded.split(), folded.replace(" ", "")
    return _Grams(
        Counter(
            tuple(words[at : at + size])
            for size in range(1, _WORDS + 1)
            for at in range(len(words) - size + 1)
        ),
        tuple(
            Counter(letters[at : at + size] for at in range(len(letters) - size + 1))
            for size in range(1, _CHARACTERS + 1)
        ),
    )


def _folded(answer: str) -> str:
    """Return the text with only letters, marks and digits of any script, lower case, one space between words."""
    plain = unicodedata.normalize("NFKC", answer).casefold()
    kept = (sign if unicodedata.category(sign)[0] in "LMN" else " " for sign in plain)
    return " ".join("".join(kept).split())
