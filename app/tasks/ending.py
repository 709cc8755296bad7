"""The end of a project with work still open: cancelled, or past its deadline.

Owns closing its tasks and withdrawing the places that are given out. The state itself is projects.set_state's,
the money and what the workers are told is operations'.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from sqlalchemy import case, or_, select, update
from sqlalchemy.orm import Session

from app.tasks.judgement.concluding import conclude_all
from app.tasks.models import CHECK, Assignment, Project, Task

_CHUNK = 1000


class Conclude(Protocol):
    """How tasks that have answers and get no more are concluded."""

    def __call__(self, session: Session, *, project: Project, task_ids: Sequence[UUID], now: datetime) -> int:
        """Conclude them; return how many."""


@dataclass(frozen=True)
class Withdrawn:
    """An assignment that ended with its project, whose worker may have a question that counts no more."""

    assignment_id: UUID
    worker_id: UUID
    message_id: UUID | None


def wind_up(
    session: Session, *, project: Project, now: datetime, conclude: Conclude = conclude_all
) -> list[Withdrawn]:
    """Close every open task of a project that has been ended, and withdraw what is given out; return those.

    Tasks with answers are concluded with what they have, by `conclude`; the others become `withdrawn` without a
    result. Does nothing on a project whose tasks are all finished.
    """
    withdrawn = _withdraw(session, project.id, now)
    closed = session.execute(
        update(Task)
        .where(Task.project_id == project.id, Task.state == "open")
        .values(
            state=case(
                (or_(Task.answered > 0, Task.unsure > 0, Task.spent > 0), "finished"), else_="withdrawn"
            )
        )
        .returning(Task.id, Task.answered + Task.unsure + Task.spent, Task.step)
        .execution_options(synchronize_session=False)
    ).all()
    session.execute(
        update(Task)
        .where(Task.project_id == project.id, Task.state == "gold")
        .values(state="retired")
        .execution_options(synchronize_session=False)
    )
    # Once more: a place may have been taken between the two, and from here on none can be.
    withdrawn += _withdraw(session, project.id, now)
    session.execute(
        update(Task)
        .where(Task.project_id == project.id, Task.live > 0)
        .values(live=0)
        .execution_options(synchronize_session=False)
    )
    session.flush()
    session.expire_all()
    answered = [task_id for task_id, answers, step in closed if answers and step != CHECK]
    for start in range(0, len(answered), _CHUNK):
        conclude(session, project=project, task_ids=answered[start : start + _CHUNK], now=now)
    return withdrawn


def _withdraw(session: Session, project_id: UUID, now: datetime) -> list[Withdrawn]:
    """Withdraw the project's running assignments. These are locked before their tasks, as in every other verb."""
    rows = session.execute(
        update(Assignment)
        .where(
            Assignment.id.in_(
                select(Assignment.id)
                .where(Assignment.project_id == project_id, Assignment.state == "offered")
                .order_by(Assignment.id)
                .with_for_update()
            )
        )
        .values(state="withdrawn", ended_at=now, remind_at=None)
        .returning(Assignment.id, Assignment.worker_id, Assignment.message_id)
        .execution_options(synchronize_session=False)
    )
    return [Withdrawn(*row) for row in rows]
