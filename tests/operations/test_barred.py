"""Telling those whose skill hardly reaches what a project asks: each once, and nobody else."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import ids
from app.operations import barred, telling
from app.people.models import Notice
from app.tasks.models import Project, Skill
from app.tasks.walks import KNOWN_FROM
from tests.tasks.arrange import NOW, make_workers, running

ADAPTIVE = {"mode": "adaptive"}


def known(session: Session, project: Project, worker: UUID, lower: float, answers: int = KNOWN_FROM) -> None:
    session.add(
        Skill(
            project_id=project.id,
            worker_id=worker,
            answers=answers,
            gold_answers=0,
            gold_right=0,
            skill=0.9,
            lower=lower,
            kept={},
            fitted_at=NOW,
        )
    )
    session.flush()


def told(session: Session) -> list[tuple[UUID, str, object]]:
    return [
        (notice.worker_id, notice.kind, notice.data)
        for notice in session.scalars(select(Notice).order_by(Notice.id))
    ]


def test_those_who_are_passed_over_are_told_once_for_each_project(session: Session) -> None:
    one, other = (running(session, 1, redundancy=ADAPTIVE, audience={"min_skill": 0.7}) for _ in range(2))
    low, good, new = make_workers(session, 3)
    known(session, one, low, 0.69)
    known(session, one, good, 0.7)
    known(session, one, new, 0.1, KNOWN_FROM - 1)
    known(session, other, good, 0.2)
    assert barred.tell(session, project=one, now=NOW) == 1
    assert told(session) == [(low, telling.BARRED, {"project": ids.show("prj", one.id)})]
    assert barred.tell(session, project=one, now=NOW) == 0
    assert barred.tell(session, project=other, now=NOW) == 1
    known(session, other, low, 0.2)
    assert barred.tell(session, project=other, now=NOW) == 1
    assert [worker for worker, _, _ in told(session)] == [low, good, low]


def test_a_project_that_asks_for_no_skill_bars_nobody(session: Session) -> None:
    project = running(session, 1, redundancy=ADAPTIVE)
    (worker,) = make_workers(session, 1)
    known(session, project, worker, 0.0)
    assert barred.tell(session, project=project, now=NOW) == 0
    assert told(session) == []
