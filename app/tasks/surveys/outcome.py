"""What a survey yields: how the answers to each question are spread. Opinions have no truth, so nothing is concluded.

Answers of people who stopped half-way count in the questions they answered; how many they are is told beside.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import accumulate
from statistics import fmean
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.tasks.asking import parted
from app.tasks.models import Answer, Assignment, Project
from app.tasks.quality import Distribution, distribution
from app.tasks.surveys.shape import SKIPPED, UNANSWERED, UNCLEAR, UNSURE, SurveyQuestion, questions_of

DISTRIBUTION = "distribution"
# What a result lists of a question with as many different answers as people; all are in the answers' export.
MOST_TEXTS = 100
MOST_COUNTS = 50


def spread(session: Session, project: Project, task_id: UUID | None = None) -> dict[str, dict[str, Any]]:
    """Return how the answers so far to each question are spread, of one task or of the whole project."""
    of = Answer.project_id == project.id if task_id is None else Answer.task_id == task_id
    rows = session.execute(
        select(Answer.question_id, Answer.value, func.count())
        .where(of)
        .group_by(Answer.question_id, Answer.value)
        .order_by(func.min(Answer.answered_at))
    )
    counts: dict[str, dict[str, int]] = {}
    for question_id, value, count in rows:
        counts.setdefault(question_id, {})[value] = count
    return {
        question.id: summary(question, counts.get(question.id, {})) for question in questions_of(project.spec)
    }


def respondents(session: Session, task_id: UUID) -> dict[str, int]:
    """Return how many people answered the whole of a task's survey, and how many only a part."""
    began = select(Answer.assignment_id).where(Answer.task_id == task_id)
    rows = session.execute(
        select(Assignment.state, func.count()).where(Assignment.id.in_(began)).group_by(Assignment.state)
    )
    counted = {"complete": 0, "partial": 0}
    for state, count in rows:
        counted["complete" if state == "answered" else "partial"] += count
    return counted


def value_of(spread_by_question: Mapping[str, Any]) -> str:
    """Return the distributions as a result keeps them."""
    return json.dumps(spread_by_question, ensure_ascii=False)


def summary(question: SurveyQuestion, counts: Mapping[str, int]) -> dict[str, Any]:
    """Return how the answers to one question are spread, given how often each value was said, in order of coming.

    `answers` is how many answered; `unsure`, `skipped` and `unclear` how many did not. A share has its margin: by
    how much it may be off, 19 times in 20, were those asked drawn at random.
    """
    said = {value: count for value, count in counts.items() if value not in UNANSWERED}
    found: dict[str, Any] = {
        "type": question.type,
        "answers": sum(said.values()),
        **{state: counts.get(state, 0) for state in (UNSURE, SKIPPED, UNCLEAR)},
    }
    if question.type == "choice":
        return found | _of_choices(question, said)
    if question.type == "text":
        return found | _of_texts(said)
    if question.type == "date":
        return found | _of_dates(said)
    return found | _of_numbers(question, said)


def _of_choices(question: SurveyQuestion, said: Mapping[str, int]) -> dict[str, Any]:
    values = [choice.value for choice in question.choices]
    if not question.multiple:
        return _shared(values, distribution(list(_each(said))))
    counts = {
        value: sum(count for given, count in said.items() if value in parted(given)) for value in values
    }
    none = {"none_of_them": said.get("", 0)} if said.get("") else {}
    return _shared(values, Distribution(counts, sum(said.values()))) | none


def _shared(values: Iterable[str], found: Distribution) -> dict[str, Any]:
    """Return counts, shares and margins of values, those nobody said too."""
    listed = list(values)
    return {
        "counts": {value: found.counts.get(value, 0) for value in listed},
        "shares": {value: round(found.share(value), 4) for value in listed},
        "margins": {value: round(found.margin(value), 4) for value in listed} if found.answers else {},
    }


def _of_numbers(question: SurveyQuestion, said: Mapping[str, int]) -> dict[str, Any]:
    numbers = sorted(float(value) for value in _each(said))
    found: dict[str, Any] = {}
    if question.type == "scale" and question.min is not None and question.max is not None:
        steps = range(int(question.min), int(question.max) + 1)
        found = _shared(map(str, steps), distribution(list(_each(said))))
    elif len(said) <= MOST_COUNTS:
        found = {"counts": dict(sorted(said.items(), key=lambda item: float(item[0])))}
    if not numbers:
        return found
    return found | {
        "mean": _plain(fmean(numbers)),
        "median": _plain(quantile(numbers, 0.5)),
        "quartiles": [_plain(quantile(numbers, 0.25)), _plain(quantile(numbers, 0.75))],
        "lowest": _plain(numbers[0]),
        "highest": _plain(numbers[-1]),
    }


def _of_dates(said: Mapping[str, int]) -> dict[str, Any]:
    found: dict[str, Any] = {"counts": dict(sorted(said.items()))} if len(said) <= MOST_COUNTS else {}
    if not said:
        return found
    days = sorted(said)
    running = list(accumulate(said[day] for day in days))
    middle = next(day for day, reached in zip(days, running, strict=True) if 2 * reached >= running[-1])
    return found | {"median": date.fromisoformat(middle).isoformat(), "lowest": days[0], "highest": days[-1]}


def _of_texts(said: Mapping[str, int]) -> dict[str, Any]:
    texts = list(said)
    return {"texts": texts[:MOST_TEXTS], "more": max(0, len(texts) - MOST_TEXTS)}


def quantile(ordered: Sequence[float], share: float) -> float:
    """Return the value below which a share of ordered numbers lies, between two by the line from one to the other."""
    at = share * (len(ordered) - 1)
    below = int(at)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (at - below)


def _each(said: Mapping[str, int]) -> Iterable[str]:
    return (value for value, count in said.items() for _ in range(count))


def _plain(number: float) -> float | int:
    return int(number) if number == int(number) else round(number, 4)
