"""Concluding a task: from its answers to a result, once it is complete or its project ends.

Owns the table results. How answers become a value is quality.py's; when a task is complete, rules.py's.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from app.tasks.free_text import text_checks, text_kind
from app.tasks.judgement import reviews
from app.tasks.judgement.ballots import Ballot, counted
from app.tasks.models import UNSURE, Answer, Assignment, Project, Result, Task
from app.tasks.quality import Conclusion, majority, majority_of_each
from app.tasks.surveys import outcome

_CONCLUDE = text(
    """
    WITH told AS (
        INSERT INTO project_events (project_id, client_id, kind, data, at)
        VALUES (:project_id, :client_id, 'result', CAST(:event AS jsonb), :now)
    ), kept AS (
        INSERT INTO results (task_id, project_id, client_id, client_task_id, value, confidence, answers,
                             method, votes, review, concluded_at)
        VALUES (:task_id, :project_id, :client_id, :client_task_id, :value, :confidence, :answers,
                :method, CAST(:votes AS jsonb), :review, :now)
        -- A task that was concluded may have been asked again.
        ON CONFLICT (task_id) DO UPDATE
        SET value = excluded.value, confidence = excluded.confidence, answers = excluded.answers,
            method = excluded.method, votes = excluded.votes, review = excluded.review,
            concluded_at = excluded.concluded_at
    )
    UPDATE tasks SET state = 'finished', judge = false WHERE id = :task_id
    """
)


def choice_values(project: Project) -> list[str]:
    """Return the values of the project's choices, in order."""
    return [choice["value"] for choice in project.spec["choices"]]


def conclude(session: Session, *, project: Project, task: Task, now: datetime) -> Result:
    """Write the task's result, finish the task and record the event. The task's row is locked by the caller."""
    if project.kind == "survey":
        result = _spread(session, project, task.id, task.client_task_id, now)
        session.execute(_CONCLUDE, _values(result))
        set_committed_value(task, "state", "finished")
        return result
    rows = session.execute(
        select(Answer.task_id, Answer.worker_id, Answer.value, Assignment.group_id, Assignment.site)
        .join(Assignment, Assignment.id == Answer.assignment_id)
        .where(Answer.task_id == task.id, Answer.state == "counted")
        .order_by(Answer.answered_at, Answer.id)
    )
    ballots = [Ballot(*row) for row in rows]
    if text_checks.has_checks(project):
        [result] = _checked_results(session, project, {task.id: task.client_task_id}, now)
    else:
        result = _result(project, task.id, task.client_task_id, ballots, now)
    if reviews.terms(project).wanted and _is_disputed(project, result, ballots):
        result.review = "waiting"
        reviews.open_reviews(session, project=project, task_ids=[task.id], why="disputed", now=now)
    session.execute(_CONCLUDE, _values(result))
    set_committed_value(task, "state", "finished")
    return result


def conclude_all(session: Session, *, project: Project, task_ids: Sequence[UUID], now: datetime) -> int:
    """Conclude tasks of a project that ends with the answers they have; return how many."""
    if project.kind == "survey":
        named = session.execute(select(Task.id, Task.client_task_id).where(Task.id.in_(task_ids)))
        write(session, [_spread(session, project, *task, now) for task in named])
        return len(task_ids)
    rows = session.execute(
        select(
            Answer.task_id,
            Answer.worker_id,
            Answer.value,
            Assignment.group_id,
            Assignment.site,
            Task.client_task_id,
        )
        .join(Task, Task.id == Answer.task_id)
        .join(Assignment, Assignment.id == Answer.assignment_id)
        .where(Answer.task_id.in_(task_ids), Answer.state == "counted")
        .order_by(Answer.answered_at, Answer.id)
    )
    of_task: dict[tuple[UUID, str], list[Ballot]] = {}
    for task_id, worker_id, value, group, site, client_task_id in rows:
        ballot = Ballot(task_id, worker_id, value, group, site)
        of_task.setdefault((task_id, client_task_id), []).append(ballot)
    if text_checks.has_checks(project):
        results = _checked_results(session, project, dict(of_task.keys()), now)
    else:
        results = [_result(project, *task, ballots, now) for task, ballots in of_task.items()]
    write(session, results)
    return len(results)


def write(session: Session, results: Iterable[Result]) -> None:
    """Keep results, finish their tasks and record the events."""
    rows = [_values(result) for result in results]
    if rows:
        session.execute(_CONCLUDE, rows)


def _result(
    project: Project, task_id: UUID, client_task_id: str, ballots: Sequence[Ballot], now: datetime
) -> Result:
    """Return the result; answers of workers who may depend on each other count for less."""
    votes = Counter(ballot.value for ballot in ballots)
    found = _concluded(project, [ballot for ballot in ballots if ballot.value != UNSURE])
    return result_of(project, task_id, client_task_id, found, votes, now)


def _checked_results(
    session: Session, project: Project, named: Mapping[UUID, str], now: datetime
) -> list[Result]:
    """Return the results of tasks whose texts were checked by others; `named` gives the client's ids."""
    texts = text_checks.texts_of(session, list(named))
    results = []
    for task_id, client_task_id in named.items():
        checked, unsure = texts.get(task_id, ([], 0))
        found, votes = text_kind.conclude_checked(checked)
        if unsure:
            votes[UNSURE] = unsure
        results.append(result_of(project, task_id, client_task_id, found, votes, now))
    return results


def _concluded(project: Project, ballots: Sequence[Ballot]) -> Conclusion:
    """Return what answers come to, of which none is unsure, those first that came first."""
    if project.kind == text_kind.KIND:
        return text_kind.conclude([ballot.value for ballot in ballots])
    conclude_votes = majority_of_each if project.spec.get("multiple") else majority
    return replace(conclude_votes(counted(ballots), choice_values(project)), answers=len(ballots))


def _is_disputed(project: Project, result: Result, ballots: Sequence[Ballot]) -> bool:
    if project.kind == text_kind.KIND:
        return result.value is None
    sure = result.confidence or 0.0
    found = Conclusion(result.value, sure, result.answers, result.method)
    # Of several labels, the least agreed one is a tie where as many name it as not.
    several = [sure, 1 - sure]
    single = counted([ballot for ballot in ballots if ballot.value != UNSURE]).values()
    return reviews.is_disputed(found, several if project.spec.get("multiple") else list(single))


def _spread(session: Session, project: Project, task_id: UUID, client_task_id: str, now: datetime) -> Result:
    """Return the result of a survey's task: how its answers are spread, with no confidence in any of them."""
    respondents = outcome.respondents(session, task_id)
    return Result(
        task_id=task_id,
        project_id=project.id,
        client_id=project.client_id,
        client_task_id=client_task_id,
        value=outcome.value_of(outcome.spread(session, project, task_id)),
        confidence=None,
        answers=respondents["complete"],
        method=outcome.DISTRIBUTION,
        votes=respondents,
        concluded_at=now,
    )


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
    sure = result.confidence
    event = {
        "task": result.client_task_id,
        # How a survey's answers are spread is too much for an event, and stands in the result.
        "result": None if sure is None else result.value,
        "confidence": None if sure is None else round(sure, 4),
        "answers": result.answers,
        "unsure": result.votes.get(UNSURE, 0),
        **({"review": result.review} if result.review else {}),
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
        "review": result.review,
        "event": json.dumps(event, ensure_ascii=False),
        "now": result.concluded_at,
    }
