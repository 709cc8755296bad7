"""Where workers stand in projects that teach or check, for the screens: and what a person should look at in answers."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.tasks.models import UNSURE, Answer, Exam, Pause, Project, Skill, Standing
from app.tasks.training.trust import HASTY_S, Habits, alerts

# How many of a worker's projects are shown, the latest they answered in first.
MOST_PROJECTS = 20


@dataclass(frozen=True)
class Place:
    """Where a worker stands in one project: known questions right of how many, what they passed, what holds them.

    `habits` are how they answer, and `alerts` what in it a person should look at: never a reason to punish.
    """

    project: Project
    state: str | None
    gold_right: int
    gold_answers: int
    exam: Exam | None
    pause: Pause | None
    habits: Habits
    alerts: tuple[str, ...]


def places(session: Session, worker_id: UUID) -> Sequence[Place]:
    """Return where the worker stands in each project they answered in or learn for, latest first."""
    values = _values(session, worker_id)
    standings = {
        one.project_id: one
        for one in session.scalars(select(Standing).where(Standing.worker_id == worker_id))
    }
    projects = session.scalars(
        select(Project)
        .where(Project.id.in_({*values, *standings}))
        .order_by(Project.launched_at.desc())
        .limit(MOST_PROJECTS)
    ).all()
    skills = {
        one.project_id: one for one in session.scalars(select(Skill).where(Skill.worker_id == worker_id))
    }
    exams = {
        one.project_id: one
        for one in session.scalars(select(Exam).where(Exam.worker_id == worker_id).order_by(Exam.began_at))
    }
    pauses = {
        one.project_id: one
        for one in session.scalars(select(Pause).where(Pause.worker_id == worker_id, Pause.state != "lifted"))
    }
    found = []
    for project in projects:
        habits = values.get(project.id) or Habits(Counter(), 0, 0)
        standing, skill = standings.get(project.id), skills.get(project.id)
        crowd = _crowd(session, project.id) if habits.answers else Counter()
        found.append(
            Place(
                project=project,
                state=standing.state if standing else None,
                gold_right=skill.gold_right if skill else 0,
                gold_answers=skill.gold_answers if skill else 0,
                exam=exams.get(project.id),
                pause=pauses.get(project.id),
                habits=habits,
                alerts=alerts(habits, crowd),
            )
        )
    return found


def _values(session: Session, worker_id: UUID) -> dict[UUID, Habits]:
    """Return how the worker answers in each project. A message of several questions counts each as its share."""
    each = Answer.seconds / Answer.asked
    rows = session.execute(
        select(
            Answer.project_id,
            Answer.value,
            func.count(),
            func.count().filter(each < HASTY_S),
        )
        .where(Answer.worker_id == worker_id, Answer.value != UNSURE)
        .group_by(Answer.project_id, Answer.value)
    ).all()
    medians: dict[UUID, float] = dict(
        session.execute(
            select(Answer.project_id, func.percentile_cont(0.5).within_group(each))
            .where(Answer.worker_id == worker_id, Answer.value != UNSURE)
            .group_by(Answer.project_id)
        ).all()
    )
    values: dict[UUID, Counter[str]] = {}
    hasty: Counter[UUID] = Counter()
    for project_id, value, count, fast in rows:
        values.setdefault(project_id, Counter())[value] = count
        hasty[project_id] += fast
    return {
        project_id: Habits(counted, hasty[project_id], round(float(medians[project_id])))
        for project_id, counted in values.items()
    }


def _crowd(session: Session, project_id: UUID) -> Counter[str]:
    """Return how often each value was answered in a project by everybody."""
    rows = session.execute(
        select(Answer.value, func.count())
        .where(Answer.project_id == project_id, Answer.value != UNSURE)
        .group_by(Answer.value)
    )
    return Counter(dict(rows.all()))


def held(session: Session, project_id: UUID) -> Counter[str]:
    """Return how many workers stand where in the project."""
    rows = session.execute(
        select(Standing.state, func.count()).where(Standing.project_id == project_id).group_by(Standing.state)
    )
    return Counter(dict(rows.all()))
