"""Which question of a survey follows which answer. Pure.

A survey goes forward only: a question leads to one behind it in the list or to the end, so that it always ends and
what is left of it can be told. Where no rule fits, the next in order follows.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from app.tasks.asking import parted
from app.tasks.surveys.shape import END, UNANSWERED, UNSURE, Condition, Period, Range, SurveyQuestion


def following(questions: Sequence[SurveyQuestion], question_id: str, value: str) -> SurveyQuestion | None:
    """Return the question that follows an answer (or `unsure`, `skipped`, `unclear`); None at the end."""
    at = place_of(questions, question_id)
    question = questions[at]
    for rule in question.rules:
        if rule.when is None or fits(question, rule.when, value):
            return None if rule.to == END else questions[place_of(questions, rule.to)]
    return questions[at + 1] if at + 1 < len(questions) else None


def place_of(questions: Sequence[SurveyQuestion], question_id: str) -> int:
    """Return where a question stands in the list. Raises StopIteration's like, ValueError, where it does not."""
    return [question.id for question in questions].index(question_id)


def targets(questions: Sequence[SurveyQuestion], at: int) -> list[int | None]:
    """Return where the answers to a question may lead: places in the list, None for the end."""
    places = {question.id: place for place, question in enumerate(questions)}
    found: list[int | None] = []
    for rule in questions[at].rules:
        if rule.to == END or rule.to in places:
            found.append(None if rule.to == END else places[rule.to])
        if rule.when is None:
            return list(dict.fromkeys(found))
    found.append(at + 1 if at + 1 < len(questions) else None)
    return list(dict.fromkeys(found))


def longest_from(questions: Sequence[SurveyQuestion], question_id: str | None = None) -> int:
    """Return how many questions the longest way from a question asks, itself included; None: from the first."""
    lengths = [0] * (len(questions) + 1)
    for at in range(len(questions) - 1, -1, -1):
        ahead = [place for place in targets(questions, at) if place is not None and place > at]
        lengths[at] = 1 + max((lengths[place] for place in ahead), default=0)
    return lengths[place_of(questions, question_id) if question_id else 0]


def reached(questions: Sequence[SurveyQuestion]) -> set[int]:
    """Return the places of the questions that some answers lead to."""
    found: set[int] = set()
    waiting = [0] if questions else []
    while waiting:
        at = waiting.pop()
        if at not in found:
            found.add(at)
            waiting += [place for place in targets(questions, at) if place is not None and place > at]
    return found


def fits(question: SurveyQuestion, when: Condition, value: str) -> bool:
    """Say whether an answer fits a condition; of several choices, whether one of them does."""
    if value in UNANSWERED:
        return when == UNSURE or (isinstance(when, list) and UNSURE in when)
    if isinstance(when, Range):
        number = Decimal(value)
        low, high = (None if bound is None else Decimal(str(bound)) for bound in (when.min, when.max))
        return (low is None or number >= low) and (high is None or number <= high)
    if isinstance(when, Period):
        day = date.fromisoformat(value)
        return (when.earliest is None or day >= when.earliest) and (when.latest is None or day <= when.latest)
    wanted = when if isinstance(when, list) else [when]
    if question.type in ("number", "scale"):
        return any(Decimal(str(one)) == Decimal(value) for one in wanted if one != UNSURE)
    given = parted(value) if question.multiple else (value,)
    return any(one in given for one in wanted)
