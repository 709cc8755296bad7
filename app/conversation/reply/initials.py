"""Answers by the letters of the English words alone, `Y N Y` or `1Y 2N 3Y`, in whatever language. Pure.

In some languages these letters are small words besides (French *y*, Swahili and Creole *n*); in a row of nothing but
such letters, both of them or each behind its question's number, they are meant as letters.
"""

import re
from collections.abc import Sequence

from app.conversation.meanings import vocabulary
from app.conversation.reply.outcome import Read, Unclear
from app.tasks.asking import Question

_ONE = r"(?:[#(]?(\d{1,2})[ ).:=>-]*)?([yn])"
_ROW = re.compile(rf"\W*(?:{_ONE}(?![^\W\d_])[\W_]*)+")
_EACH = re.compile(_ONE)
_SURE = 0.95


def read(
    plain: str, questions: Sequence[Question], numbers: Sequence[int], language: str
) -> dict[int, Read] | Unclear | None:
    """Return the answers of a folded reply by place (0, 1, …); None where it is no such row.

    A single letter is none: behind a number it may be a choice, or name a question.
    """
    if not _ROW.fullmatch(plain):
        return None
    said = [(found[1], found[2]) for found in _EACH.finditer(plain)]
    named = [number for number, _ in said if number]
    letters = {letter for _, letter in said}
    if len(said) == 1 or (named and len(named) != len(said)) or (not named and letters != {"y", "n"}):
        return None
    if len(said) > len(questions):
        return Unclear("too-many") if _choice(questions[0], "y", language) else None
    places = [numbers.index(int(number)) if int(number) in numbers else None for number in named]
    if None in places or len(set(places)) != len(places):
        return None
    answers = {}
    for at, (_, letter) in zip(places or range(len(said)), said, strict=True):
        number = _choice(questions[at or 0], letter, language)
        if number is None:
            return None
        answers[at or 0] = Read(questions[at or 0].choices[number - 1].value, _SURE, "yes-no")
    return answers


def _choice(question: Question, letter: str, language: str) -> int | None:
    """Return which choice of a question is yes, or no; None where none is, or where several may apply."""
    if question.type != "choice":
        return None
    known = vocabulary(question.choices, language)
    return known.yes if letter == "y" else known.no
