"""What is due for a worker before another task, and whether it comes before the work of other projects."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from app.tasks import choosing
from app.tasks.models import Project
from app.tasks.training import standings
from tests.tasks.arrange import NOW, facts, make_workers, must_take, running

LESSONS = [
    {"data": {"text": "Hose is torn"}, "answer": "yes", "why": {"en": "It carries water.", "sw": "Maji."}}
]
DAY_BEFORE = NOW - timedelta(days=1)


def teaching(session: Session, **changes: Any) -> Project:
    """A running project with practice, as the launch marks it."""
    project = running(session, training=LESSONS, **changes)
    project.gated = project.teaches = True
    session.flush()
    return project


def comes_first(session: Session, worker: UUID, number: int = 1) -> bool:
    step = standings.due(session, worker=facts(worker, number=number), now=NOW)
    assert step is not None
    assert step.kind == "lessons"
    return step.before_work


def in_hours(hours: float) -> str:
    return (NOW + timedelta(hours=hours)).isoformat()


@pytest.mark.parametrize(
    ("lessons", "work", "first"),
    [
        ({"now": DAY_BEFORE}, {}, True),
        ({}, {"now": DAY_BEFORE}, False),
        ({"priority": 1}, {"now": DAY_BEFORE}, True),
        ({"now": DAY_BEFORE}, {"priority": 1}, False),
        # A near deadline goes before age, as it does among tasks.
        ({"deadline": in_hours(5)}, {"now": DAY_BEFORE}, True),
        ({"now": DAY_BEFORE}, {"deadline": in_hours(5)}, False),
        ({"now": DAY_BEFORE, "deadline": in_hours(30)}, {"deadline": in_hours(20)}, False),
    ],
)
def test_practice_comes_where_the_tasks_of_its_project_would(
    session: Session, lessons: dict[str, Any], work: dict[str, Any], first: bool
) -> None:
    (worker,) = make_workers(session, 1)
    teaching(session, **lessons)
    running(session, **work)
    assert comes_first(session, worker) is first


def test_practice_takes_its_turn_where_tasks_do(session: Session) -> None:
    """In every other stretch of questions equals take turns: whichever project's tasks would come, practice does."""
    workers = make_workers(session, 12)
    work, project = running(session, 30, now=DAY_BEFORE), teaching(session)
    odd = choosing.TURN
    first = [comes_first(session, worker, odd) for worker in workers]
    assert len(set(first)) == 2
    assert not any(comes_first(session, worker) for worker in workers)
    project.gated = False
    session.flush()
    taken = [must_take(session, worker, number=odd).project.id for worker in workers]
    assert taken == [project.id if before else work.id for before in first]
