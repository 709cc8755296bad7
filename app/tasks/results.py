"""What a project has yielded: results and answers, by pages and whole.

Reads only. How a row looks in JSON or CSV, and the worker's pseudonym for this client, are the API's.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from app.tasks.models import CHECK, Answer, Assignment, Result, Task

# How many rows a whole export holds in memory at a time.
_BATCH = 1000

# What a file of results has of each, in this order.
RESULT_COLUMNS = ("task", "result", "confidence", "answers", "method", "votes", "concluded_at", "review")


@dataclass(frozen=True)
class AnswerRow:
    """An answer as an export has it. `task` is the client's own id; `label` a choice's value or `unsure`.

    `question` is that of a survey, and `complete` says whether its worker answered to the end; both None elsewhere.
    """

    id: UUID
    task: str
    worker_id: UUID
    label: str
    answered_at: datetime
    seconds: int
    language: str
    channel: str
    raw: str
    state: str
    question: str | None
    complete: bool | None


def results_page(
    session: Session, project_id: UUID, *, limit: int, starting_after: UUID | None = None
) -> tuple[list[Result], bool]:
    """Return up to `limit` results in the order of their tasks' ids, after that task, and whether there are more."""
    statement = _results(project_id).limit(limit + 1)
    if starting_after is not None:
        statement = statement.where(Result.task_id > starting_after)
    found = list(session.scalars(statement))
    return found[:limit], len(found) > limit


def shown(result: Result) -> Any:
    """Return what is concluded: a value, None, or of a survey what its questions came to."""
    return json.loads(result.value) if result.value and result.confidence is None else result.value


def result_row(result: Result) -> dict[str, Any]:
    """Return a result as a file has it, with values that JSON takes."""
    return {
        "task": result.client_task_id,
        "result": shown(result),
        "confidence": result.confidence,
        "answers": result.answers,
        "method": result.method,
        "votes": result.votes,
        "concluded_at": result.concluded_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "review": result.review,
    }


def answers_page(
    session: Session, project_id: UUID, *, limit: int, starting_after: UUID | None = None
) -> tuple[list[AnswerRow], bool]:
    """Return up to `limit` answers, oldest first, after the one given, and whether there are more."""
    statement = _answers(project_id).limit(limit + 1)
    if starting_after is not None:
        statement = statement.where(Answer.id > starting_after)
    found = [AnswerRow(*row) for row in session.execute(statement)]
    return found[:limit], len(found) > limit


def all_results(session: Session, project_id: UUID) -> Iterator[Result]:
    """Yield every result, a batch at a time from the server; the session must stay open meanwhile."""
    yield from session.scalars(_results(project_id).execution_options(yield_per=_BATCH))


def all_answers(session: Session, project_id: UUID) -> Iterator[AnswerRow]:
    """Yield every answer but those to gold tasks, a batch at a time from the server."""
    for row in session.execute(_answers(project_id).execution_options(yield_per=_BATCH)):
        yield AnswerRow(*row)


def _results(project_id: UUID) -> Select[Result]:
    return select(Result).where(Result.project_id == project_id).order_by(Result.task_id)


def _answers(project_id: UUID) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Answer.id,
            Task.client_task_id,
            Answer.worker_id,
            Answer.value,
            Answer.answered_at,
            Answer.seconds,
            Answer.language,
            Answer.channel,
            Answer.raw,
            Answer.state,
            func.nullif(Answer.question_id, ""),
            case((Answer.question_id != "", Assignment.state == "answered")),
        )
        .join(Task, Task.id == Answer.task_id)
        .join(Assignment, Assignment.id == Answer.assignment_id)
        .where(Answer.project_id == project_id, Answer.gold.is_(False), Task.step != CHECK)
        .order_by(Answer.id)
    )
