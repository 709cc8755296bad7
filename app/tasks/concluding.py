"""Concluding a task: from its answers to a result, once it is complete or its project ends.

Owns the table results. How answers become a value is quality.py's; when a task is complete, rules.py's.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from app.tasks import text_kind
from app.tasks.models import UNSURE, Answer, Project, Result, Task
from app.tasks.quality import Conclusion, majority, majority_of_each

_CONCLUDE = text(
    """
    WITH told AS (
        INSERT INTO project_events (project_id, client_id, kind, data, at)
        VALUES (:project_id, :client_id, 'result', CAST(:event AS jsonb), :now)
    ), kept AS (
        INSERT INTO results (task_id, project_id, client_id, client_task_id, value, confidence, answers,
                             method, votes, concluded_at)
        VALUES (:task_id, :project_id, :client_id, :client_task_id, :value, :confidence, :answers,
                :method, CAST(:votes AS jsonb), :now)
    )
    UPDATE tasks SET state = 'finished', judge = false WHERE id = :task_id
    """
)


def choice_values(project: Project) -> list[str]:
    """Return the values of the project's choices, in order."""
    return [choice["value"] for choice in project.spec["choices"]]


def conclude(session: Session, *, project: Project, task: Task, now: datetime) -> Result:
    """Write the task's result, finish the task and record the event. The task's row is locked by the caller."""
    counted = session.execute(
        select(Answer.value, func.count())
        .where(Answer.task_id == task.id)
        .group_by(Answer.value)
        .order_by(func.min(Answer.answered_at), Answer.value)
    )
    votes = {row[0]: row[1] for row in counted}
    result = _result(project, task.id, task.client_task_id, votes, now)
    session.execute(_CONCLUDE, _values(result))
    set_committed_value(task, "state", "finished")
    return result


def conclude_all(session: Session, *, project: Project, task_ids: Sequence[UUID], now: datetime) -> int:
    """Conclude tasks of a project that ends with the answers they have; return how many."""
    counted = session.execute(
        select(Answer.task_id, Task.client_task_id, Answer.value, func.count())
        .join(Task, Task.id == Answer.task_id)
        .where(Answer.task_id.in_(task_ids))
        .group_by(Answer.task_id, Task.client_task_id, Answer.value)
        .order_by(func.min(Answer.answered_at), Answer.value)
    )
    votes: dict[tuple[UUID, str], dict[str, int]] = {}
    for task_id, client_task_id, value, count in counted:
        votes.setdefault((task_id, client_task_id), {})[value] = count
    results = [_result(project, *task, found, now) for task, found in votes.items()]
    write(session, results)
    return len(results)


def write(session: Session, results: Iterable[Result]) -> None:
    """Keep results, finish their tasks and record the events."""
    rows = [_values(result) for result in results]
    if rows:
        session.execute(_CONCLUDE, rows)


def _result(
    project: Project, task_id: UUID, client_task_id: str, votes: dict[str, int], now: datetime
) -> Result:
    return result_of(project, task_id, client_task_id, _concluded(project, votes), votes, now)


def _concluded(project: Project, votes: Mapping[str, int]) -> Conclusion:
    """Return what answers come to, counted by value, those first that came first."""
    if project.kind == text_kind.KIND:
        return text_kind.conclude([value for value, count in votes.items() for _ in range(count)])
    conclude_votes = majority_of_each if project.spec.get("multiple") else majority
    return conclude_votes(votes, choice_values(project))


def result_of(
    project: Project,
    task_id: UUID,
    client_task_id: str,
    found: Conclusion,
    votes: Mapping[str, int],
    now: datetime,
) -> Result:
    """Return the row of a conclusion; `votes` counts the task's answers by value, the unsure ones too."""
    return Result(
        task_id=task_id,
        project_id=project.id,
        client_id=project.client_id,
        client_task_id=client_task_id,
        value=found.value,
        confidence=found.confidence,
        answers=found.answers,
        method=found.method,
        votes=dict(votes),
        concluded_at=now,
    )


def _values(result: Result) -> dict[str, object]:
    event = {
        "task": result.client_task_id,
        "result": result.value,
        "confidence": round(result.confidence, 4),
        "answers": result.answers,
        "unsure": result.votes.get(UNSURE, 0),
    }
    return {
        "task_id": result.task_id,
        "project_id": result.project_id,
        "client_id": result.client_id,
        "client_task_id": result.client_task_id,
        "value": result.value,
        "confidence": result.confidence,
        "answers": result.answers,
        "method": result.method,
        "votes": json.dumps(result.votes),
        "event": json.dumps(event, ensure_ascii=False),
        "now": result.concluded_at,
    }
