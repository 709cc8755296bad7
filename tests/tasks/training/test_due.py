"""What is due for a worker before another task, and whether it comes before the work of other projects."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from app import ids
from app.tasks import choosing
from app.tasks import service as tasks
from app.tasks.models import Project, Standing
from app.tasks.rules import passing
from app.tasks.training import standings, trust
from tests.tasks.arrange import NOW, facts, make_workers, must_take, running
from tests.tasks.training.arrange import LESSONS, checked, judged

DAY_BEFORE = NOW - timedelta(days=1)


def teaching(session: Session, **changes: Any) -> Project:
    """A running project with practice."""
    return checked(session, training=LESSONS, **changes)


def comes_first(session: Session, worker: UUID, number: int = 1, language: str = "en") -> bool:
    step = standings.due(session, worker=facts(worker, number=number, language=language), now=NOW)
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


def due(session: Session, worker: UUID, now: Any = NOW, **changes: Any) -> str | None:
    step = standings.due(session, worker=facts(worker, **changes), now=now)
    return step.kind if step else None


def test_practice_or_an_exam_is_due_for_newcomers_who_may_do_the_work(session: Session) -> None:
    (worker,) = make_workers(session, 1)
    assert due(session, worker) is None
    project = checked(session, stock=4, exam={"questions": 2, "pass": 1}, deadline=in_hours(5))
    assert due(session, worker) == "exam"
    assert due(session, worker, country="UG") is None
    assert due(session, worker, language="lg") is None
    assert due(session, worker, now=NOW + timedelta(hours=5)) is None
    tasks.set_state(session, project=project, to="paused", now=NOW)
    assert due(session, worker) is None
    tasks.set_state(session, project=project, to="running", now=NOW)
    project.teaches = False
    session.flush()
    assert due(session, worker) is None


def test_only_the_audience_is_taught(session: Session) -> None:
    cohort, client = ids.new(), ids.new()
    (worker,) = make_workers(session, 1)
    audience = {"cohorts": [ids.show("coh", cohort)], "skills": ["Water exam"]}
    checked(session, client_id=client, training=LESSONS, audience=audience)
    passed = (passing(client, "water exam"),)
    assert due(session, worker) is None
    assert due(session, worker, cohort_id=cohort) is None
    assert due(session, worker, passed=passed) is None
    assert due(session, worker, passed=passed, cohort_id=cohort) == "lessons"


def test_nothing_is_taught_for_work_that_is_not_there(session: Session) -> None:
    worker, other = make_workers(session, 2)
    project = checked(session, ordinary=1, training=LESSONS, redundancy={"mode": "fixed", "answers": 1})
    assert due(session, worker) == "lessons"
    project.gated = False
    session.flush()
    must_take(session, other)
    project.gated = True
    session.flush()
    running(session)
    assert due(session, worker) is None


def test_other_work_comes_first_only_where_the_worker_may_do_it(session: Session) -> None:
    (worker,) = make_workers(session, 1)
    project = checked(session, training=LESSONS)
    for changes in (
        {"countries": ["UG"]},
        {"template": {"en": "WATER? {text}"}, "training": None},
        {"audience": {"cohorts": [ids.show("coh", ids.new())]}},
    ):
        running(session, now=DAY_BEFORE, **changes)
    step = standings.due(session, worker=facts(worker, language="sw"), now=NOW)
    assert step == standings.Step("lessons", project.id, before_work=True)
    # Of a project whose exam they must pass and put off, they get no tasks yet.
    gate = checked(session, stock=4, exam={"questions": 2, "pass": 1}, now=DAY_BEFORE)
    standings.postpone(session, worker_id=worker, project=gate, now=NOW)
    assert comes_first(session, worker, language="sw")
    # Nor of one whose places are all given out.
    (other,) = make_workers(session, 1)
    running(session, 1, now=DAY_BEFORE, redundancy={"mode": "fixed", "answers": 1})
    assert not comes_first(session, worker, language="sw")
    must_take(session, other, language="sw")
    assert comes_first(session, worker, language="sw")


def test_gold_is_due_after_so_many_answers_and_not_before(session: Session) -> None:
    (worker,) = make_workers(session, 1)
    project = checked(session, stock=2, gold_share=0.25)
    first = trust.gap(worker, project.id, 0, trust.share(0, 0, 0, 0.25))
    for given in range(first):
        assert due(session, worker) is None, given
        standings.note_work(session, worker_id=worker, project=project, now=NOW)
    assert due(session, worker) == "gold"
    standings.note_given(session, worker_id=worker, project=project)
    second = first + trust.gap(worker, project.id, 1, trust.share(first, 0, 0, 0.25))
    for given in range(first, second):
        assert due(session, worker) is None, given
        standings.note_work(session, worker_id=worker, project=project, now=NOW)
    assert due(session, worker) == "gold"


def test_gold_is_due_as_soon_to_those_who_practised(session: Session) -> None:
    (worker,) = make_workers(session, 1)
    project = checked(session, stock=2, gold_share=0.25, training=LESSONS)
    standings.put_off(session, worker_id=worker, project=project, now=NOW)
    first = trust.gap(worker, project.id, 0, trust.share(0, 0, 0, 0.25))
    for _ in range(first - 1):
        standings.note_work(session, worker_id=worker, project=project, now=NOW)
    assert due(session, worker) is None
    standings.note_work(session, worker_id=worker, project=project, now=NOW)
    assert due(session, worker) == "gold"


def test_without_a_share_no_gold_is_ever_due(session: Session) -> None:
    (worker,) = make_workers(session, 1)
    project = checked(session, stock=2, gold_share=0)
    for _ in range(60):
        standings.note_work(session, worker_id=worker, project=project, now=NOW)
    assert due(session, worker) is None


def test_a_pause_is_practised_out_of_at_once_and_what_is_put_off_waits_a_day(session: Session) -> None:
    (worker,) = make_workers(session, 1)
    project = checked(session, stock=6)
    judged(session, project, worker, *["no"] * 5)
    assert due(session, worker) == "retraining"
    standings.put_off(session, worker_id=worker, project=project, now=NOW)
    later = NOW + standings.LATER
    assert due(session, worker, now=later - timedelta(seconds=1)) is None
    assert due(session, worker, now=later) == "retraining"
    standings.postpone(session, worker_id=worker, project=project, now=later)
    assert due(session, worker, now=later) is None
    pause = standings.open_pause(session, worker_id=worker, project_id=project.id)
    assert pause is not None
    pause.state = session.get_one(Standing, (worker, project.id)).state = "review"
    session.flush()
    assert due(session, worker, now=later + standings.LATER) is None


@pytest.mark.parametrize("number", [1, choosing.TURN])
def test_practice_after_a_pause_comes_before_all_as_the_worker_was_told(
    session: Session, number: int
) -> None:
    (worker,) = make_workers(session, 1)
    project = checked(session, stock=6)
    judged(session, project, worker, *["no"] * 5)
    running(session, now=DAY_BEFORE, priority=5)
    teaching(session, now=DAY_BEFORE, priority=5)
    step = standings.due(session, worker=facts(worker, number=number), now=NOW)
    assert step == standings.Step("retraining", project.id, before_work=True)
