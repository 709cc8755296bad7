"""A gold found wrong: who answered it is judged anew, and what rested on it is undone.

Pauses that would not have come are lifted and exams that would have been passed are; what somebody reached by a wrong
gold is not taken from them.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.tasks.models import Exam, Project, Standing, Task
from app.tasks.training import exams, gold, standings, teaching, trust


@dataclass(frozen=True)
class Forgiven:
    """What a corrected gold gave back to a worker: a project they were paused in, or an exam."""

    worker_id: UUID
    what: Literal["pause", "exam"]


def correct(
    session: Session, *, project: Project, task: Task, truth: str | None, now: datetime
) -> list[Forgiven]:
    """Put another truth to a gold task, or none; return who is given back what. Workers' rows are not needed."""
    workers = gold.correct(session, task=task, truth=truth)
    project.judge_after = None  # the next judging fits all answers anew, and may do so at once
    found = [one for worker_id in workers for one in _forgive(session, project, worker_id, task, now)]
    session.flush()
    return found


def _forgive(
    session: Session, project: Project, worker_id: UUID, task: Task, now: datetime
) -> list[Forgiven]:
    standing = session.get(Standing, (worker_id, project.id), populate_existing=True, with_for_update=True)
    if standing is None:
        return []
    found = []
    failed = session.scalars(
        select(Exam).where(
            Exam.worker_id == worker_id,
            Exam.project_id == project.id,
            Exam.state.in_(("taking", "failed")),
            Exam.tasks.contains([str(task.id)]),
        )
    ).all()
    if [exam for exam in failed if exams.recount(session, exam=exam, now=now)]:
        found.append(Forgiven(worker_id, "exam"))
    standing.right, standing.wrong = gold.counted(
        session, project_id=project.id, worker_id=worker_id, since=standing.since
    )
    if _lifted(session, project, standing, task, now):
        found.append(Forgiven(worker_id, "pause"))
    return found


def _lifted(session: Session, project: Project, standing: Standing, task: Task, now: datetime) -> bool:
    """Lift the pause that rested on the task, if without it none would have been due."""
    pause = standings.open_pause(session, worker_id=standing.worker_id, project_id=project.id)
    if pause is None or pause.reason != "gold" or str(task.id) not in pause.missed:
        return False
    pause.right, pause.wrong = gold.counted(
        session,
        project_id=project.id,
        worker_id=standing.worker_id,
        since=standing.since,
        until=pause.began_at,
    )
    session.flush()
    if trust.pause_due(pause.right, pause.wrong, teaching.floor(project.spec)):
        standing.lessons = [lesson for lesson in standing.lessons if lesson["data"] != task.data]
        return False
    return standings.lift(session, pause=pause, by="forgiven", now=now)
