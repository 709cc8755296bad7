"""Judging: whether the answers an adaptive task has will do, or one more is asked for.

Owns the flag by which a task waits for it, and the reading and writing around the pure model in quality. A project
is judged as a whole, in batches: the more is known of its workers, the less each task needs.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import numpy as np
from sqlalchemy import exists, or_, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from app.tasks.concluding import choice_values, result_of, write
from app.tasks.models import UNSURE, Answer, Project, Result, Task
from app.tasks.quality import DEFAULT, UNKNOWN, Fit, Votes, audited, decide, fit, numbered, single_label


@dataclass(frozen=True)
class Judged:
    """How many tasks were concluded, and how many get one more place."""

    concluded: int = 0
    opened: int = 0


def flag(session: Session, task: Task) -> None:
    """Let the task, whose row the caller holds, wait to be judged."""
    session.execute(
        update(Task).where(Task.id == task.id).values(judge=True).execution_options(synchronize_session=False)
    )
    set_committed_value(task, "judge", True)


def due_project(session: Session, now: datetime) -> Project | None:
    """Return a project with tasks to judge, its row held, or None; one that somebody judges is left out."""
    waiting = exists().where(Task.project_id == Project.id, Task.judge)
    statement = (
        select(Project)
        .where(
            Project.state.in_(("running", "paused")),
            Project.most_answers > 0,
            or_(Project.judge_after.is_(None), Project.judge_after <= now),
            waiting,
        )
        .order_by(Project.judge_after.nulls_first())
        .limit(1)
        .with_for_update(skip_locked=True, key_share=True)
    )
    return session.scalars(statement).one_or_none()


def judge(session: Session, *, project: Project, now: datetime) -> Judged:
    """Fit the project's answers, and conclude each waiting task or open a place of it.

    The caller holds the project's row. A task whose row is held at this instant is left for the next time.
    """
    tasks = list(
        session.scalars(
            select(Task)
            .where(Task.project_id == project.id, Task.judge)
            .order_by(Task.id)
            .with_for_update(skip_locked=True)
            .execution_options(populate_existing=True)
        )
    )
    # An answer may have come late meanwhile, or the place of an expired question been taken again.
    ready = [
        task for task in tasks if task.state == "open" and task.live == 0 and task.answered >= task.places
    ]
    if not ready:
        return Judged()
    found, index = _fitted(session, project)
    wanted = project.spec["redundancy"].get("confidence") or DEFAULT.confidence
    asked, results = [], []
    counts = _counted(session, ready)
    for task in ready:
        posterior = found.posterior(index[task.id])
        verdict = decide(posterior, task.answered, project.most_answers, wanted, audit=audited(str(task.id)))
        if verdict == "ask":
            asked.append(task.id)
            continue
        conclusion = single_label(posterior, choice_values(project))
        results.append(result_of(project, task.id, task.client_task_id, conclusion, counts[task.id], now))
    _open(session, asked)
    write(session, results)
    _written(ready, results)
    return Judged(len(results), len(asked))


def _fitted(session: Session, project: Project) -> tuple[Fit, dict[UUID, int]]:
    """Return the fit of all the project's answers that are votes, and each task's index in it."""
    rows = session.execute(
        select(Answer.task_id, Answer.worker_id, Answer.value, Task.gold)
        .join(Task, Task.id == Answer.task_id)
        .where(Answer.project_id == project.id, Answer.value != UNSURE)
        .order_by(Answer.id)
    ).all()
    classes = {value: number for number, value in enumerate(choice_values(project))}
    index = {task_id: number for number, task_id in enumerate(dict.fromkeys(row.task_id for row in rows))}
    task = [index[row.task_id] for row in rows]
    worker, _ = numbered(row.worker_id for row in rows)
    votes = Votes.of(task, worker, [classes[row.value] for row in rows], classes=len(classes))
    truth = np.full(votes.tasks, UNKNOWN, dtype=np.intp)
    for position, row in zip(task, rows, strict=True):
        truth[position] = classes.get(row.gold, UNKNOWN)
    return fit(votes, gold=truth), index


def _counted(session: Session, tasks: Sequence[Task]) -> dict[UUID, Counter[str]]:
    counts: dict[UUID, Counter[str]] = {task.id: Counter() for task in tasks}
    rows = session.execute(select(Answer.task_id, Answer.value).where(Answer.task_id.in_(list(counts))))
    for task_id, value in rows:
        counts[task_id][value] += 1
    return counts


def _open(session: Session, task_ids: Sequence[UUID]) -> None:
    """Open one more place of each of these tasks, whose rows are held; they are offered first."""
    if task_ids:
        session.execute(
            update(Task)
            .where(Task.id.in_(task_ids))
            .values(places=Task.places + 1, freed=True, judge=False)
            .execution_options(synchronize_session=False)
        )


def _written(tasks: Iterable[Task], results: Sequence[Result]) -> None:
    """Bring what this session holds of the tasks up to date with what was written past it."""
    finished = {result.task_id for result in results}
    for task in tasks:
        set_committed_value(task, "judge", False)
        if task.id in finished:
            set_committed_value(task, "state", "finished")
        else:
            set_committed_value(task, "places", task.places + 1)
            set_committed_value(task, "freed", True)
